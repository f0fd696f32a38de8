"""The files of a freeze with witnesses outside the organiser (docs/adr/0025)."""
