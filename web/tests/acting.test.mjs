// Acting for somebody: the switch works with a keyboard and without JavaScript, and nothing crosses from one space
// into another. On the rendered pages of the style guide.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visitor } from "./harness.mjs";
import { serve } from "./serve.mjs";

const folder = process.env.CARNET_PAGES;
const skip = !folder && "CARNET_PAGES is not set";
let server;
let browser;

before(async () => {
  if (skip) return;
  server = await serve(folder);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** The page, and what it posts to the switch. */
async function opened(name, options) {
  const page = await visitor(browser, options);
  const posted = [];
  await page.route("**/acting-for", (route) => {
    posted.push(Object.fromEntries(new URLSearchParams(route.request().postData())));
    return route.fulfill({ body: "<!doctype html><title>-</title>", contentType: "text/html" });
  });
  await page.goto(`${server.base}/${name}.html`);
  return { page, posted };
}

test("with a keyboard alone and without JavaScript, one press leads back to one's own space", { skip }, async () => {
  const { page, posted } = await opened("acting-daughter.fr", { javascript: false });
  assert.match(await page.title(), /pour Léa Aubert/);
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").innerText(), "Aller au contenu");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").innerText(), "Revenir à mon espace");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/acting-for");
  assert.deepEqual(posted, [{ csrf: "sample", person: "self" }]);
  await page.context().close();
});

test("the list unfolds, names everybody and marks the open space", { skip }, async () => {
  const { page, posted } = await opened("acting-daughter.fr", { javascript: false });
  const band = page.getByRole("region", { name: "Pour qui vous agissez" });
  const mother = band.getByRole("button", { name: "Odette Lefèvre, votre mère" });
  assert.equal(await mother.isVisible(), false);
  await page.locator(".switch summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await mother.isVisible(), true);
  assert.match(await band.locator("[aria-current]").innerText(), /Léa Aubert, votre fille\s+ouvert/);
  await mother.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/acting-for");
  assert.deepEqual(posted, [{ csrf: "sample", person: "45" }]);
  await page.context().close();
});

test("the band stays in sight while the page scrolls", { skip }, async () => {
  const { page } = await opened("acting-son.fr");
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    assert.equal(Math.round((await page.locator(".band").boundingBox()).y), 0, `${width} px`);
  }
  await page.context().close();
});

test("what was being typed in one space never comes up in another", { skip }, async () => {
  const { page } = await opened("draft.fr");
  const note = page.locator("#f-note");
  await note.fill("pour moi");
  await page.route("**/draft.fr.html", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace("<body>", '<body data-space="43">') });
  });
  await page.reload();
  assert.equal(await page.locator("body").getAttribute("data-space"), "43");
  assert.equal(await note.inputValue(), "");
  await page.unroute("**/draft.fr.html");
  await page.reload();
  assert.equal(await note.inputValue(), "pour moi");
  await page.context().close();
});
