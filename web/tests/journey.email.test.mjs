// Being told by e-mail: she chooses it on her page, confirms her address with a code, and is written to when somebody
// comes; the letter says the same sentence whatever happened. In French with script, in English without. The demo lays
// its letters into the folder `outbox` beside demo.json.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { at, checkPage, journey, launch, said, signIn, skip, told, visitor, works } from "./harness.mjs";
import { enter, neighbour } from "./neighbours.mjs";

const NOTICES = "/journal/notices";

const doctor = () => works(({ name, places }) => /^Dr/.test(name) && !/^SAMU/.test(places[0]));
const nurse = () => works(({ name }) => !/^Dr/.test(name));

const WORDS = {
  "fr-FR": {
    field: "Votre adresse e-mail", send: "M’envoyer un code", wrong: /n’est pas utilisable/, sent: "Un code a été envoyé à",
    code: "Le code reçu par e-mail", confirm: "Confirmer mon adresse", bad: /n’est pas le bon/, done: "Nous vous prévenons par e-mail",
    subject: "Votre code pour Carnet", news: "Du nouveau sur Carnet", sentence: "Il y a du nouveau dans votre espace Carnet.",
    find: "Chercher", agrees: "Déclarer son accord", line: /Un e-mail vous a dit qu’il y avait du nouveau/,
    emergency: "Déclarer une urgence", told: "La personne sera prévenue tout de suite", reason: "Inconsciente après une chute",
    declare: "Déclarer l’urgence et ouvrir l’espace", forget: /^Ne plus recevoir d’e-mails/,
  },
  "en-GB": {
    field: "Your e-mail address", send: "Send me a code", wrong: /cannot be used/, sent: "A code was sent to",
    code: "The code you got by e-mail", confirm: "Confirm my address", bad: /not the right code/, done: "We tell you by e-mail",
    subject: "Your code for Carnet", news: "Something new on Carnet", sentence: "There is something new in your Carnet space.",
    find: "Search", agrees: "Declare their agreement", line: /An e-mail told you that there was something new/,
    emergency: "Declare an emergency", told: "The person will be told at once", reason: "Unconscious after a fall",
    declare: "Declare the emergency and open the space", forget: /^No more e-mails/,
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const base64 = (text) => Buffer.from(text, "base64").toString("utf8");

/** A letter as a mail program reads it (RFC 5322, RFC 2045, RFC 2047). */
function letter(text) {
  const [head, body] = text.split("\r\n\r\n");
  const headers = Object.fromEntries(head.replace(/\r\n /g, " ").split("\r\n").map((line) => line.split(/: (.*)/s)));
  const subject = headers.Subject.split(" ").map((word) => base64(word.match(/^=\?utf-8\?B\?(.*)\?=$/)[1])).join("");
  return { headers, to: headers.To, subject, text: base64(body).replace(/\r\n/g, "\n"), whole: text };
}

/** Everything that was written to this address. */
function letters(address) {
  const outbox = join(dirname(process.env.CARNET_DEMO), "outbox");
  if (!existsSync(outbox)) return [];
  return readdirSync(outbox).filter((file) => file.endsWith(".eml"))
    .map((file) => readFileSync(join(outbox, file), "utf8"))
    // Not one that is being written.
    .filter((text) => text.includes("\r\n\r\n") && text.endsWith("\r\n"))
    .map(letter).filter(({ to }) => to === `<${address}>`);
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
/** The worker looks every five seconds: a letter that has not come in thirty does not come. */
async function written(address, count) {
  for (let tries = 0; tries < 300 && letters(address).length < count; tries += 1) await pause(100);
  return letters(address);
}

told([["fr-FR", true, 75], ["en-GB", false, 68]]).forEach(([language, javascript, n]) => {
  test(`being told by e-mail (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const [step, words] = [journey(t), WORDS[language]];
    const check = (of) => (javascript ? checkPage(of) : undefined);
    const address = `her.${n}.${Date.now()}@example.org`;
    let her, record, page, office;

    const open = async (who) => {
      const of = await visitor(browser, { language, javascript });
      await signIn(of, who.id);
      return of;
    };
    const finds = async (of) => {
      await of.goto(at("/pro"));
      await of.locator("input[name=ins]").fill(her.ins);
      await of.getByRole("button", { name: words.find }).first().click();
      await of.waitForURL(/\/presence\?found=/);
    };
    /** What every letter about news is: the one sentence, where to sign in, and nothing of anybody. */
    const says = ({ subject, text, headers, whole }) => {
      assert.equal(subject, words.news);
      assert.equal(text, `${words.sentence}\n\n${at("/sign-in")}\n`);
      assert.equal(headers["Auto-Submitted"], "auto-generated");
      for (const word of [doctor().name, nurse().name, doctor().places[0], her.family, her.ins, words.reason]) {
        assert.ok(!whole.includes(word) && !text.includes(word), word);
      }
    };

    await step("she gives her address, and a letter brings the code that confirms it; a wrong one does not", async () => {
      her = neighbour(n);
      record = at(`/pro/patients/${her.person_id}`);
      page = await visitor(browser, { language, javascript });
      await enter(page, her);
      await page.goto(at(NOTICES));
      await check(page);
      await page.getByLabel(words.field).fill("nobody@");
      await page.getByRole("button", { name: words.send }).click();
      await page.locator("[data-error-summary]").waitFor();
      assert.match(await said(page), words.wrong);
      await check(page);
      await page.getByLabel(words.field).fill(address);
      await page.getByRole("button", { name: words.send }).click();
      await page.getByText(`${words.sent} ${address}`).waitFor();
      await check(page);
      const [first, ...others] = await written(address, 1);
      assert.deepEqual(others, []);
      assert.equal(first.subject, words.subject);
      const [code] = first.text.match(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/m) ?? assert.fail(first.text);
      assert.ok(!first.whole.includes(her.family) && !first.text.includes(her.family), first.text);
      await page.getByLabel(words.code).fill("AAAA-AAAA");
      await page.getByRole("button", { name: words.confirm }).click();
      await page.locator("[data-error-summary]").waitFor();
      assert.match(await said(page), words.bad);
      assert.ok(!(await said(page)).includes(words.done));
      await check(page);
      await page.getByLabel(words.code).fill(code);
      await page.getByRole("button", { name: words.confirm }).click();
      await page.getByText(words.done).waitFor();
      assert.ok((await said(page)).includes(address));
      await check(page);
    });

    await step("her page says beforehand what the letter will say; it comes when a professional first reads, word for word", async () => {
      assert.equal((await page.locator("#never blockquote").innerText()).trim(), words.sentence);
      office = await open(doctor());
      await finds(office);
      await office.getByRole("button", { name: words.agrees }).click();
      await office.waitForURL(record);
      assert.ok((await office.locator(".timeline .card").count()) > 0);
      const all = await written(address, 2);
      assert.equal(all.length, 2, "a professional's first access is told at once");
      says(all.find(({ subject }) => subject !== words.subject) ?? assert.fail("no letter but the code's"));
      // The line is written once the letter is on its way.
      for (let tries = 0; tries < 20; tries += 1) {
        await page.goto(at("/journal"));
        if (words.line.test(await said(page))) break;
        await pause(250);
      }
      assert.match(await said(page), words.line);
      assert.ok((await said(page)).includes(doctor().name), "who it was, she reads inside");
      await check(page);
    });

    await step("whoever declares an emergency is told that she will be, and she is, in the same words", async () => {
      const hers = await open(nurse());
      await finds(hers);
      await hers.getByRole("link", { name: words.emergency }).click();
      assert.ok((await said(hers)).includes(words.told));
      await check(hers);
      await hers.locator("[name=reason]").fill(words.reason);
      await hers.getByRole("button", { name: words.declare }).click();
      await hers.waitForURL(record);
      const all = await written(address, 3);
      assert.equal(all.length, 3, "an emergency is told at once");
      for (const one of all.filter(({ subject }) => subject !== words.subject)) says(one);
      await hers.context().close();
    });

    await step("she wants no more letters: her page forgets the address, and nothing more is written to it", async () => {
      const before = letters(address).length;
      await page.goto(at(NOTICES));
      await page.getByRole("button", { name: words.forget }).click();
      await page.getByLabel(words.field).waitFor();
      assert.ok(!(await said(page)).includes(address));
      await check(page);
      // An emergency again, which would be told at once.
      const other = await open(works(({ places }) => /^SAMU/.test(places[0])));
      await finds(other);
      await other.getByRole("link", { name: words.emergency }).click();
      await other.locator("[name=reason]").fill(words.reason);
      await other.getByRole("button", { name: words.declare }).click();
      await other.waitForURL(record);
      // A round of the worker.
      await pause(6_000);
      assert.equal(letters(address).length, before);
      for (const of of [page, office, other]) await of.context().close();
    });
  });
});
