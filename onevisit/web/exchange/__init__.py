"""The exchange app; see README.md."""
