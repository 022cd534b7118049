"""Impact where the parts of the product meet: registers, our own cases, the ledger, and the reports made of it."""
