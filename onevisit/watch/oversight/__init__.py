"""The oversight app; see README.md."""
