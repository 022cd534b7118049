"""The sections of the report, one module each: which figures it asks for, and how they are told.

Must not show a figure of the ledger that `service.impact.telling` has not let through.
"""
