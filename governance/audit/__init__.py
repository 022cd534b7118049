"""The audit log: who did what when, in a Merkle tree (RFC 6962) whose signed roots lie outside the database."""
