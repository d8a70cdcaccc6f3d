// Who may see what, from both sides: the person decides, a professional tries. The person's browser has no JavaScript;
// her second half is in English.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demo, journey, launch, signIn, visitor } from "./harness.mjs";

const base = process.env.CARNET_BASE;
const skip = !(base && process.env.CARNET_DEMO) && "CARNET_BASE and CARNET_DEMO are not set";
const at = (path) => new URL(path, base).href;
const said = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/** Doctors whose part is played by a click, and who have one place to work at. */
const doctors = () => demo().personas.filter(({ kind, places, activation_code, sign_in }) =>
  kind === "professional" && places?.length === 1 && !activation_code && sign_in);
/** Of those who have documents, the one whom other journeys leave alone. */
const her = () => demo().personas.filter(({ kind }) => kind === "citizen").at(2);
const record = () => at(`/pro/patients/${her().person_id}`);

let browser, page, office, doctor;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** How many documents the professional's list has; `null` when it is not open to her. */
async function listed(of = office) {
  const answer = await of.goto(record());
  if (answer.status() !== 200 || !/\/pro\/patients\/\d+$/.test(of.url())) return null;
  return of.locator(".timeline .card").count();
}

/** Saves what the page shows the effect of, and answers what was told. */
async function save() {
  const effect = await said(page);
  await page.locator("main form[action='/sharing/decide'] button").click();
  await page.locator(".flash").waitFor();
  return effect;
}

/** Looks for the doctor on a page of hers and presses the button beside him. */
async function choose(path, button) {
  await page.goto(at(`${path}?q=${doctor.rpps}`));
  await page.locator("main").getByRole("button", { name: button }).first().click();
}

async function general(mode) {
  await page.goto(at("/sharing/general"));
  await page.locator(`input[name=mode][value=${mode}]`).check();
  await page.locator("main form[action='/sharing/effect'] button").click();
  return save();
}

/** The professional finds her by her number, as at a visit. */
async function finds(of = office) {
  await of.goto(at("/pro"));
  await of.getByLabel("Matricule INS").fill(her().ins);
  await of.getByRole("button", { name: "Chercher" }).first().click();
  await of.waitForURL(/\/pro\/patients\/\d+/);
}

