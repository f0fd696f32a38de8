#!/bin/sh
# Compiles requirements/*.in into *.txt: every package with its hashes, no host, nothing younger than a week.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
for name in run build test bench; do
  "$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
    --exclude-newer "7 days" --python-version 3.11 --custom-compile-command "make lock" \
    -o "requirements/$name.txt" "requirements/$name.in"
done
