"""Django apps that know no stage of an inspection's life."""
