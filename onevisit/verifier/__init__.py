"""Check a draw or a proof with the core alone."""
