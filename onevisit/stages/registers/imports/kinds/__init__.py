"""What each kind of file writes: one function a kind, from checked rows to records."""
