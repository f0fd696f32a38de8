"""Views of the business, one module a noun."""
