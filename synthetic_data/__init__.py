"""A believable town in contract form, with the truth planted beside it.

Imports nothing of the product: the benefit catalogue is passed in as plain rows.
"""
