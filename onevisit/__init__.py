"""OneVisit (一次查): one joint inspection instead of many."""

__version__ = "0.1.0"
