"""What networks learn from: labelled examples, texts, rows of numbers, a grammar."""
