#!/bin/sh
# Makes the virtual environment VENV with PYTHON, or says in one line what is missing.
set -eu
refuse() { echo "onevisit: $1" >&2; exit 1; }

command -v "$PYTHON" >/dev/null || refuse "no $PYTHON on this machine - install Python 3.11 or later, or name one: make run PYTHON=/path/to/python3"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || refuse "$("$PYTHON" --version) is too old - install Python 3.11 or later, or name one: make run PYTHON=python3.12"
[ -x "$VENV/bin/python" ] && exit 0
if ! "$PYTHON" -c 'import ensurepip' 2>/dev/null; then
  # Debian keeps the venv module in a package of its own.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null
  else
    refuse "$PYTHON cannot make virtual environments - run: sudo apt-get install python3-venv"
  fi
fi
"$PYTHON" -m venv "$VENV" || refuse "the virtual environment $VENV cannot be made - check free space and rights of this folder"
