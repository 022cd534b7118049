"""Public records of the running system: what is said of it, built from what it is, and compared with it again.

Plain builders over given facts: nothing here reads a registry, a database, a clock or a model; nothing holds a person.
"""
