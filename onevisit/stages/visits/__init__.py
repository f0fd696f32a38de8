"""The visits app; see README.md."""
