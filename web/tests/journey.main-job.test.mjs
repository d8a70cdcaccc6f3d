// The main job, from end to end in real Chromium: a letter, a passkey, a report, a print, a refusal, a permission,
// a journal. One visitor after the other, as it happens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, authenticator, card, checkPage, demo, journey, launch, signIn, skip, visitor } from "./harness.mjs";
import { deposit, insured, report, token, client } from "./laboratory.mjs";

let browser, page, device, lab, codes;
/** She: the persona that has a letter and nothing else. */
const newcomer = () => demo().personas.find((persona) => persona.activation_code);
const line = () => insured().find((person) => person.matricule === newcomer().ins);
/** A doctor whom she has not allowed. */
const doctor = () => demo().personas.find((persona) => persona.kind === "professional" && persona.name.startsWith("Dr"));

before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function whoSheIs({ code }) {
  const [year, month, day] = line().birth_date.split("-");
  await page.getByLabel("Numéro de sécurité sociale").fill(newcomer().ins);
  await page.getByLabel("Nom de naissance").fill(line().birth_name.toLowerCase());
  await page.getByLabel("Jour").fill(String(Number(day)));
  await page.getByLabel("Mois").fill(String(Number(month)));
  await page.getByLabel("Année").fill(year);
  await page.getByLabel("Code provisoire").fill(code);
  await page.getByRole("button", { name: "Continuer" }).click();
}

