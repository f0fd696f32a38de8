"""Paths that monitors ask; in tests no queue worker and no sequencer runs, so the site is not ready."""

from tests.access import Page

PAGES = [
    Page("healthz", may="", outsider_status=200),
    Page("readyz", may="", ok=(503,), outsider_status=503),
    Page("metrics", may="", outsider_status=200),
]
