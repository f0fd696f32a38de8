"""Settings, URLs, reactions and the command line."""
