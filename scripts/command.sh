#!/bin/sh
# Puts the command `onevisit` of this tree into the folder TARGET, so that the documents' lines run as they stand.
# `-P`: nothing is loaded from the folder in which it is called, which may be a stranger's unpacked bundle.
set -eu
python=$(cd "$(dirname "$PY")" && pwd)/$(basename "$PY")
tree=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$TARGET"
cat > "$TARGET/onevisit" <<END
#!/bin/sh
PYTHONPATH="$tree\${PYTHONPATH:+:\$PYTHONPATH}" exec "$python" -P -m onevisit "\$@"
END
chmod +x "$TARGET/onevisit"
