// Ways in and ways out: guessing, recovery without JavaScript, signing out everywhere, refusing a space, closing and
// opening it again; and what the operator sees.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, authenticator, checkPage, demo, launch, said, signIn, skip, told, visitor } from "./harness.mjs";
import { deposit, insured, report } from "./laboratory.mjs";
import { enter, neighbour } from "./neighbours.mjs";

const persona = (n) => demo().personas.filter(({ kind }) => kind === "citizen")[n];
/** Somebody of the insurer's file of whom nobody else's journey speaks. */
const announced = (n) => insured().filter((p) => !["31", "44", "80"].includes(p.department) && !p.representatives && !p.death_date)[n];

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

test("whoever guesses codes must wait, and is told so in words and in a header", { skip }, async () => {
  // Given: somebody's number and birthday, which a neighbour may know. No script is needed to guess.
  const page = await visitor(browser, { javascript: false });
  const victim = announced(20);
  const [year, month, day] = victim.birth_date.split("-");
  let answer;
  for (let tries = 0; tries < 8; tries += 1) {
    await page.goto(at("/activation"));
    await page.getByLabel("Numéro de sécurité sociale").fill(victim.matricule);
    await page.getByLabel("Nom de naissance").fill(victim.birth_name);
    await page.getByLabel("Jour").fill(day);
    await page.getByLabel("Mois").fill(month);
    await page.getByLabel("Année").fill(year);
    await page.getByLabel("Code provisoire").fill(`AAAA-AAAA-AAAA-AAA${"ABCDEFGH"[tries]}`);
    [answer] = await Promise.all([
      page.waitForResponse((r) => r.request().method() === "POST"),
      page.getByRole("button", { name: "Continuer" }).click(),
    ]);
    if (answer.status() === 429) break;
    assert.equal(answer.status(), 422);
  }
  // Then: after a few tries the door answers "later", and says how long.
  assert.equal(answer.status(), 429);
  assert.ok(Number(answer.headers()["retry-after"]) > 0);
  assert.match(await said(page), /Trop d’essais de suite/);
  await page.context().close();
});

