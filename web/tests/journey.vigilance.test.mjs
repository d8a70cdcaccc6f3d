// A stolen professional account: it opens more spaces than usual and must show its passkey, which whoever sits before it
// has not at hand; the operator's team sees it in numbers, shows a passkey of its own and suspends; every open session is
// outside at once; then the holder is let in again. In French with passkeys, in English without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, authenticator, checkPage, demo, journey, launch, said, signIn, skip, visitor } from "./harness.mjs";

/** A doctor with one place of work, whom no other journey brings near what is usual. */
const doctor = () => demo().personas.filter(({ kind, places }) => kind === "professional" && places.length === 1)[1];
/** What knowledge/fr/vigilance.toml lets a doctor open in an hour before she must prove herself again. */
const USUAL = 30;
/** And what it lets her open in an hour at all. */
const MOST = 90;
/** Spaces, in the order in which hers are opened here: first those where another journey may have brought her already. */
const SPACES = [...new Set([29, 47, 54, 63, 67, 68, 73, 75, ...Array(MOST + 2).keys()])].filter((person) => person > 0);
/** The page of the nth of them, counted from one. */
const patient = (n) => `/pro/patients/${SPACES[n - 1]}`;
/** A browser that she never used. */
const ELSEWHERE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** Somebody who works here, with a passkey on this device and printed codes; signed out again. */
async function equipped(who) {
  const page = await visitor(browser);
  const device = await authenticator(page);
  await signIn(page, who);
  await page.goto(at("/pro/account"));
  await page.getByRole("button", { name: "Ajouter cet appareil" }).click();
  await page.getByRole("button", { name: "Renommer" }).waitFor();
  await page.getByRole("button", { name: "Créer dix nouveaux codes" }).click();
  await page.locator("#recovery-codes code").first().waitFor();
  const codes = await page.locator("#recovery-codes code").allInnerTexts();
  assert.equal(codes.length, 10);
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  return { page, device, codes };
}

/** Signs in with a printed code: what lets in, and is no passkey. */
async function withCode(page, name, code) {
  await page.goto(at("/pro/recovery"));
  await page.locator("input[name=who]").fill(name);
  await page.locator("input[name=code]").fill(code);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/pro/recovery"));
}

const passkey = (page) => page.getByRole("button", { name: "Montrer ma clé d’accès" }).click();

