"""Is the code right? The gradient check, the break-it lab, truncation and clipping, the autopsy."""
