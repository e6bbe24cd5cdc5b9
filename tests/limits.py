"""How long a test waits for what happens before it fails: longer than any machine takes."""

LIMIT = 120.0  # seconds
