"""Everything in whole sentences, for pipes and screen readers."""
