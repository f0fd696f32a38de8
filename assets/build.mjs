// Copies the third-party files that pages load into the static folder of web/ui (git-ignored).
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const ui = join(here, "..", "onevisit", "web", "ui");
const vendor = join(ui, "static", "vendor");

const FILES = {
  "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
  "@tabler/icons/LICENSE": "LICENSE.tabler-icons",
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
  "htmx.org/LICENSE": "LICENSE.htmx",
};

// What the page that checks a draw needs for the signatures of drand and the ledger: plain modules, their bare names made relative.
const ABSTRACT = ["bls", "curve", "der", "edwards", "fft", "frost", "hash-to-curve", "modular", "montgomery", "oprf", "tower", "weierstrass"];
const CURVES = ["bls12-381", "ed25519", "utils", ...ABSTRACT.map((name) => `abstract/${name}`)];
const HASHES = ["_md", "_u64", "hmac", "sha2", "utils"];

async function copyNoble() {
  for (const [folder, names] of [["curves", CURVES], ["hashes", HASHES]]) {
    for (const name of names) {
      const target = join(vendor, "noble", folder, `${name}.js`);
      await mkdir(dirname(target), { recursive: true });
      const text = await readFile(join(modules, "@noble", folder, `${name}.js`), "utf8");
      const hashes = name.includes("/") ? "../../hashes/" : "../hashes/";
      await writeFile(target, text.replace(/(['"])@noble\/hashes\//g, `$1${hashes}`).replace(/\/\/# sourceMappingURL=.*/g, ""));
    }
    await cp(join(modules, "@noble", folder, "LICENSE"), join(vendor, `LICENSE.noble-${folder}`));
  }
}

/** Put the two libraries of key shares into one file, with the licences of what it holds beside it. */
async function bundleShares() {
  const outfile = join(vendor, "shares.js");
  await build({ entryPoints: [join(here, "shares.mjs")], bundle: true, format: "esm", minify: true, target: "es2022", legalComments: "none", outfile });
  for (const name of ["age-encryption", "shamir-secret-sharing", "@noble/ciphers", "@noble/post-quantum", "@scure/base"]) {
    await cp(join(modules, name, "LICENSE"), join(vendor, `LICENSE.${name.replace("@", "").replace("/", "-")}`));
  }
}

/** Return the drawing as one line without the comments and classes of its source. */
function slim(svg) {
  return svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/\sclass="[^"]*"/g, "")
    .replace(/\s*\n\s*/g, " ")
    .replace(/> </g, "><")
    .trim();
}

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
for (const [source, target] of Object.entries(FILES)) {
  await cp(join(modules, source), join(vendor, target));
}
await copyNoble();
await bundleShares();
// The style names a source map that is not shipped.
const css = join(vendor, "tabler.min.css");
await writeFile(css, (await readFile(css, "utf8")).replace(/\/\*# sourceMappingURL=.*?\*\//g, ""));

const icons = JSON.parse(await readFile(join(ui, "icons.json"), "utf8"));
const drawings = {};
for (const [noun, name] of Object.entries(icons)) {
  const svg = await readFile(join(modules, "@tabler", "icons", "icons", "outline", `${name}.svg`), "utf8");
  drawings[noun] = slim(svg);
}
await writeFile(join(vendor, "icons.json"), JSON.stringify(drawings, null, 1) + "\n");
console.log(`${Object.keys(FILES).length} files, the curves, the key shares and ${Object.keys(drawings).length} icons in onevisit/web/ui/static/vendor`);
