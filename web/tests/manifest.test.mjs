// The site can be installed on a telephone: what Chromium reads of its manifest, and that every icon is there. Some
// telephones take notifications for an installed site only.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visitor } from "./harness.mjs";

const base = process.env.CARNET_BASE;
const skip = !base && "CARNET_BASE is not set";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

test("a browser reads the manifest of a page without a complaint", { skip }, async () => {
  const page = await visitor(browser);
  await page.goto(new URL("/sign-in", base).href);
  const devtools = await page.context().newCDPSession(page);
  const { url, data, errors } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  const look = await page.evaluate(() => ({
    accent: getComputedStyle(document.documentElement).getPropertyValue("--c-accent").trim(),
    paper: getComputedStyle(document.documentElement).getPropertyValue("--c-paper").trim(),
    name: document.title.split(" – ").at(-1),
    touch: document.querySelector("link[rel=apple-touch-icon]").href,
  }));
  assert.equal(manifest.display, "standalone", "without it a telephone keeps it a bookmark, which is told of nothing");
  assert.equal(manifest.name, look.name);
  assert.deepEqual([manifest.theme_color, manifest.background_color], [look.accent, look.paper]);
  assert.equal(new URL(manifest.start_url, url).href, new URL("/", base).href);
  for (const { src, type, sizes } of [...manifest.icons, { src: look.touch, type: "image/png", sizes: "512x512" }]) {
    const answer = await page.request.get(new URL(src, url).href);
    assert.equal(answer.status(), 200, src);
    assert.equal(answer.headers()["content-type"], type);
    if (type !== "image/png") continue;
    // The size stands in the picture's first chunk (PNG §11.2.1).
    const picture = await answer.body();
    assert.equal(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`, sizes);
  }
  await page.context().close();
});
