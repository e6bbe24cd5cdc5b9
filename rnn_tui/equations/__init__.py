"""The mathematics, once: networks as lines that run, are shown and are explained."""
