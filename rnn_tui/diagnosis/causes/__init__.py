"""What is looked for, a kind of cause a file."""
