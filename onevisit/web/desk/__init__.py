"""The desk app; see README.md."""
