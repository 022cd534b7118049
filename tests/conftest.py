"""Standing here, it puts this directory on the import path, so that every test can `from builders import ...`."""
