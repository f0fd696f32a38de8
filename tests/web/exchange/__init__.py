"""Other systems: monitors."""
