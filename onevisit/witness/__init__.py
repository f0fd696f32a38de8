"""A witness: a small service outside the organiser that remembers and cosigns what continues a log's latest checkpoint.

It needs neither Django nor a database: one process, one folder, `onevisit witness init|run|show`.
"""
