"""`python -m onevisit`: the same as the command `onevisit`."""

import sys

from onevisit.project.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
