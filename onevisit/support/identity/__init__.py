"""The identity app; see README.md."""
