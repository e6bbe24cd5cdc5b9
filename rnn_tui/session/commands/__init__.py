"""The verbs: one grammar for keys, journal, saved sessions and the plain face."""
