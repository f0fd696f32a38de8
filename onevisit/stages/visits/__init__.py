"""One visit, many departments' inspections: dispatch, entry, checklists, what the phones send, and the joint end."""
