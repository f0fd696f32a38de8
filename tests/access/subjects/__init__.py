"""Subjects by app."""