test("a person's space, from her letter to her journal", { skip }, async (t) => {
  const step = journey(t);
  await step("a wrong code is refused without telling which part was wrong", async () => {
    // Given: her letter, her card, and a telephone that knows passkeys.
    page = await visitor(browser);
    device = await authenticator(page);
    await page.goto(at("/"));
    await page.waitForURL(/\/sign-in/);
    await checkPage(page);
    await page.getByRole("link", { name: "C’est ma première visite" }).click();
    // When: she mistypes the code.
    await whoSheIs({ code: "AAAA-BBBB-CCCC-DDDD" });
    // Then: the page says that something does not fit, keeps what she typed, and has no finding.
    await page.locator("[data-error-summary]").waitFor();
    assert.match(await page.locator("[data-error-summary]").innerText(), /ne correspondent à aucun espace/);
    assert.equal(await page.getByLabel("Numéro de sécurité sociale").inputValue(), newcomer().ins);
    await checkPage(page);
  });

  await step("with the right code she makes a passkey and keeps her recovery codes", async () => {
    // When: she types it in small letters without hyphens, as people do.
    await whoSheIs({ code: newcomer().activation_code.replaceAll("-", "").toLowerCase() });
    await page.waitForURL(/\/activation\/passkey$/);
    await checkPage(page);
    await page.getByRole("button", { name: "Créer ma clé d’accès" }).click();
    await page.waitForURL(/\/activation\/codes$/);
    await checkPage(page);
    await page.getByRole("button", { name: "Afficher mes codes" }).click();
    // Then: ten different codes, and a passkey on her device that needs no name to be typed.
    codes = await page.locator("#recovery-codes code").allInnerTexts();
    assert.equal(new Set(codes).size, 10);
    await checkPage(page);
    const [key, ...others] = await device.credentials();
    assert.equal(others.length, 0);
    assert.equal(key.isResidentCredential, true);
    await page.getByRole("link", { name: "J’ai mes codes" }).click();
    await page.getByRole("heading", { level: 1, name: /Bonjour/ }).waitFor();
    await checkPage(page);
  });

  await step("the code of the letter works once", async () => {
    const second = await visitor(browser);
    const [first, firstDevice] = [page, device];
    page = second;
    await page.goto(at("/activation"));
    await whoSheIs({ code: newcomer().activation_code });
    await page.locator("[data-error-summary]").waitFor();
    await second.context().close();
    [page, device] = [first, firstDevice];
  });

  await step("she signs out, and in again with her passkey alone", async () => {
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.getByRole("link", { name: /Se (re)?connecter/ }).first().waitFor();
    await checkPage(page);
    // A page of hers is out of reach now.
    await page.goto(at("/documents"));
    await page.waitForURL(/\/sign-in/);
    // The finger that does not match: the browser gives up, and the page says so in words.
    await device.refuse();
    await page.getByRole("button", { name: "Se connecter avec ma clé d’accès" }).click();
    await page.locator("[data-passkey-message]").filter({ hasText: /annulée|pas fonctionné/ }).waitFor();
    await device.accept();
    await page.getByRole("button", { name: "Se connecter avec ma clé d’accès" }).click();
    await page.getByRole("button", { name: "Se déconnecter" }).waitFor();
  });

  await step("a laboratory deposits a report; one for somebody else is refused with the reason", async () => {
    // Given: the laboratory's software with its own key.
    assert.ok(await token(client()));
    // When: it deposits a report about her.
    lab = report(line(), { title: "Bilan martial" });
    const given = await deposit(lab);
    // Then: it is told where the document is.
    assert.equal(given.status, 200, JSON.stringify(given.body));
    assert.equal(given.body.type, "transaction-response");
    // And: with the traits of somebody else it is refused, and the reason can be understood.
    const mistaken = report({ ...line(), birth_name: "QUELQUUN", given_names: "AUTRE" });
    const refused = await deposit(mistaken);
    assert.ok(refused.status >= 400 && refused.status < 500, JSON.stringify(refused.body));
    assert.equal(refused.body.resourceType, "OperationOutcome");
    assert.match(JSON.stringify(refused.body.issue), /traits-mismatch/);
  });

  await step("she finds the report, reads it and prints it", async () => {
    await page.goto(at("/"));
    // It stands on her first page, as new.
    await card(page, "Bilan martial").waitFor();
    await page.getByRole("searchbox").fill("ferritine");
    await page.getByRole("button", { name: "Rechercher" }).click();
    await card(page, "Bilan martial").click();
    await page.getByRole("heading", { level: 1, name: "Compte rendu de laboratoire" }).waitFor();
    await page.getByText("Bilan martial").first().waitFor();
    assert.match(await page.locator("main").innerText(), /112 µg\/L/);
    assert.match(await page.locator("main").innerText(), /VASSEUR/i);
    await checkPage(page);
    // The copy that the laboratory signed opens as the PDF that it is.
    const copy = page.getByRole("link", { name: /Ouvrir le document/ });
    const file = await page.request.get(at(await copy.getAttribute("href")));
    assert.equal(file.headers()["content-type"], "application/pdf");
    assert.match(file.headers()["content-security-policy"], /sandbox/);
    assert.equal((await file.body()).subarray(0, 5).toString(), "%PDF-");
    // On paper: the report without menu and buttons, not more than two pages.
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".menu").isVisible(), false);
    assert.equal(await page.locator("[data-print]").isVisible(), false);
    assert.equal(await page.getByText("112 µg/L").first().isVisible(), true);
    // And whose report it is: on paper nothing else says so.
    assert.equal(await page.locator(".who").isVisible(), true);
    assert.match(await page.locator(".who").innerText(), new RegExp(line().birth_name, "i"));
    const paper = await page.pdf({ format: "A4" });
    await page.emulateMedia({ media: "screen" });
    assert.ok(paper.length > 5_000);
    const sheets = paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(sheets <= 2, `${sheets} pages`);
  });

  await step("a doctor whom she has not allowed is refused; one she has allowed reads", async () => {
    const office = await visitor(browser);
    await signIn(office, doctor().id);
    const find = async () => {
      await office.goto(at("/pro"));
      await office.getByLabel("Matricule INS").fill(newcomer().ins);
      await office.getByRole("button", { name: "Chercher" }).first().click();
      await office.waitForURL(/\/pro\/patients\/\d+/);
    };
    // Given: a doctor whom she has not allowed. When: he looks for her. Then: he sees who she is, and no document.
    await find();
    assert.match(await office.locator("main").innerText(), /ne vous a pas donné accès/);
    assert.equal(await card(office, "Bilan martial").count(), 0);
    await checkPage(office);
    // Nor by the address of the document itself.
    await page.goto(at("/documents"));
    const document = await card(page, "Bilan martial").getAttribute("href");
    const tried = await office.request.get(at(document));
    assert.ok([403, 404].includes(tried.status()), `${tried.status()}`);
    assert.doesNotMatch(await tried.text(), /Ferritine/);

    // When: she allows him.
    await page.getByRole("link", { name: "Qui peut voir" }).first().click();
    await checkPage(page);
    await page.getByLabel("Nom du professionnel").fill(doctor().rpps);
    await page.getByRole("button", { name: "Rechercher" }).click();
    await checkPage(page);
    await page.getByRole("button", { name: /Autoriser/ }).click();
    // What it changes is said before it is saved.
    await page.waitForURL(/\/sharing\/effect$/);
    await checkPage(page);
    await page.getByRole("button", { name: /Autoriser/ }).click();
    await page.getByRole("button", { name: /Retirer l’accès/ }).waitFor();
    await checkPage(page);
    // Then: he reads it.
    await find();
    await card(office, "Bilan martial").click();
    assert.match(await office.locator("main").innerText(), /112 µg\/L/);
    await checkPage(office);
    await office.context().close();
  });

  await step("both are in her journal, in plain sentences, and in the file she takes home", async () => {
    await page.getByRole("link", { name: "Qui a vu" }).first().click();
    const said = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    const name = doctor().name;
    assert.match(said, new RegExp(`${name}[^.]{0,120} a voulu accéder à votre espace`), said);
    assert.match(said, /vous n’avez pas autorisé ce professionnel/);
    assert.match(said, new RegExp(`Vous avez autorisé ${name}`));
    assert.match(said, new RegExp(`${name}[^.]{0,120} a lu un document`));
    assert.match(said, /a déposé un document/);
    assert.match(said, /l’identité écrite dans le document n’était pas la vôtre/);
    await checkPage(page);

    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: /CSV/ }).click();
    const file = await download;
    const chunks = [];
    for await (const chunk of await file.createReadStream()) chunks.push(chunk);
    const csv = Buffer.concat(chunks).toString("utf8");
    assert.match(file.suggestedFilename(), /\.csv$/);
    assert.ok(csv.startsWith("\uFEFF"), "a spreadsheet needs the mark to read accents");
    const rows = csv.trim().split(/\r?\n/);
    assert.ok(rows.some((row) => row.includes(name) && row.includes("a lu un document")), csv);
    assert.ok(rows.some((row) => row.includes(name) && row.includes("vous n’avez pas autorisé")), csv);
    assert.ok(rows.some((row) => row.includes(doctor().rpps)));
  });

  await step("when she takes the permission back, the doctor is outside again", async () => {
    await page.goto(at("/sharing"));
    await page.getByRole("button", { name: /Retirer l’accès/ }).click();
    await page.waitForURL(/\/sharing\/effect$/);
    await page.getByRole("button", { name: /Retirer l’accès/ }).click();
    await page.getByText("Vous n’avez autorisé personne").waitFor();
    const office = await visitor(browser);
    await signIn(office, doctor().id);
    const tried = await office.request.get(at(`/pro/patients/${newcomer().person_id}`));
    assert.equal(tried.status(), 404);
    await office.context().close();
  });

  await step("a recovery code opens her space once when her device is lost", async () => {
    const elsewhere = await visitor(browser);
    const enter = async () => {
      await elsewhere.goto(at("/sign-in/recovery"));
      await elsewhere.getByLabel("Numéro de sécurité sociale").fill(newcomer().ins);
      await elsewhere.getByLabel("Code de secours").fill(codes[0]);
      await elsewhere.getByRole("button", { name: "Se connecter" }).click();
    };
    await enter();
    await elsewhere.getByText("Avez-vous perdu un appareil").waitFor();
    await checkPage(elsewhere);
    // She ends every other sign-in: the telephone that she lost is outside.
    await elsewhere.getByRole("button", { name: "Déconnecter tous les autres appareils" }).click();
    await elsewhere.waitForLoadState();
    await page.goto(at("/documents"));
    await page.waitForURL(/\/sign-in/);
    // The same code does not open it a second time.
    await elsewhere.getByRole("button", { name: "Se déconnecter" }).click();
    await enter();
    await elsewhere.locator("[data-error-summary]").waitFor();
    await elsewhere.context().close();
  });
});
