// Checks every rendered page of a folder: `node tests/static.mjs FOLDER [--shots OUT]`.
//
// FOLDER holds *.html (every page in every state and language, written by a Rust test) and assets/.
// With --shots, pictures at 320 and 1280 px in both colour schemes go to OUT, to be looked at.
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findings, launch, visitor } from "./harness.mjs";
import { serve } from "./serve.mjs";

async function shoot(page, name, out) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: join(out, `${name}.${width}.${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Findings by page name, only of pages that have some; and how many pages were looked at. */
export async function checkFolder(folder, { shots } = {}) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
  if (names.length === 0) throw new Error(`${folder} has no pages`);
  if (shots) mkdirSync(shots, { recursive: true });
  const server = await serve(folder);
  const browser = await launch();
  const found = new Map();
  // French first: its English twin has the same shape more often than not.
  const waiting = names.toSorted((a, b) => b.endsWith(".fr.html") - a.endsWith(".fr.html"));
  const tab = async () => {
    const page = await visitor(browser);
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      await page.goto(`${server.base}/${encodeURIComponent(name)}`, { waitUntil: "load" });
      const html = readFileSync(join(folder, name), "utf8");
      const list = await findings(page, { html, twin: name.endsWith(".en.html") });
      if (list.length > 0) found.set(name, list);
      if (shots) await shoot(page, name.replace(/\.html$/, ""), shots);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(names.length, availableParallelism() + 1) }, tab));
  } finally {
    await browser.close();
    server.close();
  }
  return { pages: names.length, found };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, option, shots] = process.argv.slice(2);
  const started = Date.now();
  const { pages, found } = await checkFolder(folder, { shots: option === "--shots" ? shots : undefined });
  for (const [name, list] of found) console.log(`${name}\n  ${list.join("\n  ")}`);
  const total = [...found.values()].reduce((sum, list) => sum + list.length, 0);
  console.log(`${pages} pages, ${total} findings, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  process.exitCode = total > 0 ? 1 : 0;
}
