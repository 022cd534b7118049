"""Letters to citizens: what the law asks of each kind, as PDF, kept as they were sent.

Nothing here knows why a case stood where it stood on a list: grounds are recorded facts and rules that a person chose.
"""
