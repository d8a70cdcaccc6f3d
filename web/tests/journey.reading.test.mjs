// Reading, adding and searching: first as the visitor whose script did not load, then with it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, card, checkPage, demo, launch, said, signIn, skip, visitor } from "./harness.mjs";
import { deposit, insured, pdf, report } from "./laboratory.mjs";

const citizen = () => demo().personas.filter((persona) => persona.kind === "citizen")[1];
const line = () => insured().find((person) => person.matricule === citizen().ins);

/** A photo as a telephone takes it, only smaller: made by the browser. */
async function photo() {
  const page = await browser.newPage();
  const address = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, 640, 480);
    paper.fillStyle = "#123";
    paper.fillText("Ordonnance", 40, 60);
    return canvas.toDataURL("image/jpeg");
  });
  await page.close();
  return Buffer.from(address.split(",")[1], "base64");
}

let browser, jpeg;
before(async () => {
  if (skip) return;
  browser = await launch();
  jpeg = await photo();
});
after(() => browser?.close());

test("without JavaScript she reads, searches, prints, follows her journal and changes the language", { skip }, async () => {
  // Given: her session in a browser that runs no script, and a report that came in.
  const page = await visitor(browser, { javascript: false });
  await signIn(page, citizen().id);
  const first = report(line(), { title: "Bilan hépatique", ferritin: "77" });
  assert.equal((await deposit(first)).status, 200);
  // When: she opens her first page and the report from there.
  await page.goto(at("/"));
  await card(page, "Bilan hépatique").click();
  // Then: the whole report is in the page; nothing that needs the script is offered.
  assert.match(await said(page), /Ferritine 77 µg\/L/);
  assert.equal(await page.locator("[data-print]").isVisible(), false);
  // The search takes words from inside documents, and says so when nothing fits.
  await page.getByRole("link", { name: "Documents" }).first().click();
  await page.getByRole("searchbox").fill("ferritine");
  await page.getByRole("button", { name: "Rechercher" }).click();
  await card(page, "Bilan hépatique").waitFor();
  await page.getByRole("searchbox").fill("xylophone");
  await page.getByRole("button", { name: "Rechercher" }).click();
  assert.match(await said(page), /Aucun document trouvé/);
  // The filters open by themselves, and their answer has an address.
  await page.goto(at("/documents"));
  await page.locator("summary", { hasText: "Filtrer" }).click();
  await page.getByLabel("Année").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Filtrer" }).click();
  assert.match(page.url(), /year=\d{4}/);
  // English at a click, on the same page, and back.
  const here = page.url();
  await page.getByRole("link", { name: "English" }).click();
  assert.equal(page.url(), here);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await page.getByRole("link", { name: "Français" }).click();
  assert.equal(await page.getAttribute("html", "lang"), "fr");
  // Her journal names the laboratory that wrote to her.
  await page.getByRole("link", { name: "Qui a vu" }).first().click();
  assert.match(await said(page), /a déposé un document/);
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await page.goto(at("/journal"));
  assert.match(page.url(), /\/sign-in/);
});

test("a corrected report takes the place of the first one, which stays in reach", { skip }, async () => {
  // Given: a report, and its correction by the same laboratory.
  const first = report(line(), { title: "Bilan thyroïdien", ferritin: "11" });
  assert.equal((await deposit(first)).status, 200);
  const corrected = report(line(), { title: "Bilan thyroïdien", ferritin: "111", replaces: first });
  const given = await deposit(corrected);
  assert.equal(given.status, 200, JSON.stringify(given.body));
  // When: she looks at her list.
  const page = await visitor(browser);
  await signIn(page, citizen().id);
  await page.goto(at("/documents"));
  // Then: it stands there once, marked, and opens the correction; the first version is folded away on its page.
  assert.equal(await card(page, "Bilan thyroïdien").count(), 1);
  assert.match(await said(page), /Remplace une version précédente/);
  await card(page, "Bilan thyroïdien").click();
  assert.match(await said(page), /Ferritine 111 µg\/L/);
  await checkPage(page);
  const folded = page.locator("details").getByRole("link", { name: "Compte rendu" });
  assert.equal(await folded.isVisible(), false);
  await page.locator("summary", { hasText: "version précédente" }).click();
  await folded.click();
  assert.match(await said(page), /Une version plus récente de ce document existe/);
  assert.match(await said(page), /Ferritine 11 µg\/L/);
  await checkPage(page);
  // And: a deposit that is sent twice is one document.
  const again = await deposit(corrected);
  assert.equal(again.status, 200, JSON.stringify(again.body));
  await page.goto(at("/documents"));
  assert.equal(await card(page, "Bilan thyroïdien").count(), 1);
  await page.context().close();
});

