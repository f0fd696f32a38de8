"""The deadlines app; see README.md."""
