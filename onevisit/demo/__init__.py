"""The demo city: data in the form an official would load it."""
