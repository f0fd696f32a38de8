"""The jobs app; see README.md."""