test("with recovery codes and no JavaScript at all she gets in", { skip }, async () => {
  // Given: new recovery codes, made on the page of her account.
  const page = await visitor(browser, { javascript: false });
  await signIn(page, persona(2).id);
  await page.goto(at("/account"));
  await page.getByRole("button", { name: "Créer dix nouveaux codes" }).click();
  const codes = await page.locator("#recovery-codes code").allInnerTexts();
  assert.equal(codes.length, 10);
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  // When: she uses one, as the sign-in page proposes.
  await page.goto(at("/sign-in"));
  await page.getByRole("link", { name: /code de secours/ }).first().click();
  await page.getByLabel("Numéro de sécurité sociale").fill(persona(2).ins);
  await page.getByLabel("Code de secours").fill(codes[3].toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Se connecter" }).click();
  // Then: she is in, one code is gone, and the journal knows.
  assert.match(await said(page), /Avez-vous perdu un appareil/);
  assert.match(await said(page), /Il vous reste 9 codes/);
  await page.goto(at("/journal"));
  assert.match(await said(page), /Vous avez créé des codes de secours/);
  await page.context().close();
});

test("several devices: a second passkey, its name, its end; and signing out everywhere", { skip }, async () => {
  // Given: her space open on two devices.
  const [telephone, library] = [await visitor(browser), await visitor(browser)];
  const device = await authenticator(telephone);
  await signIn(telephone, persona(2).id);
  await signIn(library, persona(2).id);
  await telephone.goto(at("/account"));
  await checkPage(telephone);
  // When: she makes a passkey on the telephone and gives it another name.
  await telephone.getByLabel("Nom de la clé").last().fill("Mon téléphone");
  await telephone.getByRole("button", { name: "Ajouter cet appareil" }).click();
  await telephone.locator(".card-title", { hasText: "Mon téléphone" }).waitFor();
  assert.equal((await device.credentials()).length, 1);
  await checkPage(telephone);
  await telephone.locator("form[action$='/rename'] input[name=name]").first().fill("Téléphone bleu");
  await telephone.getByRole("button", { name: "Renommer" }).first().click();
  await telephone.locator(".card-title", { hasText: "Téléphone bleu" }).waitFor();
  // When: she signs out everywhere else. Then: the library's computer is outside, she is not.
  await telephone.getByRole("button", { name: "Déconnecter tous les autres appareils" }).click();
  await telephone.waitForLoadState();
  await library.goto(at("/documents"));
  assert.match(library.url(), /\/sign-in/);
  await telephone.goto(at("/documents"));
  assert.match(telephone.url(), /\/documents/);
  // And: the passkey opens her space.
  await telephone.getByRole("button", { name: "Se déconnecter" }).click();
  await telephone.goto(at("/sign-in"));
  await telephone.getByRole("button", { name: "Se connecter avec ma clé d’accès" }).click();
  await telephone.getByRole("button", { name: "Se déconnecter" }).waitFor();
  await telephone.context().close();
  await library.context().close();
});

test("she closes her space, nobody gets in, and she opens it again", { skip }, async () => {
  const page = await visitor(browser);
  const her = persona(3);
  await signIn(page, her.id);
  await page.goto(at("/account"));
  await page.getByRole("link", { name: "Fermer mon espace de santé" }).click();
  await checkPage(page);
  await page.getByRole("button", { name: "Fermer mon espace" }).click();
  assert.match(await said(page), /Votre espace est fermé/);
  await checkPage(page);
  // A laboratory is told, and nothing is filed.
  const line = insured().find((person) => person.matricule === her.ins);
  const refused = await deposit(report(line));
  assert.ok(refused.status >= 400 && refused.status < 500, JSON.stringify(refused.body));
  assert.match(JSON.stringify(refused.body), /space-closed/);
  await page.getByRole("button", { name: "Rouvrir mon espace" }).click();
  await page.getByRole("heading", { level: 1, name: /Bonjour/ }).waitFor();
  await page.context().close();
});

const LETTER = {
  "fr-FR": {
    code: "Code de la lettre", day: "Jour", month: "Mois", year: "Année", next: "Continuer", wrong: /ne vont pas ensemble/,
    sure: /Rien n’est encore enregistré/, yes: "Je refuse la création de cet espace", done: /Votre refus est enregistré/,
    find: "Chercher", nobody: /Personne ne correspond/,
  },
  "en-GB": {
    code: "Code of the letter", day: "Day", month: "Month", year: "Year", next: "Continue", wrong: /do not fit each other/,
    sure: /Nothing has been recorded yet/, yes: "I refuse this space", done: /Your refusal is recorded/,
    find: "Search", nobody: /Nobody matches/,
  },
};

told([["fr-FR", true], ["en-GB", false]]).forEach(([language, javascript], n) => {
  const how = `${language}, ${javascript ? "with" : "without"} script`;
  test(`with the code of her letter she refuses a space before there is one (${how})`, { skip }, async () => {
    // Given: the letter of somebody whose window is still open.
    const [letter, words] = [demo().letters[n], LETTER[language]];
    const [year, month, day] = letter.birth_date.split("-");
    const page = await visitor(browser, { language, javascript });
    const check = () => (javascript ? checkPage(page) : undefined);
    const fill = async (code) => {
      await page.goto(at("/opposition"));
      await page.getByLabel(words.code).fill(code);
      await page.getByLabel(words.day).fill(day);
      await page.getByLabel(words.month).fill(month);
      await page.getByLabel(words.year).fill(year);
      await page.getByRole("button", { name: words.next }).click();
    };
    await page.goto(at("/opposition"));
    await check();
    // A code that does not fit is refused without saying why.
    await fill("AAAA-AAAA-AAAA-AAAA");
    assert.match(await said(page), words.wrong);
    await check();
    // With the right one she is asked whether she is sure; only then it is written down.
    await fill(letter.opposition_code);
    assert.match(await said(page), words.sure);
    await check();
    await page.getByRole("button", { name: words.yes }).click();
    assert.match(await said(page), words.done);
    await check();
    // A professional who looks for her finds nobody.
    const line = insured().find((person) => letter.name.startsWith(person.given_names.split(" ")[0]) && person.birth_date === letter.birth_date);
    await signIn(page, "professional");
    await page.goto(at("/pro"));
    await page.locator("input[name=ins]").fill(line.matricule);
    await page.getByRole("button", { name: words.find }).first().click();
    assert.match(await said(page), words.nobody);
    await page.context().close();
  });
});

test("the operator notes an opposition that came by letter, and the figures follow", { skip }, async () => {
  const page = await visitor(browser);
  await signIn(page, "operator");
  const person = announced(5);
  const opposed = async () => {
    const csv = await (await page.request.get(at("/operator/enrolment.csv"))).text();
    // One line per wave, department and figure.
    const [header, ...rows] = csv.trim().split(/\r?\n/).map((row) => row.split(","));
    const [department, what, n] = ["department", "what", "n"].map((column) => header.indexOf(column));
    const counted = rows.filter((row) => row[department] === person.department && row[what] === "opposed");
    assert.equal(counted.length, 1, csv.slice(0, 400));
    return Number(counted[0][n]);
  };
  const before = await opposed();
  await page.goto(at("/operator/opposition"));
  await checkPage(page);
  // A number that nobody has is refused; what was written is still there.
  await page.getByLabel("Numéro de sécurité sociale").fill("1 00 00 00 000 000 00");
  await page.getByLabel("Comment l’opposition est arrivée").fill("Courrier du 12 novembre");
  await page.getByRole("button", { name: "Enregistrer l’opposition" }).click();
  await page.locator("[data-error-summary]").waitFor();
  await checkPage(page);
  assert.equal(await page.getByLabel("Comment l’opposition est arrivée").inputValue(), "Courrier du 12 novembre");
  await page.getByLabel("Numéro de sécurité sociale").fill(person.matricule);
  await page.getByRole("button", { name: "Enregistrer l’opposition" }).click();
  await page.getByText("L’opposition est enregistrée").waitFor();
  await page.goto(at("/operator/enrolment"));
  assert.match(await said(page), /Personnes annoncées/);
  await checkPage(page);
  assert.equal(await opposed(), before + 1);
  // What came in is counted by department, by kind of document and by kind of sender, and names nobody.
  const received = await (await page.request.get(at("/operator/enrolment.csv"))).text();
  assert.match(received, /,document-type,"?11502-2"?,[1-9]/);
  assert.match(received, /,document-sender,"?laboratory"?,[1-9]/);
  assert.ok(!received.includes(persona(0).ins) && !received.includes(person.birth_name));
  // The team runs the service and reads nobody's space.
  for (const path of ["/documents", `/pro/patients/${persona(0).person_id}`, "/journal"]) {
    const answer = await page.request.get(at(path), { maxRedirects: 0 });
    assert.notEqual(answer.status(), 200, path);
  }
  await page.context().close();
});

const PRESENCE = {
  "fr-FR": {
    ins: "Matricule INS", find: "Chercher", family: "Nom de naissance", given: "Premier prénom de naissance", day: "Jour",
    month: "Mois", year: "Année", sex: { F: "Féminin", M: "Masculin" }, slip: /Ce numéro comporte une erreur/,
    agrees: "Déclarer son accord", told: /a déclaré que vous étiez d’accord, en sa présence/,
    noted: /A noté votre accord en votre présence/, until: /Jusqu’à\s:/, end: /Retirer l’accès/,
  },
  "en-GB": {
    ins: "INS number", find: "Search", family: "Birth name", given: "First given name at birth", day: "Day",
    month: "Month", year: "Year", sex: { F: "Female", M: "Male" }, slip: /There is a mistake in this number/,
    agrees: "Declare their agreement", told: /declared that you agreed, in person/,
    noted: /Recorded that you agreed in their presence/, until: /Until:/, end: /Withdraw access/,
  },
};

told([["fr-FR", 54], ["en-GB", 67]]).forEach(([language, n]) => {
  test(`a nurse notes that a person agreed in her presence, which the person sees and can take back (${language})`, { skip }, async () => {
    // Somebody with one place of work: nothing is asked before she is there.
    const nurse = demo().personas.find(({ kind, name, places, activation_code }) =>
      kind === "professional" && places.length === 1 && !activation_code && !/^Dr/.test(name));
    const [words, her] = [PRESENCE[language], neighbour(n)];
    const office = await visitor(browser, { language });
    await signIn(office, nurse.id);
    await office.goto(at("/pro"));
    await checkPage(office);
    // A number that lacks a digit is told before anybody is looked for.
    await office.getByLabel(words.ins, { exact: true }).fill(her.ins.slice(0, -1));
    await office.getByRole("button", { name: words.find }).first().click();
    await office.locator("[data-error-summary]").waitFor();
    assert.match(await said(office), words.slip);
    await checkPage(office);
    // By the five traits.
    const { line } = her;
    const [year, month, day] = line.birth_date.split("-");
    await office.getByLabel(words.family, { exact: true }).fill(line.birth_name);
    await office.getByLabel(words.given).fill(line.given_names.split(" ")[0]);
    await office.getByLabel(words.day).fill(day);
    await office.getByLabel(words.month).fill(month);
    await office.getByLabel(words.year).fill(year);
    await office.getByLabel(words.sex[line.sex], { exact: true }).check();
    await office.getByRole("button", { name: words.find }).last().click();
    await office.waitForURL(/\/presence\?found=/);
    await checkPage(office);
    await office.getByRole("button", { name: words.agrees }).click();
    await office.waitForURL(/\/pro\/patients\/\d+$/);
    assert.ok((await office.locator(".timeline .card").count()) > 0, "she has something to read");
    await checkPage(office);
    // The person sees it and whose word it was; she did not ask to be asked each time, so it lasts until she ends it.
    const page = await visitor(browser, { language, javascript: false });
    await enter(page, her);
    await page.goto(at("/journal"));
    const told = page.locator("main .card", { hasText: nurse.name }).filter({ hasText: words.told });
    assert.equal(await told.count(), 1, await said(page));
    await page.goto(at("/sharing"));
    const noted = page.locator("main .card", { hasText: nurse.name });
    assert.match(await noted.innerText(), words.noted);
    assert.doesNotMatch(await noted.innerText(), words.until);
    await noted.getByRole("button", { name: words.end }).click();
    await page.waitForURL(/\/sharing\/effect$/);
    await page.locator("main form[action='/sharing/decide'] button").click();
    await page.waitForURL(/\/sharing\?done/);
    assert.equal(await page.locator("main .card", { hasText: nurse.name }).count(), 0);
    const tried = await office.request.get(at(`/pro/patients/${her.person_id}`));
    assert.equal(tried.status(), 404);
    await page.context().close();
    await office.context().close();
  });
});
