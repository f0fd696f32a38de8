"""Template tags of the desk's own pages."""
