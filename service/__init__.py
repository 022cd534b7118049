"""What people meet: the command line and the worklist (later the database, the API and the pages)."""
