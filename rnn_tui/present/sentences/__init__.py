"""What is said about a moment: hints, states, the words of dialogs."""
