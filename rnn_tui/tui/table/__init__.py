"""Tables drawn line by line, straight from their rows."""
