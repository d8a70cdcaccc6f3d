// The small script, in a real browser, on pages of the style guide: passkeys, drafts, errors; and life without it.
import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { authenticator, launch, visitor } from "./harness.mjs";
import { serve } from "./serve.mjs";

const folder = process.env.CARNET_PAGES;
const skip = !folder && "CARNET_PAGES is not set";
const challenge = Buffer.from("a challenge of the server's");
const user = { id: Buffer.from("someone").toString("base64url"), name: "camille", displayName: "Camille" };
let browser, server, finished, refusal;

function answer({ url, headers }, body) {
  assert.equal(headers["x-csrf-token"], "sample");
  if (url === "/sign-in/finish") {
    finished = body;
    return refusal ?? { location: "/list.fr.html" };
  }
  const publicKey = { challenge: challenge.toString("base64url"), rpId: "localhost", userVerification: "required" };
  return { publicKey: { ...publicKey, rp: { id: "localhost", name: "Carnet" }, user, pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "required", userVerification: "required" } } };
}

before(async () => {
  if (skip) return;
  browser = await launch();
  server = await serve(folder, answer);
});
after(async () => {
  await browser?.close();
  server?.close();
});

const open = async (name, options) => {
  const page = await visitor(browser, options);
  await page.goto(`${server.base}/${name}`);
  return page;
};

test("a passkey is made, then signs in, and both answers are what a server can verify", { skip }, async () => {
  const page = await open("passkey.fr.html");
  const device = await authenticator(page);
  const button = page.locator("[data-passkey-ready] button");

  await page.evaluate(() => (document.querySelector("form[data-passkey]").dataset.passkey = "register"));
  await button.click();
  await page.waitForURL("**/list.fr.html");
  const made = finished.credential;
  assert.equal(made.type, "public-key");
  assert.equal(made.id, made.rawId);
  const said = JSON.parse(Buffer.from(made.response.clientDataJSON, "base64url"));
  assert.equal(said.type, "webauthn.create");
  assert.equal(said.challenge, challenge.toString("base64url"));
  assert.ok(Buffer.from(made.response.attestationObject, "base64url").length > 100);
  assert.deepEqual(made.response.transports, ["internal"]);

  await page.goBack();
  await button.click();
  await page.waitForURL("**/list.fr.html");
  const { response } = finished.credential;
  assert.equal(response.userHandle, user.id);
  const [{ privateKey }] = await device.credentials();
  const key = createPublicKey(createPrivateKey({ key: Buffer.from(privateKey, "base64"), format: "der", type: "pkcs8" }));
  const clientData = Buffer.from(response.clientDataJSON, "base64url");
  const signed = Buffer.concat([Buffer.from(response.authenticatorData, "base64url"), createHash("sha256").update(clientData).digest()]);
  assert.ok(verify("sha256", signed, key, Buffer.from(response.signature, "base64url")));
});

test("a refusal of the server is said in its words, and a stranger's address is not followed", { skip }, async () => {
  const page = await open("passkey.fr.html");
  await authenticator(page);
  await page.evaluate(() => (document.querySelector("form[data-passkey]").dataset.passkey = "register"));
  const button = page.locator("[data-passkey-ready] button");
  const message = page.locator("[data-passkey-message]");

  refusal = { status: 422, message: "Ce code n’est plus valable." };
  await button.click();
  await message.filter({ hasText: "Ce code n’est plus valable." }).waitFor();
  assert.ok(await button.isEnabled());

  finished = undefined;
  refusal = { location: "https://elsewhere.example/" };
  await button.click();
  await page.waitForFunction(() => document.querySelector("[data-passkey-message]").textContent === "");
  refusal = undefined;
  assert.match(page.url(), /passkey\.fr\.html$/);
});

test("errors take the focus and lead to their fields", { skip }, async () => {
  const page = await open("form-refused.fr.html");
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute("data-error-summary")), true);
  await page.locator("[data-error-summary] a").first().click();
  assert.equal(await page.evaluate(() => document.activeElement.name), "date-day");
  assert.equal(await page.inputValue("[name=title]"), "<b>Prise de sang</b> & \"suites\"");
});

test("a draft outlives a reload and ends when it is told to", { skip }, async () => {
  const page = await open("draft.fr.html");
  await page.fill("textarea", "Une ligne\nune autre");
  await page.check("[name=share]");
  await page.reload();
  assert.equal(await page.inputValue("textarea"), "Une ligne\nune autre");
  assert.equal(await page.isChecked("[name=share]"), true);
  assert.doesNotMatch(await page.evaluate(() => sessionStorage.getItem("draft:note")), /sample/);
  // Any page may say that the draft named `another` is done.
  await page.evaluate(() => sessionStorage.setItem("draft:another", "[]"));
  await page.reload();
  assert.equal(await page.evaluate(() => sessionStorage.getItem("draft:another")), null);
  assert.notEqual(await page.evaluate(() => sessionStorage.getItem("draft:note")), null);
});

test("without the script a page hides what cannot work and says so", { skip }, async () => {
  const passkey = await open("passkey.fr.html", { javascript: false });
  assert.equal(await passkey.locator("[data-passkey-ready]").isVisible(), false);
  assert.equal(await passkey.locator("[data-passkey-unsupported]").isVisible(), true);
  const codes = await open("codes.fr.html", { javascript: false });
  assert.equal(await codes.locator("[data-print]").isVisible(), false);
  const list = await open("list.fr.html", { javascript: false });
  assert.equal(await list.locator(".menu a").count(), 6);
});

test("with a keyboard the first stop leads to the content, and every stop is visible", { skip }, async () => {
  const page = await open("list.fr.html");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main");
  for (let stop = 0; stop < 24; stop += 1) {
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const outlined = [element, null].some((_, i) => {
        const style = getComputedStyle(element, i ? "::after" : undefined);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      });
      return { what: element.outerHTML.slice(0, 80), ok: outlined && box.width > 0 && box.bottom > 0 && box.top < innerHeight };
    });
    assert.ok(seen.ok, seen.what);
    await page.keyboard.press("Tab");
  }
});
