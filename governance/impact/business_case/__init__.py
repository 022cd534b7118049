"""A proposal of the city as one declared file: read strictly, worked out exactly, checked against what it states."""
