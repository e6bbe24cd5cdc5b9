"""Every figure that was published, held against what is measured now."""
