"""Forms of the desk, one module a noun; no rules."""
