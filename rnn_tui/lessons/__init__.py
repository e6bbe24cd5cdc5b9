"""Lessons: Markdown with steps that are read, predicted, done, found or written, and checked.

A lesson stands on a session. Nothing here knows of a screen: the Learn page, `rnn-tui plain` and
`lessons check` play the same `Play`.
"""
