"""Published measurements: each prints what docs/ states."""
