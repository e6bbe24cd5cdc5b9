"""Named numbers that sum up a moment, a run or its data: each with its words and its derivation."""
