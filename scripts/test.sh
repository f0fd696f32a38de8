#!/bin/sh
# All tests, one part after the other; a red part does not keep the next from running. Called by `make test`.
set -u
failed=""
part() {
  name=$1; shift
  echo "== $name"
  "$@" || failed="$failed $name"
}
field() { (cd field && PATH="$NODE_BIN:$PATH" npm test --silent); }
scratch="$PY -m onevisit.project.launcher.scratch"

part python $scratch "$PY" -m pytest -q -n 2 --dist loadgroup -m "not journey"
part field field
part journeys $scratch "$PY" -m pytest -q -m journey

if [ -n "$failed" ]; then
  echo "FAILED:$failed"
  exit 1
fi
echo "all parts passed: python, field, journeys"
