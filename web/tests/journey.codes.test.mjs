// A code that she hands over at a visit: for how long it lets somebody read, from some minutes to a month, and how many
// may use it. From her side and from the sides of those who type it. In French with script, in English without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, checkPage, day, journey, launch, said, signIn, skip, told, visitor, works } from "./harness.mjs";
import { enter, neighbour } from "./neighbours.mjs";

const doctor = () => works(({ name, places }) => /^Dr/.test(name) && !/^SAMU/.test(places[0]));
const nurse = () => works(({ name }) => !/^Dr/.test(name));
/** Works elsewhere, and takes calls; a code is typed by her as by anybody. */
const third = () => works(({ places }) => /^SAMU/.test(places[0]));

const WORDS = {
  "fr-FR": {
    make: "Créer le code", open: "Ouvrir l’espace", wrong: "Ce code n’ouvre aucun espace", end: "Arrêter ce code",
    once: "Ce code n’est affiché qu’une fois", reads: "Permet de lire pendant", two: "2 professionnels",
    used: (times) => `Utilisé ${times} fois sur 2`, came: /A utilisé votre code, [^.]*? à (\d+) h (\d+) Jusqu’à\s: (.+?) à (\d+) h (\d+)/,
    times: { 15: "15 minutes", 60: "une heure", 1440: "un jour", 10080: "7 jours", 43200: "30 jours" },
    journal: "Avec le code que vous lui avez montré",
  },
  "en-GB": {
    make: "Make the code", open: "Open the space", wrong: "This code opens no space", end: "End this code",
    once: "This code is shown only once", reads: "Lets them read for", two: "2 professionals",
    used: (times) => `Used ${times} of 2 times`, came: /Came in with your code, [^.]*? at (\d+):(\d+) Until: (.+?) at (\d+):(\d+)/,
    times: { 15: "15 minutes", 60: "one hour", 1440: "one day", 10080: "7 days", 43200: "30 days" },
    journal: "With the code that you showed",
  },
};

const MINUTE = 60_000;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

