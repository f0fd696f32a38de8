"""The departments' keys and their shares: held, deposited, checked, combined when one is lost."""
