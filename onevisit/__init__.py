"""OneVisit (一次查): one joint inspection instead of many."""
