"""Who the pseudonyms are: the one encrypted table of CPR numbers, names and road names, and the one door to it."""
