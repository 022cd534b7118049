"""The steps by which a database of ours came to be what it is, each frozen on the day of its release.

`versions` are Alembic's scripts, `statements` what each says to which database. Nothing is imported here.
"""
