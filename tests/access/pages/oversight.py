"""Pages of 监督."""

from tests.access import Page

PAGES = [Page("trace", may="司")]
