"""What Textual lacks: keys, work beside the screen, garbage between keys."""
