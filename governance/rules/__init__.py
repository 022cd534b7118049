"""The rules of the house: one decorated function each, with its authority, its evidence and its two examples."""
