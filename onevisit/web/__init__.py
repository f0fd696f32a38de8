"""All HTTP; no rules."""
