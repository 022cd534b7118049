"""The one database of ours: what is written there is written together with its event in the audit log.

`opening.open_store` opens it, `schema.METADATA` is where tables are declared. Nothing is imported here: tables need the
schema, and the opening needs the tables.
"""
