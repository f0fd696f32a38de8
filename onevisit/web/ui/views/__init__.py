"""Views that belong to no noun: the demo city."""
