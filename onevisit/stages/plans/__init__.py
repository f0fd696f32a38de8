"""The plans app; see README.md."""
