"""The attachments app; see README.md."""
