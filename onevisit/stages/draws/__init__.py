"""The draws app; see README.md."""
