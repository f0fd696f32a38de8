"""`python -m onevisit.verifier`."""

import sys

from onevisit.verifier.command import main

sys.exit(main())
