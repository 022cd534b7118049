"""What the control brings in: the definition of a saving, the ledger of what was decided, and the figures it carries.

Pure arithmetic and the tables it is kept in. Must not know a page, a register file or a model.
"""
