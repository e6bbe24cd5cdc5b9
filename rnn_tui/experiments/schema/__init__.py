"""The tables of an experiment file, read key by key."""
