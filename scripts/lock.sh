#!/bin/sh
# Compiles requirements/*.in into *.txt: every package with its hashes, no host, nothing younger than a week.
set -eu
cd "$(dirname "$0")/../requirements"
uv=../.venv/bin/uv
[ -x "$uv" ] || uv=uv
for name in run build test; do
  "$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
    --python-version 3.11 --custom-compile-command "make lock" -o "$name.txt" "$name.in"
done
