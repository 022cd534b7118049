"""What was decided about each listed case and on what grounds, kept so that nobody can alter it afterwards.

Documents come in as plain mappings: nothing here knows a model, a register or an address.
"""
