"""The portal app; see README.md."""
