"""The findings app; see README.md."""
