"""The processes that hash for a draw, and the software its manifest names."""
