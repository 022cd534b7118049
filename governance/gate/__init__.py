"""Three gates that fail closed: what they ask, what they answered, and what people signed, assessed and stopped.

Nothing is imported here: tables need the schema, and the opening of the database needs the tables.
"""
