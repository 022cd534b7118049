"""The control case from the list to its close. Knows no web library: pages and API both come in through `steps`."""
