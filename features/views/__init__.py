"""The views that features are computed on: the rows of one kind that belong to a unit, as known at its day.

A view answers conditions that need two rows at once (a partner here, a parent elsewhere), so that a feature stays one
expression on one row. Dates are int64 days; flags are int64 0/1; columns that end in `_days` count back from the day.
"""
