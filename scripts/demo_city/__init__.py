"""Makes the bulk files of the demo city; see make_demo_city.py."""
