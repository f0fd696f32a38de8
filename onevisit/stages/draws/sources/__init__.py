"""The values a seed is made of: which are declared, how each is read, and who typed it."""
