"""The business app; see README.md."""
