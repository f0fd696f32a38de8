"""The notices app; see README.md."""
