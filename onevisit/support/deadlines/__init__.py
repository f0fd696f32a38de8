"""Terms and figures: versioned rules with their law, the deadlines that run under them, reminders and to-dos."""
