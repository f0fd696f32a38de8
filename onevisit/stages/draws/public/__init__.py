"""What everybody may know of a draw, and the files everybody may download."""
