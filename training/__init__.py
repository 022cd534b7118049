"""Labels, splits, model, calibration, evaluation and registry: from matrix to ranked savings."""