told([["fr-FR", true, 63], ["en-GB", false, 73]]).forEach(([language, javascript, n]) => {
  test(`a code for several, for as long as she says (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const [step, words] = [journey(t), WORDS[language]];
    const check = (of) => (javascript ? checkPage(of) : undefined);
    const offices = {};
    let her, record, page, code;

    const office = async (who) => {
      if (!offices[who.id]) {
        offices[who.id] = await visitor(browser, { language, javascript });
        await signIn(offices[who.id], who.id);
      }
      return offices[who.id];
    };
    /** How many documents he has before him; `null` when her space is not open to him. */
    const listed = async (who) => {
      const of = await office(who);
      const answer = await of.goto(record);
      if (answer.status() !== 200 || of.url() !== record) return null;
      return of.locator(".timeline .card").count();
    };
    const types = async (who) => {
      const of = await office(who);
      await of.goto(at("/pro/code"));
      await of.locator("input[name=code]").fill(code);
      const [answer] = await Promise.all([
        of.waitForResponse((response) => response.request().method() === "POST"),
        of.getByRole("button", { name: words.open }).click(),
      ]);
      await of.waitForLoadState();
      return answer.status();
    };
    const makes = async (minutes, uses) => {
      await page.goto(at("/sharing/code"));
      await page.locator(`input[name=minutes][value="${minutes}"]`).check();
      await page.locator(`input[name=uses][value="${uses}"]`).check();
      await page.getByRole("button", { name: words.make }).click();
      await page.getByText(words.once).waitFor();
      code = (await page.locator("#code").innerText()).trim();
      assert.match(code, /^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
    };
    /** The codes that her page shows: those that can be used, and those that are used up. */
    const live = async () => {
      await page.goto(at("/sharing/code"));
      return (await page.locator("#live .card, #used .card").allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
    };
    const ends = async () => {
      await page.goto(at("/sharing/code"));
      await page.locator(".card form[action='/sharing/effect'] button").first().click();
      await check(page);
      await page.locator("main form[action='/sharing/decide'] button").click();
      await page.locator(".flash").waitFor();
    };

    await step("from some minutes to a month: each code says for how long, and is there until she ends it", async () => {
      her = neighbour(n);
      record = at(`/pro/patients/${her.person_id}`);
      page = await visitor(browser, { language, javascript });
      await enter(page, her);
      await page.goto(at("/sharing/code"));
      await check(page);
      const offered = await page.locator("input[name=minutes]").evaluateAll((all) => all.map(({ value }) => value));
      assert.deepEqual(offered, Object.keys(words.times));
      for (const [minutes, time] of Object.entries(words.times)) {
        await makes(minutes, 1);
        assert.ok((await said(page)).includes(`${words.reads} ${time}`), await said(page));
        const [only, ...others] = await live();
        assert.deepEqual(others, []);
        assert.ok(only.includes(`${words.reads} ${time}`), only);
        await ends();
        assert.deepEqual(await live(), []);
      }
    });

    await step("made for two, it lets two professionals in, and her page counts them", async () => {
      assert.deepEqual([await listed(doctor()), await listed(nurse()), await listed(third())], [null, null, null]);
      await makes(15, 2);
      assert.ok((await said(page)).includes(words.two), await said(page));
      await check(page);
      const uses = async () => {
        const [only, ...others] = await live();
        assert.deepEqual(others, []);
        return only;
      };
      assert.ok((await uses()).includes(words.used(0)), await uses());
      assert.equal(await types(doctor()), 303);
      assert.ok((await listed(doctor())) > 0);
      assert.ok((await uses()).includes(words.used(1)), await uses());
      await check(page);
      assert.equal(await types(nurse()), 303);
      assert.ok((await listed(nurse())) > 0);
      assert.ok((await uses()).includes(words.used(2)), await uses());
      // Nobody can type it any more: it no longer stands among those that can be used, and says who typed it.
      assert.equal(await page.locator("#live .card").count(), 0);
      assert.ok((await page.locator("#used .card").innerText()).includes(nurse().name), await uses());
    });

    await step("the third who types it is told what whoever types a wrong code is told, and sees nothing", async () => {
      assert.equal(await types(third()), 422);
      const of = await office(third());
      await of.locator("[data-error-summary]").waitFor();
      const refused = await said(of);
      assert.ok(refused.includes(words.wrong) && !refused.includes(her.family), refused);
      await check(of);
      assert.equal(await listed(third()), null);
      const right = code;
      code = "AAAA-AAAA";
      assert.equal(await types(third()), 422);
      assert.equal(await said(of), refused);
      code = right;
      // Whoever is in already does not need it twice, and takes nobody's place.
      assert.ok((await listed(doctor())) > 0);
    });

    await step("her page says until when each of the two reads; her journal, by what right they did", async () => {
      await page.goto(at("/sharing"));
      for (const who of [doctor(), nurse()]) {
        const text = (await page.locator("main .card", { hasText: who.name }).innerText()).replace(/\s+/g, " ");
        const [, hour, minute, , lastHour, lastMinute] = (text.match(words.came) ?? assert.fail(text));
        const lasts = (Number(lastHour) - Number(hour)) * 60 + Number(lastMinute) - Number(minute);
        assert.equal((lasts + 1440) % 1440, 15, text);
      }
      assert.equal(await page.locator("main .card", { hasText: third().name }).count(), 0);
      await check(page);
      await page.goto(at("/journal"));
      for (const who of [doctor(), nurse()]) {
        const lines = page.locator("main .card", { hasText: who.name }).filter({ hasText: words.journal });
        assert.ok((await lines.count()) > 0, await said(page));
      }
    });

    await step("ended, it lets nobody in and puts out the two at once", async () => {
      await ends();
      assert.deepEqual(await live(), []);
      assert.deepEqual([await listed(doctor()), await listed(nurse())], [null, null]);
      assert.equal(await types(doctor()), 422);
    });

    await step("one that is good for a month says which day it ends", async () => {
      await makes(43200, 2);
      const month = 43200 * MINUTE;
      const days = [day(language, Date.now() + month)];
      assert.equal(await types(doctor()), 303);
      days.push(day(language, Date.now() + month));
      await page.goto(at("/sharing"));
      const text = (await page.locator("main .card", { hasText: doctor().name }).innerText()).replace(/\s+/g, " ");
      const [, , , until] = text.match(words.came) ?? assert.fail(text);
      assert.ok(days.includes(until), `${until} is not ${days}`);
      await ends();
      assert.equal(await listed(doctor()), null);
      for (const of of [page, ...Object.values(offices)]) await of.context().close();
    });
  });
});
