"""The ledger app; see README.md."""
