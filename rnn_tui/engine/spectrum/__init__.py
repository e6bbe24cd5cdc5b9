"""What the recurrence does to a signal and to a gradient: norms, Jacobians, eigenvalues."""