test("who may see what, decided by the person and tried by a professional", { skip }, async (t) => {
  const step = journey(t);
  let all;

  await step("she is asked once, plainly, and is told what her answer changes", async () => {
    doctor = doctors().find(({ name }) => /^Dr/.test(name));
    page = await visitor(browser, { javascript: false });
    office = await visitor(browser);
    await signIn(page, her().id);
    await signIn(office, doctor.id);
    await page.goto(at("/"));
    await page.getByRole("link", { name: "Répondre" }).click();
    await page.waitForURL(/\/sharing\/general$/);
    await page.locator("main form[action='/sharing/effect'] button").click();
    await page.getByText("Choisissez une réponse").first().waitFor();
    await general("ask");
    await page.goto(at("/"));
    assert.equal(await page.getByRole("link", { name: "Répondre" }).count(), 0, "asked once");
    assert.equal(await listed(), null);
  });

  await step("she allows one doctor by name: the number she was told is the number he sees", async () => {
    await choose("/sharing", /Autoriser/);
    const effect = await save();
    const told = effect.match(/verra (\d+|un) documents? \(aujourd’hui : aucun\)/);
    assert.ok(told, effect);
    all = await listed();
    assert.equal(String(all), told[1] === "un" ? "1" : told[1]);
    assert.ok(all >= 2, `she has ${all} documents`);
  });

  await step("a document that she hides does not exist for him, and she sees that it is hidden", async () => {
    await page.goto(at("/documents"));
    const first = page.locator(".timeline .card .card-title a").first();
    const href = await first.getAttribute("href");
    await page.goto(at(href));
    await page.getByRole("button", { name: "Cacher ce document aux professionnels" }).click();
    const effect = await save();
    assert.ok(effect.includes(`verra ${all - 1 === 1 ? "un document" : `${all - 1} documents`} (aujourd’hui : ${all})`), effect);
    assert.match(page.url(), new RegExp(`${href}\\?done=1$`));
    assert.match(await said(page), /Caché par vous/);
    assert.equal(await listed(), all - 1);
    assert.equal((await office.goto(at(href))).status(), 404);
    await page.goto(at(`${href}/who`));
    assert.match(await said(page), new RegExp(`${doctor.name}.*[Ii]l est caché`));
    await page.goto(at("/documents?hidden=yes"));
    assert.equal(await page.locator(".timeline .card").count(), 1);
    await page.goto(at(`/sharing/preview?who=${doctor.rpps}`));
    assert.match(await said(page), /Un est caché/);
  });

  await step("her treating doctor sees it all the same", async () => {
    await choose("/sharing/treating", /Choisir comme médecin traitant/);
    await save();
    assert.equal(await listed(), all);
    await page.goto(at("/sharing/treating"));
    await page.getByRole("button", { name: "Ce n’est plus mon médecin traitant" }).click();
    await save();
    assert.equal(await listed(), all - 1);
    await page.goto(at("/sharing/hidden"));
    await page.locator("#documents").getByRole("button", { name: /Montrer de nouveau/ }).click();
    await save();
    assert.equal(await listed(), all);
  });

  await step("nobody means nobody, and a code lets one in for an hour", async () => {
    const effect = await general("nobody");
    assert.match(effect, /ne verra aucun document/);
    assert.equal(await listed(), null);
    await page.goto(at("/sharing/code"));
    await page.locator("main form[action='/sharing/code'] button").click();
    const code = (await page.locator("#code").innerText()).trim();
    assert.match(code, /^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
    assert.equal(await page.locator("figure.qr svg").count(), 1);
    assert.match(await said(page), /une heure/);
    await office.goto(at("/pro/code"));
    await office.getByLabel("Code de la personne").fill(code);
    await office.getByRole("button", { name: "Ouvrir l’espace" }).click();
    await office.waitForURL(/\/pro\/patients\/\d+$/);
    assert.equal(await listed(), all);
    await page.goto(at("/sharing"));
    assert.match(await said(page), /A utilisé votre code.*Jusqu’à/);
    await page.goto(at("/sharing/code"));
    await page.getByRole("button", { name: /Arrêter ce code/ }).click();
    await save();
    assert.equal(await listed(), null, "ending a code ends what it gave");
  });

  await step("in English: sharing with the team lets a colleague of the same place in", async () => {
    await page.goto(at("/language?to=en&back=/sharing"));
    const effect = await general("team");
    assert.match(effect, /will see/);
    assert.equal(await listed(), all);
    const colleague = doctors().find(({ places, id }) => places[0] === doctor.places[0] && id !== doctor.id);
    assert.ok(colleague, "a colleague of the same place is in the demo");
    const beside = await visitor(browser);
    await signIn(beside, colleague.id);
    assert.notEqual(await listed(beside), null);
    await beside.context().close();
  });

  await step("an emergency opens with a reason that she reads, unless she refused it", async () => {
    await page.goto(at("/sharing"));
    await page.getByRole("button", { name: /Withdraw access/ }).first().click();
    await save();
    await finds();
    await office.getByRole("link", { name: "Déclarer une urgence" }).click();
    const reason = "inconsciente après une chute";
    await office.getByLabel("Pourquoi est-ce une urgence ?").fill(reason);
    await office.getByRole("button", { name: "Déclarer l’urgence et ouvrir l’espace" }).click();
    await office.waitForURL(/\/pro\/patients\/\d+$/);
    assert.match(await said(office), /Accès en urgence/);
    await page.goto(at("/journal"));
    const lines = await said(page);
    assert.ok(lines.includes(reason) && lines.includes(doctor.name), lines);
    await page.goto(at("/sharing/emergency"));
    await page.locator("#emergency").getByRole("button", { name: "Refuse this access" }).click();
    assert.match(await save(), /will not see your allergies/);
    assert.equal(await listed(), null);
  });

  await step("whom she blocks never gets in, in no mode, and is not told", async () => {
    await choose("/sharing", /^Allow/);
    await save();
    assert.equal(await listed(), all);
    await page.goto(at("/sharing/blocked"));
    await page.locator("#met .card", { hasText: doctor.name }).getByRole("button", { name: /Block/ }).click();
    const effect = await save();
    assert.match(effect, /will see no document/);
    const tried = await office.goto(record());
    assert.equal(tried.status(), 404);
    assert.ok(!/block|bloqu/i.test(await said(office)));
    await page.goto(at("/sharing/blocked"));
    await page.locator("#now").getByRole("button", { name: /Unblock/ }).click();
    await save();
    assert.equal(await listed(), null, "unblocking gives nothing back");
    await page.context().close();
    await office.context().close();
  });
});
