"""What Textual lacks, and all that relies on its private parts.

tests/tui/test_textual_private.py says of each such part what breaks where Textual changes it.
"""
