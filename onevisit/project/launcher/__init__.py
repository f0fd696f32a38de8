"""Starts and stops everything OneVisit needs under one parent process: database, migrations, web, queue, sequencer."""
