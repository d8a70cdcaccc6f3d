// How a professional comes into a space that is not open to her: with the code that the person shows, by typing it and by
// its picture, and in an emergency; and what the person reads of it afterwards. Once in French, once in English.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, card, checkPage, demo, journey, launch, signIn, skip, told, visitor } from "./harness.mjs";
import { deposit, insured, report } from "./laboratory.mjs";

const WORDS = {
  "fr-FR": {
    make: "Créer le code", wrong: "Ce code n’ouvre aucun espace", open: "Ouvrir l’espace",
    find: "Chercher", declare: "Déclarer une urgence",
    confirm: "Déclarer l’urgence et ouvrir l’espace", short: "trois au moins", banner: "Accès en urgence, jusqu’au",
    why: "Inconsciente après une chute dans l’escalier", pdf: /^Ouvrir le document/, read: /a lu un document/, as: "Accès en urgence",
  },
  "en-GB": {
    make: "Make the code", wrong: "This code opens no space", open: "Open the space",
    find: "Search", declare: "Declare an emergency",
    confirm: "Declare the emergency and open the space", short: "three at least", banner: "Emergency access, until",
    why: "Unconscious after a fall on the stairs", pdf: /^Open the document/, read: /read a document/, as: "Access in an emergency",
  },
};

/** Each language has its own person and its own professional, so that neither finds what the other left. */
const citizen = (order) => demo().personas.filter(({ kind }) => kind === "citizen")[order];
const professional = (order) =>
  demo().personas.filter(({ kind, places }) => kind === "professional" && places.length === 1)[order];

/** What a laboratory sends her first, so that there is a document with a file for whoever comes in an emergency. */
const TITLE = "Bilan du matin";

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

told(Object.entries(WORDS)).forEach(([language, words], order) => {
  test(`codes and emergencies (${language})`, { skip }, async (t) => {
    const step = journey(t);
    const [person, doctor] = [citizen(2 + order), professional(1 + order)];
    let hers, his, code;

    await step("she makes a code and reads it to him", async () => {
      hers = await visitor(browser, { language });
      await signIn(hers, person.id);
      const line = insured().find(({ matricule }) => matricule === person.ins);
      assert.equal((await deposit(report(line, { title: TITLE }))).status, 200);
      await hers.goto(at("/sharing/code"));
      await hers.getByRole("button", { name: words.make }).click();
      code = (await hers.locator("#code").innerText()).trim();
      assert.match(code, /^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
      await checkPage(hers);
    });

    await step("a wrong code says so; hers opens her space, also from its picture", async () => {
      his = await visitor(browser, { language });
      await signIn(his, doctor.id);
      await his.goto(at("/pro/code"));
      await checkPage(his);
      await his.locator("[name=code]").fill("AAAA-AAAA");
      await his.getByRole("button", { name: words.open }).click();
      await his.locator("[data-error-summary]").waitFor();
      assert.ok((await his.locator("main").innerText()).includes(words.wrong));
      await checkPage(his);
      // As the telephone does that reads the picture: the code is in the field and no longer in the address.
      await his.goto(at("/help"));
      await his.goto(at(`/pro/code#${code}`));
      await his.waitForFunction(() => document.querySelector("[name=code]").value !== "");
      assert.equal(await his.locator("[name=code]").inputValue(), code);
      assert.ok(!his.url().includes(code));
      await his.getByRole("button", { name: words.open }).click();
      await his.waitForURL(new RegExp(`/pro/patients/${person.person_id}$`));
      await checkPage(his);
    });

    await step("she ends the code, and he is out at once", async () => {
      await hers.goto(at("/sharing/code"));
      await hers.locator('.card form[action="/sharing/effect"] button').first().click();
      // The effect is shown before it is saved.
      await checkPage(hers);
      await hers.locator('main form[action="/sharing/decide"] button').first().click();
      await hers.waitForURL(/\/sharing/);
      const answer = await his.goto(at(`/pro/patients/${person.person_id}`));
      assert.equal(answer.status(), 404);
    });

    await step("in an emergency he says why, and every page says that it is one", async () => {
      await his.goto(at("/pro"));
      await his.locator("[name=ins]").fill(person.ins);
      await his.getByRole("button", { name: words.find }).first().click();
      await his.waitForURL(/\/presence\?found=/);
      await checkPage(his);
      await his.getByRole("link", { name: words.declare }).click();
      await checkPage(his);
      await his.locator("[name=reason]").fill("urgent");
      await his.getByRole("button", { name: words.confirm }).click();
      await his.locator("[data-error-summary]").waitFor();
      assert.ok((await his.locator("main").innerText()).includes(words.short));
      await his.locator("[name=reason]").fill(words.why);
      await his.getByRole("button", { name: words.confirm }).click();
      await his.waitForURL(new RegExp(`/pro/patients/${person.person_id}$`));
      assert.ok((await his.locator("main").innerText()).includes(words.banner));
      await checkPage(his);
      // The list when it is searched and filtered, and every document of it.
      const documents = await his.locator(".timeline .card-title a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      assert.ok(documents.length > 0, "there is something to see");
      const query = await his.locator("search, [role=search]").locator("input[type=search]").getAttribute("name");
      for (const address of [`/pro/patients/${person.person_id}?${query}=bilan`, ...documents]) {
        assert.equal((await his.goto(at(address))).status(), 200, address);
        const text = await his.locator("main").innerText();
        assert.ok(text.includes(words.banner) && text.includes(words.why), `${address}: ${text}`);
      }
      await checkPage(his);
    });

    await step("the file of a document is the paper itself; she reads that he opened it in an emergency", async () => {
      await his.goto(at(`/pro/patients/${person.person_id}`));
      await card(his, TITLE).first().click();
      assert.ok((await his.locator("main").innerText()).includes(words.banner));
      await checkPage(his);
      const file = await his.getByRole("link", { name: words.pdf }).getAttribute("href");
      const answer = await his.request.get(at(file));
      assert.equal(answer.status(), 200);
      assert.equal(answer.headers()["content-type"], "application/pdf");
      await hers.goto(at("/journal"));
      const [line] = await hers.locator("main .card", { hasText: doctor.name }).allInnerTexts();
      assert.match(line, words.read);
      assert.ok(line.includes(words.as), line);
      await checkPage(hers);
    });

    await step("she reads who it was, and why", async () => {
      await hers.goto(at("/journal"));
      const journal = await hers.locator("main").innerText();
      assert.ok(journal.includes(words.why), journal);
      assert.ok(journal.includes(doctor.name), journal);
    });
  });
});