for (const javascript of [false, true]) {
  test(`she adds a letter and a photo ${javascript ? "with" : "without"} JavaScript, and takes one back`, { skip }, async () => {
    const page = await visitor(browser, { javascript });
    await signIn(page, citizen().id);
    const title = javascript ? "Vieille ordonnance" : "Ancien courrier";
    await page.goto(at("/documents/add"));
    if (javascript) await checkPage(page);
    // When: she forgets what the document is, and sends something that is neither picture nor PDF.
    const files = page.getByLabel("Fichiers");
    await files.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("bonjour") });
    await page.getByLabel("Titre").fill(title);
    await page.getByRole("button", { name: "Ajouter" }).click();
    // Then: both mistakes are told at once, and the title is still there.
    const errors = await page.locator("[data-error-summary]").innerText();
    assert.match(errors, /Choisissez de quoi il s’agit/);
    assert.match(errors, /pas accepté/);
    assert.equal(await page.getByLabel("Titre").inputValue(), title);
    if (javascript) await checkPage(page);
    // When: she mends both. Then: the document is there.
    await files.setInputFiles({ name: "courrier.pdf", mimeType: "application/pdf", buffer: pdf(["Cher confrere", "Rhinopharyngite", title]) });
    await page.getByLabel("De quoi s’agit-il").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Ajouter" }).click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    if (javascript) await checkPage(page);
    const opened = await page.getByRole("link", { name: /Ouvrir le document/ }).getAttribute("href");
    assert.equal((await page.request.get(at(opened))).headers()["content-type"], "application/pdf");
    // A photo from her telephone is shown in the page.
    await page.goto(at("/documents/add"));
    await files.setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: jpeg });
    await page.getByLabel("De quoi s’agit-il").selectOption({ index: 1 });
    await page.getByLabel("Titre").fill(`${title}, photo`);
    await page.getByRole("button", { name: "Ajouter" }).click();
    await page.getByRole("heading", { level: 1, name: `${title}, photo` }).waitFor();
    // The heading may be there before the last byte of the picture.
    await page.waitForLoadState();
    assert.equal(await page.locator("main img").evaluate((image) => image.complete && image.naturalWidth), 640);
    if (javascript) await checkPage(page);
    // She takes the photo back; nothing is done before she has said yes.
    const address = page.url();
    await page.getByRole("link", { name: "Retirer ce document" }).click();
    if (javascript) await checkPage(page);
    await page.getByRole("button", { name: "Retirer définitivement" }).click();
    await page.goto(address);
    assert.doesNotMatch(await page.locator("main").innerHTML(), /<img/);
    await page.goto(at("/documents"));
    assert.equal(await page.getByRole("link", { name: `${title}, photo` }).count(), 0);
    assert.equal(await page.getByRole("link", { name: title, exact: true }).count(), 1);
    await page.context().close();
  });
}

test("words of a PDF that she added are found once the worker has read them", { skip }, async () => {
  const page = await visitor(browser, { javascript: false });
  await signIn(page, citizen().id);
  const until = Date.now() + 30_000;
  for (;;) {
    await page.goto(at("/documents?q=rhinopharyngite"));
    if (/Ancien courrier|Vieille ordonnance/.test(await said(page))) break;
    assert.ok(Date.now() < until, await said(page));
    await new Promise((soon) => setTimeout(soon, 500));
  }
  await page.context().close();
});

test("a document of somebody else, and one that is not there, look the same", { skip }, async () => {
  const other = demo().personas.find((persona) => persona.kind === "citizen" && persona.id !== citizen().id);
  const page = await visitor(browser);
  await signIn(page, other.id);
  await page.goto(at("/documents"));
  const hers = await page.locator(".cards a").first().getAttribute("href");
  await page.context().close();
  const visitors = await visitor(browser);
  await signIn(visitors, citizen().id);
  const seen = [];
  for (const path of [hers, hers.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))]) {
    const answer = await visitors.goto(at(path));
    seen.push([answer.status(), (await said(visitors)).replace(/[0-9a-f]{16}/g, "…")]);
    await checkPage(visitors);
  }
  assert.deepEqual(seen[0], seen[1]);
  assert.ok(seen[0][0] >= 400);
  await visitors.context().close();
});
