"""How cases end, in the form of the register contract: what goes out, and what flows back into the next delivery."""
