"""Registers in, one typed matrix out: what was known about an address at the close of a day."""
