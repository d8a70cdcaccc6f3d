// Builds what the server carries in its binary: dist/<name>.<hash>.<ext>, one file per asset.
//
// A file's name changes when its bytes change, so that a browser may keep it for ever, and a file that did not
// change is not written again, so that cargo does not rebuild for nothing.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { buildSync } from "esbuild";
import { browserslistToTargets, bundleAsync, transform } from "lightningcss";
import { withConstants } from "./src/constants.mjs";
import { used } from "./src/used.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const require = createRequire(import.meta.url);

/** Phones and browsers of the last five years or so; older ones get the plain page. */
const targets = browserslistToTargets(["chrome 105", "firefox 121", "safari 15.4", "ios_saf 15.4"]);

const FONT_FOLDER = dirname(require.resolve("@fontsource-variable/atkinson-hyperlegible-next/package.json"));

function fonts() {
  const file = (subset) =>
    readFileSync(join(FONT_FOLDER, `files/atkinson-hyperlegible-next-${subset}-wght-normal.woff2`));
  return { "text.woff2": file("latin"), "text-ext.woff2": file("latin-ext") };
}

async function styles(urls) {
  const { code } = await bundleAsync({
    filename: join(here, "src/carnet.css"),
    minify: true,
    targets,
    resolver: {
      resolve: (specifier, from) =>
        specifier.startsWith("@") ? require.resolve(specifier) : resolve(dirname(from), specifier),
    },
    visitor: {
      Url: (url) => ({ ...url, url: urls[url.url] ?? withoutEscapes(url.url) }),
      Selector: (selector) => used(selector) ?? [],
    },
  });
  return Buffer.from(withShortNames(withConstants(withoutUnreadTokens(code)).toString()));
}

/** A style sheet that stands by itself. */
function minified(name) {
  return Buffer.from(transform({ filename: name, code: readFileSync(join(here, "src", name)), minify: true, targets }).code);
}

/** A drawing inside the style sheet, with only those signs escaped that would end its address. */
function withoutEscapes(url) {
  if (!url.startsWith("data:image/svg+xml;charset=utf-8,")) return url;
  return url.replace(";charset=utf-8", "").replaceAll(/%(20|2F|3A|3D|2C)/g, decodeURIComponent).replaceAll("%22", "'");
}

/** Leaves out custom properties that nothing reads any more; again, because one may only be read by another. */
function withoutUnreadTokens(code) {
  const read = new Set(code.toString().match(/var\(\s*--[\w-]+/g).map((use) => use.replace(/var\(\s*/, "")));
  const smaller = transform({
    filename: "carnet.css",
    code,
    minify: true,
    visitor: { Declaration: { custom: ({ name }) => (read.has(name) || !name.startsWith("--") ? undefined : []) } },
  }).code;
  return smaller.length < code.length ? withoutUnreadTokens(smaller) : smaller;
}

/** Custom properties get names of one or two letters, a third of the file; those that a theme sets keep theirs. */
function withShortNames(css) {
  const NAME = /(?<![\w-])--(?!c-)[a-zA-Z_][\w-]*/g;
  const uses = new Map();
  for (const [name] of css.matchAll(NAME)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const byUse = [...uses].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
  const short = new Map(byUse.map((name, i) => [name, `--${i.toString(36).replace(/^\d/, (d) => "_" + d)}`]));
  return css.replace(NAME, (name) => short.get(name));
}

function script(name) {
  const { outputFiles } = buildSync({
    entryPoints: [join(here, "src", name)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2020"],
  });
  return Buffer.from(outputFiles[0].contents);
}

const kept = new Set();

/** Writes one asset under its hashed name and says under which URL the server will serve it. */
function emit(name, bytes) {
  const ext = extname(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const file = `${name.slice(0, -ext.length)}.${hash}${ext}`;
  kept.add(file);
  if (!existsSync(join(dist, file))) writeFileSync(join(dist, file), bytes);
  console.log(`${String(bytes.length).padStart(7)}  ${file}`);
  return `/assets/${file}`;
}

mkdirSync(dist, { recursive: true });
const urls = {};
for (const [name, bytes] of Object.entries(fonts())) urls[name] = emit(name, bytes);
urls["favicon.svg"] = emit("favicon.svg", readFileSync(join(here, "src/favicon.svg")));
emit("carnet.css", await styles(urls));
emit("carnet.js", script("carnet.js"));
// Only the journal's page loads its verifier.
emit("verify.js", script("verify.js"));
// Only the page of notices loads the first of these; the second is served where its scope is.
emit("push.js", script("push.js"));
emit("push-worker.js", script("push-worker.js"));
// The demo's app is another maker's: its page loads these two and nothing of ours.
emit("demo-app.js", script("demo-app.js"));
emit("demo-app.css", minified("demo-app.css"));
emit("icon.png", readFileSync(join(here, "src/icon.png")));
for (const file of readdirSync(dist)) if (!kept.has(file)) rmSync(join(dist, file));
