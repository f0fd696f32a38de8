"""The registers app; see README.md."""
