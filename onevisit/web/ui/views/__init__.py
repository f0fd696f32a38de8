"""Views of the shell: session, capacity, pattern page, error pages."""
