"""Replacement rounds: officers swapped, targets replaced, orders given."""
