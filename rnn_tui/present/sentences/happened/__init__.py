"""What the last key did: one sentence, with the numbers of the moment that it led to."""
