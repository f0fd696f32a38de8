"""The offers app; see README.md."""
