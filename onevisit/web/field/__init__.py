"""The field app; see README.md."""
