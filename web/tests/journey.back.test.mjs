// Going back, loading again and pressing twice: what people do without thinking loses nothing and does nothing twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, checkPage, demo, launch, signIn, skip, visitor } from "./harness.mjs";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function citizen() {
  const page = await visitor(browser);
  await signIn(page, demo().personas.filter(({ kind }) => kind === "citizen").at(-1).id);
  return page;
}

test("the back button after saving a choice leads to a page", { skip }, async () => {
  const page = await citizen();
  await page.goto(at("/sharing/emergency"));
  await page.locator("main form[action='/sharing/effect'] button").first().click();
  await page.waitForURL(at("/sharing/effect"));
  assert.equal(await page.locator("a[href^='/language']").count(), 0);
  await checkPage(page);
  await page.locator("main form[action='/sharing/decide'] button").click();
  await page.waitForURL(at("/sharing/emergency?done=1"));
  await page.goBack();
  await page.waitForURL(at("/sharing"));
  await page.locator("h1").waitFor();
  // And things are as they were for whoever comes next.
  await page.goto(at("/sharing/emergency"));
  await page.locator("main form[action='/sharing/effect'] button").first().click();
  await page.locator("main form[action='/sharing/decide'] button").click();
  await page.context().close();
});

test("a code is made once, however often its button is pressed or its page is loaded", { skip }, async () => {
  const page = await citizen();
  const live = async () => {
    await page.goto(at("/sharing/code"));
    return page.locator("#live .card").count();
  };
  const before = await live();
  await page.getByRole("button", { name: "Créer le code" }).dblclick();
  await page.locator("#code").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Créer le code" }).waitFor();
  assert.equal(await live(), before + 1);
  await checkPage(page);
  await page.locator("#live .card").first().getByRole("button").click();
  await page.locator("main form[action='/sharing/decide'] button").click();
  await page.waitForURL(at("/sharing/code?done=1"));
  await page.context().close();
});
