// Acting for somebody, in real Chromium with the demo's family: a mother opens her daughter's space and does not see
// what is secret; the daughter does, and keeps one more thing to herself; a grandmother asks for help, limits it and
// takes it back. In both languages, with and without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, base, checkPage, demo, journey, launch, signIn, skip, told, visitor } from "./harness.mjs";

/** A member of the demo's family: mother, father, teenager, grandmother, carer. */
const member = (role) => demo().personas.find((persona) => persona.family === role);

const WORDS = {
  "fr-FR": {
    acting: /Vous agissez pour/, back: "Revenir à mon espace",
    keep: "Garder secret pour mes parents", kept: "Secret pour vos parents", lift: "Ne plus garder secret",
    opened: /a ouvert votre espace/, mother: /votre mère, pour vous,/, offer: "Demander de l’aide à quelqu’un",
    name: "Prénom et nom", day: "Jour", month: "Mois", year: "Année", link: "Qui est cette personne pour vous ?",
    agenda: "Voir et changer mes rendez-vous", profile: "Lire mon identité et mon profil médical", six: "6 mois",
    send: "Envoyer la demande", code: "Le code d’invitation", done: "C’est fait", have: "J’ai un code d’invitation",
    field: "Code d’invitation", see: "Voir la demande", asks: /vous demande d’agir/, accept: /Accepter/,
    open: /Ouvrir son espace/, revoke: /Retirer l’accès/,
    over: "Vous ne pouvez plus agir pour cette personne", nobody: "Personne n’agit pour vous",
    secret: /Secret pour vos parents|gardé secret pour vos parents/,
  },
  "en-GB": {
    acting: /You are acting for/, back: "Back to my space",
    keep: "Keep this from my parents", kept: "Secret from your parents", lift: "No longer keep this secret",
    opened: /opened your space/, mother: /your mother, for you,/, offer: "Ask somebody for help",
    name: "First and last name", day: "Day", month: "Month", year: "Year", link: "Who is this person to you?",
    agenda: "See and change my appointments", profile: "Read my identity and my medical profile", six: "6 months",
    send: "Send the request", code: "The invitation code", done: "Done", have: "I have an invitation code",
    field: "Invitation code", see: "See the request", asks: /asks you to act/, accept: /Accept/,
    open: /Open their space/, revoke: /Take access back/,
    over: "You may no longer act for this person", nobody: "Nobody acts for you",
    secret: /Secret from your parents|kept it secret from your parents/,
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** Pages are checked where the browser has its script; without it the same pages are only used. */
const check = (page, javascript) => (javascript ? checkPage(page) : undefined);

async function who(role, options) {
  const page = await visitor(browser, options);
  await signIn(page, member(role).id);
  return page;
}

/** Opens another space by the band's own list. */
async function switchTo(page, name) {
  await page.locator(".band summary").click();
  await page.locator(".band").getByRole("button", { name }).first().click();
}

/** Addresses of the documents that the list leads to. */
async function documents(page) {
  await page.goto(at("/documents"));
  return page.locator(".card-title a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

for (const [language, javascript] of told([["fr-FR", true], ["en-GB", false]])) {
  const words = WORDS[language];
  const options = { language, javascript };

  test(`a mother, her daughter and a secret (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const step = journey(t);
    let hers, theirs, mother, daughter, open;
    await step("the daughter sees all her documents", async () => {
      daughter = await who("teenager", options);
      hers = await documents(daughter);
      assert.ok(hers.length >= 3, String(hers));
    });

    await step("her mother opens her space; the band says so on every page", async () => {
      mother = await who("mother", options);
      await mother.goto(at("/acting"));
      await check(mother, javascript);
      await mother.goto(at("/"));
      await switchTo(mother, /Lea/i);
      await mother.locator(".band.acting").getByText(words.acting).waitFor();
      await check(mother, javascript);
      theirs = await documents(mother);
      await mother.locator(".band.acting").waitFor();
      await check(mother, javascript);
    });

    await step("what is secret is nowhere for her: not in the list, the journal, by its address", async () => {
      const secret = hers.filter((href) => !theirs.includes(href));
      assert.ok(secret.length >= 1 && theirs.length >= 1, `${hers} / ${theirs}`);
      for (const href of secret) {
        assert.equal((await mother.goto(at(href))).status(), 404);
      }
      await mother.goto(at("/journal"));
      const journal = await mother.content();
      for (const href of secret) assert.ok(!journal.includes(href.split("/").at(-1)), href);
      await check(mother, javascript);
      open = theirs[0];
      assert.equal((await mother.goto(at(open))).status(), 200);
      assert.equal(await mother.getByRole("button", { name: words.keep }).count(), 0);
      await check(mother, javascript);
    });

    await step("the daughter keeps one more document from her parents", async () => {
      await daughter.goto(at(open));
      await daughter.getByRole("button", { name: words.keep }).click();
      await daughter.getByRole("heading", { name: words.kept }).waitFor();
      await check(daughter, javascript);
      assert.equal((await mother.goto(at(open))).status(), 404);
      assert.ok(!(await documents(mother)).includes(open));
    });

    await step("she reads in her journal who was there for her, and shows the document again", async () => {
      await daughter.goto(at("/journal"));
      const journal = await daughter.locator("main").innerText();
      assert.match(journal, words.mother);
      assert.match(journal, words.opened);
      await check(daughter, javascript);
      await daughter.goto(at(open));
      await daughter.getByRole("button", { name: words.lift }).click();
      assert.equal((await mother.goto(at(open))).status(), 200);
    });

    await step("her mother goes back, and sees nothing of her daughter's any more", async () => {
      await mother.goto(at("/"));
      await mother.locator(".band.acting > form button").click();
      assert.equal((await mother.goto(at(open))).status(), 404);
      assert.equal(await mother.locator(".band.acting").count(), 0);
      await mother.context().close();
      await daughter.context().close();
    });
  });

  test(`a daughter who is eighteen today has her space to herself (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const step = journey(t);
    let mother, grown;
    await step("her mother's switch has her sister and not her, and her address opens nothing", async () => {
      mother = await who("mother", options);
      const names = await mother.locator(".band button").allTextContents();
      assert.ok(names.some((name) => /Lea/i.test(name)) && !names.some((name) => /Emma/i.test(name)), String(names));
      await mother.goto(at("/acting"));
      assert.doesNotMatch(await mother.locator("main").innerText(), /Emma/i);
      const csrf = await mother.locator("input[name=csrf]").first().inputValue();
      const form = { csrf, person: member("grown").person_id };
      assert.equal((await mother.request.post(at("/acting-for"), { form, headers: { origin: base.replace(/\/$/, "") } })).status(), 404);
      await mother.context().close();
    });

    await step("she asks for help herself from now on, and sees all that is hers without a parent's sign", async () => {
      grown = await who("grown", options);
      await grown.goto(at("/acting"));
      await grown.getByText(words.nobody).waitFor();
      await grown.getByRole("link", { name: words.offer }).waitFor();
      await check(grown, javascript);
      const hers = await documents(grown);
      assert.equal(hers.length, 2);
      for (const href of hers) {
        assert.equal((await grown.goto(at(href))).status(), 200);
        assert.doesNotMatch(await grown.locator("main").innerText(), words.secret);
      }
    });

    await step("her journal keeps who was there for her while she was a minor", async () => {
      await grown.goto(at("/journal"));
      const journal = await grown.locator("main").innerText();
      assert.match(journal, /Claire Martin.{0,40} (pour vous|for you),/i);
      assert.match(journal, words.opened);
      await check(grown, javascript);
      await grown.context().close();
    });
  });

  test(`help that is asked for, limited and taken back (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const step = journey(t);
    let helped, helper, code;
    await step("a grandmother asks somebody by an invitation, for six months and little", async () => {
      helped = await who("grandmother", options);
      await helped.goto(at("/acting"));
      await check(helped, javascript);
      await helped.getByRole("link", { name: words.offer }).click();
      await helped.getByRole("button", { name: words.send }).click();
      await helped.locator("[data-error-summary]").waitFor();
      await check(helped, javascript);
      await helped.getByLabel(words.name).fill("Thomas");
      const born = new Date(member("father").birth_date);
      await helped.getByLabel(words.day, { exact: true }).fill(String(born.getUTCDate()));
      await helped.getByLabel(words.month, { exact: true }).fill(String(born.getUTCMonth() + 1));
      await helped.getByLabel(words.year, { exact: true }).fill(String(born.getUTCFullYear()));
      await helped.getByLabel(words.link).selectOption("relative");
      await helped.getByLabel(words.agenda).check();
      await helped.getByLabel(words.profile).check();
      await helped.getByLabel(words.six).check();
      await helped.getByRole("button", { name: words.send }).click();
      await helped.getByRole("heading", { name: words.code }).waitFor();
      code = await helped.locator("#invitation-code").innerText();
      assert.match(code, /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
      await check(helped, javascript);
      await helped.getByRole("link", { name: words.done }).click();
    });

    await step("the other takes it up with the code, reads what it means, and accepts", async () => {
      helper = await who("father", options);
      await helper.goto(at("/acting"));
      await helper.getByRole("link", { name: words.have }).click();
      await check(helper, javascript);
      await helper.getByLabel(words.field).fill(code.toLowerCase());
      await helper.getByRole("button", { name: words.see }).click();
      await helper.getByRole("heading", { name: words.asks }).waitFor();
      await check(helper, javascript);
      await helper.getByRole("button", { name: words.accept }).first().click();
      await helper.waitForURL(/\/acting(\?done=1)?$/);
    });

    await step("he may what he was given, and nothing else", async () => {
      const card = helper.locator(".card", { hasText: "ROY" });
      await card.getByRole("button", { name: words.open }).click();
      await helper.locator(".band.acting").waitFor();
      assert.equal((await helper.goto(at("/documents"))).status(), 403);
      await check(helper, javascript);
      assert.equal((await helper.goto(at("/journal"))).status(), 403);
    });

    await step("she takes it back, and it is over at once", async () => {
      await helped.goto(at("/acting"));
      await check(helped, javascript);
      const part = helped.locator(".paper", { hasText: "Thomas" });
      await part.getByRole("button", { name: words.revoke }).click();
      // She is asked once more.
      await helped.waitForURL(/\/acting\/revoke\?relation=/);
      await check(helped, javascript);
      await helped.locator("main").getByRole("button", { name: words.revoke }).click();
      await helped.waitForURL(at("/acting?done=1"));
      await helper.goto(at("/acting"));
      await helper.getByRole("heading", { name: words.over }).waitFor();
      await check(helper, javascript);
      await helper.locator("main").getByRole("button", { name: words.back }).click();
      await helper.waitForURL(at("/"));
      await helped.context().close();
      await helper.context().close();
    });
  });
}
