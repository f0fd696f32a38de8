"""The publication app; see README.md."""
