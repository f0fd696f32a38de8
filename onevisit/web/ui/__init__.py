"""The ui app; see README.md."""
