"""Attacks on the running product: each is refused, or a published figure betrays it."""
