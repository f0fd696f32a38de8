"""The queue: what follows from a ledger entry, run after commit, retried, and shown to the operator when it fails."""