test("a professional account that is stolen, noticed and stopped", { skip }, async (t) => {
  const step = journey(t);
  const account = `/operator/vigilance/${doctor()?.rpps}`;
  let hers, team, thief;
  await step("a session that began with one of her printed codes is asked for the passkey where the usual ends", async () => {
    hers = await equipped(doctor().id);
    thief = await visitor(browser, { javascript: false, agent: ELSEWHERE });
    await withCode(thief, doctor().rpps, hers.codes[0]);
    for (let person = 1; person <= USUAL; person += 1) {
      const answer = await thief.request.get(at(patient(person)), { maxRedirects: 0 });
      assert.notEqual(answer.status(), 303, `${person}: ${answer.headers().location}`);
    }
    await thief.goto(at(patient(USUAL + 1)));
    await thief.waitForURL((url) => url.pathname + url.search === `/confirm?next=${patient(USUAL + 1)}`);
    assert.match(await said(thief), /C’est bien vous \? Votre compte ouvre plus d’espaces que d’habitude/);
    // Nor does the next space open.
    const next = await thief.request.get(at(patient(USUAL + 2)), { maxRedirects: 0 });
    assert.equal(next.status(), 303);
  });

  await step("she herself shows her passkey, and goes on where she was", async () => {
    const { page, device } = hers;
    await withCode(page, doctor().rpps, hers.codes[1]);
    await page.goto(at(patient(USUAL + 1)));
    await page.waitForURL(/\/confirm\?next=/);
    await checkPage(page);
    await device.refuse();
    await passkey(page);
    await page.locator("[data-passkey-message]").filter({ hasText: /annulée|pas fonctionné/ }).waitFor();
    await device.accept();
    await passkey(page);
    await page.waitForURL(at(patient(USUAL + 1)));
    await page.goto(at(patient(USUAL + 2)));
    assert.equal(page.url(), at(patient(USUAL + 2)));
  });

  await step("what no doctor can need is stopped, passkey or not", async () => {
    const { page } = hers;
    for (let person = USUAL + 3; person <= MOST; person += 1) {
      const answer = await page.request.get(at(patient(person)), { maxRedirects: 0 });
      assert.ok([200, 404].includes(answer.status()), `${person}: ${answer.status()}`);
    }
    const stopped = await page.goto(at(patient(MOST + 1)));
    assert.equal(stopped.status(), 403);
    assert.match(await said(page), /Votre compte a ouvert bien plus d’espaces que d’habitude/);
    await checkPage(page);
  });

  await step("the team sees numbers, and never whose spaces they were", async () => {
    team = await equipped("operator");
    const { page } = team;
    await withCode(page, "demo", team.codes[0]);
    await page.goto(at("/operator/vigilance"));
    // One line of the night that the demo was seeded with, one of today.
    const lines = page.getByRole("row").filter({ hasText: doctor().name }).filter({ hasText: "Beaucoup d’espaces ouverts" });
    assert.equal(await lines.count(), 2);
    await checkPage(page);
    await lines.first().getByRole("link").click();
    await page.waitForURL(at(account));
    const text = await said(page);
    assert.match(text, /Espaces différents, dernière heure 90/);
    assert.match(text, /Nouvel appareil/);
    assert.match(text, /Arrêté : trop d’espaces/);
    for (const { kind, name, ins } of demo().personas) {
      if (kind === "citizen") assert.ok(!text.includes(name) && !text.includes(ins), name);
    }
    await checkPage(page);
  });

  await step("to suspend, the team shows a passkey first; what was typed is not lost", async () => {
    const { page } = team;
    await page.getByLabel("Pourquoi").fill("La titulaire a appelé : codes volés.");
    await page.getByRole("button", { name: "Suspendre ce compte" }).click();
    await page.waitForURL(/\/confirm\?next=\/confirm\/resume$/);
    // Nothing has happened yet.
    assert.equal((await hers.page.request.get(at("/pro"), { maxRedirects: 0 })).status(), 200);
    await checkPage(page);
    await passkey(page);
    await page.waitForURL(at("/confirm/resume"));
    await checkPage(page);
    await page.getByRole("button", { name: "Envoyer" }).click();
    await page.waitForURL(at(account));
    assert.match(await said(page), /Ce compte est suspendu/);
    assert.match(await said(page), /codes volés/);
    await checkPage(page);
  });

  await step("every open session is outside with its next click, and no way in opens", async () => {
    for (const page of [hers.page, thief]) {
      await page.goto(at("/pro"));
      await page.waitForURL(/\/pro\/sign-in/);
    }
    await hers.page.getByRole("button", { name: "Se connecter avec ma clé d’accès" }).click();
    await hers.page.locator("[data-passkey-message]").filter({ hasText: /suspendu/ }).waitFor();
    await checkPage(hers.page);
    await thief.goto(at("/pro/recovery"));
    await thief.locator("input[name=who]").fill(doctor().rpps);
    await thief.locator("input[name=code]").fill(hers.codes[2]);
    await thief.locator("main form button[type=submit]").click();
    assert.match(await said(thief), /Votre compte est suspendu/);
  });

  await step("lifted, she comes in with her passkey; what was open before stays shut", async () => {
    await team.page.getByRole("button", { name: "Rétablir ce compte" }).click();
    await team.page.waitForURL(at(account));
    assert.match(await said(team.page), /Rétabli le/);
    await checkPage(team.page);
    await thief.goto(at("/pro"));
    await thief.waitForURL(/\/pro\/sign-in/);
    const { page } = hers;
    await page.goto(at("/pro/sign-in"));
    await page.getByRole("button", { name: "Se connecter avec ma clé d’accès" }).click();
    await page.waitForURL(/\/pro$/);
    // Her own list of acts tells it to her.
    await page.goto(at("/pro/account"));
    assert.match(await said(page), /suspendu/i);
    await checkPage(page);
    for (const one of [page, team.page, thief]) await one.context().close();
  });
});

test("the team suspends and lifts in English, without JavaScript", { skip }, async (t) => {
  const step = journey(t);
  let team, office;
  await step("the account is found by its number; a suspension needs a reason", async () => {
    office = await visitor(browser, { javascript: false, language: "en-GB" });
    await signIn(office, doctor().id);
    await office.waitForURL(/\/pro$/);
    team = await visitor(browser, { javascript: false, language: "en-GB" });
    await signIn(team, "operator");
    await team.goto(at("/operator/vigilance"));
    await team.getByRole("searchbox").fill(doctor().rpps);
    await team.locator("form[role=search] button, search form button").first().click();
    await team.waitForURL(at(`/operator/vigilance/${doctor().rpps}`));
    assert.match(await said(team), new RegExp(`Account of ${doctor().name}`));
    await team.getByRole("button", { name: "Suspend this account" }).click();
    await team.locator("[data-error-summary]").waitFor();
  });

  await step("with one she is outside at once, on a page that says why, and back when it is lifted", async () => {
    await team.getByLabel("Why").fill("Stolen telephone");
    await team.getByRole("button", { name: "Suspend this account" }).click();
    assert.match(await said(team), /This account is suspended/);
    await office.goto(at("/pro"));
    await office.waitForURL(/\/pro\/sign-in/);
    await signIn(office, doctor().id);
    assert.match(await said(office), /Your account is suspended/);
    await team.getByRole("button", { name: "Restore this account" }).click();
    await signIn(office, doctor().id);
    await office.waitForURL(/\/pro$/);
    await team.context().close();
    await office.context().close();
  });
});
