// Who may see what, from both sides: the person decides, a professional tries. Once in French, her pages with script;
// once in English, hers without. Nobody else's journey speaks of these two persons.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, card, checkPage, day, demo, journey, launch, said, signIn, skip, told, visitor, works } from "./harness.mjs";
import { client, deposit, report, token } from "./laboratory.mjs";
import { enter, neighbour } from "./neighbours.mjs";

/** He wrote a consultation of hers. */
const doctor = () => works(({ name }) => /^Dr/.test(name));
/** Of the doctor's own place. */
const nurse = () => works(({ name, places }) => !/^Dr/.test(name) && places[0] === doctor().places[0]);

const WORDS = {
  "fr-FR": {
    answer: "Répondre", choose: "Choisissez une réponse", find: "Chercher", agrees: "Déclarer son accord et ouvrir l’espace",
    agreed: /a déclaré que vous étiez d’accord, en sa présence/,
    visit: /A noté votre accord en votre présence, [^.]*? à (\d+ h \d+) Jusqu’à\s: (.+?) à (\d+ h \d+) Retirer/,
    withdraw: /Retirer l’accès/,
    told: /verra (\d+|un|aucun) documents? \(aujourd’hui : (\d+|un|aucun)\)/,
    sees: /Voit (\d+|un) documents?/, closed: "Cette personne ne peut pas entrer dans votre espace aujourd’hui.",
    allow: /Autoriser/, hide: "Cacher ce document aux professionnels", hidden: "Caché par vous", one: "Un est caché par vous",
    who: "Qui pourrait voir ce document ?", yes: "Voit ce document", no: "Ne le voit pas", why: "Il est caché.",
    back: "peut relire ce qu’il a envoyé, rien d’autre.", entry: "N’entre pas dans votre espace.",
    treating: /Choisir comme médecin traitant/, ended: "Ce n’est plus mon médecin traitant", again: /Montrer de nouveau/,
    make: "Créer le code", hour: "une heure", open: "Ouvrir l’espace", came: /A utilisé votre code.*Jusqu’à/, end: /Arrêter ce code/,
    wrong: "Ce code n’ouvre aucun espace", emergency: "Déclarer une urgence", declare: "Déclarer l’urgence et ouvrir l’espace",
    reason: "Inconsciente après une chute", banner: "Accès en urgence, jusqu’au", refuse: "Refuser cet accès",
    unseen: "les soignants ne pourront pas voir vos allergies", refused: "Aujourd’hui : vous refusez cet accès.",
    not: "Cette personne ne vous a pas donné accès à son espace.", urgent: "L’accès en urgence n’est pas possible ici", block: /^Bloquer/, unblock: /^Débloquer/,
  },
  "en-GB": {
    answer: "Answer", choose: "Choose an answer", find: "Search", agrees: "Declare their agreement and open the space",
    agreed: /declared that you agreed, in person/,
    visit: /Recorded that you agreed in their presence, [^.]*? at (\d+:\d+) Until: (.+?) at (\d+:\d+) Withdraw/,
    withdraw: /Withdraw access/,
    told: /will see (\d+|one|no) documents? \(today: (\d+|one|none)\)/,
    sees: /Sees (\d+|one) documents?/, closed: "This person cannot get into your space today.",
    allow: /^Allow/, hide: "Hide this document from professionals", hidden: "Hidden by you", one: "One is hidden by you",
    who: "Who could see this document?", yes: "Sees this document", no: "Does not see it", why: "It is hidden.",
    back: "can read back what it sent, nothing else.", entry: "Does not get into your space.",
    treating: /Choose as treating doctor/, ended: "This is no longer my treating doctor", again: /^Show/,
    make: "Make the code", hour: "one hour", open: "Open the space", came: /Came in with your code.*Until/, end: /End this code/,
    wrong: "This code opens no space", emergency: "Declare an emergency", declare: "Declare the emergency and open the space",
    reason: "Unconscious after a fall", banner: "Emergency access, until", refuse: "Refuse this access",
    unseen: "those who care for you will not see your allergies", refused: "Today: you have refused.",
    not: "This person has not allowed you to see their space.", urgent: "Emergency access is not possible here", block: /^Block/, unblock: /^Unblock/,
  },
};
/** What the pages write for small numbers. */
const number = (word) => ({ un: 1, one: 1, aucun: 0, no: 0, none: 0 })[word] ?? Number(word);

const DAY = 86_400_000;

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

told([["fr-FR", true, 29], ["en-GB", false, 47]]).forEach(([language, javascript, n]) => {
  const how = `${language}, her pages ${javascript ? "with" : "without"} script`;
  test(`who may see what, decided by the person and tried by a professional (${how})`, { skip }, async (t) => {
    const [step, words] = [journey(t), WORDS[language]];
    let her, record, page, office, beside, all, refusal;
    /** Her pages are checked where her browser has its script; without it the same pages are only used. */
    const check = () => (javascript ? checkPage(page) : undefined);

    /** How many documents the professional's list has; `null` when it is not open to him. */
    const listed = async (of = office) => {
      const answer = await of.goto(record);
      if (answer.status() !== 200 || of.url() !== record) return null;
      return of.locator(".timeline .card").count();
    };

    /** Saves what the page shows the effect of, and answers what was told. */
    const save = async () => {
      await page.waitForURL(/\/sharing\/effect$/);
      await check();
      const effect = await said(page);
      await page.locator("main form[action='/sharing/decide'] button").click();
      await page.locator(".flash").waitFor();
      return effect;
    };
    /** How many documents he was said to see: afterwards, and on the day it was said. */
    const told = (effect) => (effect.match(words.told) ?? assert.fail(effect)).slice(1).map(number);

    /** Looks for somebody on a page of hers and presses the button beside him. */
    const choose = async (path, button, who = doctor()) => {
      await page.goto(at(`${path}?q=${who.rpps}`));
      await page.locator("main").getByRole("button", { name: button }).first().click();
      return save();
    };

    const general = async (mode) => {
      await page.goto(at("/sharing/general"));
      await page.locator(`input[name=mode][value=${mode}]`).check();
      await page.locator("main form[action='/sharing/effect'] button").click();
      return save();
    };

    /** The professional finds her by her number, as at a visit. */
    const finds = async (of = office) => {
      await of.goto(at("/pro"));
      await of.locator("input[name=ins]").fill(her.ins);
      await of.getByRole("button", { name: words.find }).first().click();
      await of.waitForURL(/\/pro\/patients\/\d+/);
    };

    /** A professional finds her and declares an emergency: how that is answered. */
    const declares = async (of) => {
      await finds(of);
      await of.getByRole("link", { name: words.emergency }).click();
      await of.locator("[name=reason]").fill(words.reason);
      const [answer] = await Promise.all([
        of.waitForResponse((response) => response.request().method() === "POST"),
        of.getByRole("button", { name: words.declare }).click(),
      ]);
      await of.waitForLoadState();
      return answer.status();
    };

    /** She makes a code for an hour; what it says. */
    const makes = async () => {
      await page.goto(at("/sharing/code"));
      await page.getByRole("button", { name: words.make }).click();
      return (await page.locator("#code").innerText()).trim();
    };
    const types = async (code, of = office) => {
      await of.goto(at("/pro/code"));
      await of.locator("input[name=code]").fill(code);
      await of.getByRole("button", { name: words.open }).click();
    };

    /** How many documents her page says that he would see. */
    const previewed = async (who = doctor()) => {
      await page.goto(at(`/sharing/preview?who=${who.rpps}`));
      const text = await said(page);
      await check();
      return { text, sees: number((text.match(words.sees) ?? assert.fail(text))[1]) };
    };
    /** What the page of a document says of somebody. */
    const row = async (name) => (await page.locator("main .card", { hasText: name }).innerText()).replace(/\s+/g, " ");

    await step("she is asked once, plainly, and is told what her answer changes", async () => {
      her = neighbour(n);
      record = at(`/pro/patients/${her.person_id}`);
      page = await visitor(browser, { javascript, language });
      [office, beside] = [await visitor(browser, { language }), await visitor(browser, { language })];
      await enter(page, her);
      await signIn(office, doctor().id);
      await signIn(beside, nurse().id);
      await page.goto(at("/"));
      await page.getByRole("link", { name: words.answer, exact: true }).click();
      await page.waitForURL(/\/sharing\/general$/);
      await check();
      await page.locator("main form[action='/sharing/effect'] button").click();
      await page.getByText(words.choose).first().waitFor();
      await check();
      await general("ask");
      await page.goto(at("/"));
      assert.equal(await page.getByRole("link", { name: words.answer, exact: true }).count(), 0, "asked once");
      assert.equal(await listed(), null);
    });

    await step("asked each time, she agrees before him: it holds for this visit, and her page says until when", async () => {
      await finds();
      await checkPage(office);
      await office.getByRole("button", { name: words.agrees }).click();
      await office.waitForURL(record);
      all = await listed();
      assert.ok(all >= 2, `she has ${all} documents`);
      await page.goto(at("/journal"));
      assert.match(await said(page), words.agreed);
      const days = [day(language, Date.now() + DAY)];
      await page.goto(at("/sharing"));
      days.push(day(language, Date.now() + DAY));
      const text = await said(page);
      const [, since, until, hour] = text.match(words.visit) ?? assert.fail(text);
      assert.ok(days.includes(until), `${until} is not ${days}`);
      assert.equal(hour, since, "a day and no longer");
      await page.getByRole("button", { name: words.withdraw }).first().click();
      assert.deepEqual(told(await save()), [0, all]);
      assert.equal(await listed(), null);
    });

    await step("she looks first at what he would see, and allows him: the number she was told is the number he sees", async () => {
      const before = await previewed();
      assert.ok(before.text.includes(words.closed), before.text);
      assert.deepEqual(told(await choose("/sharing", words.allow)), [before.sees, 0]);
      assert.equal(await listed(), before.sees);
      assert.equal(before.sees, all);
      const now = await previewed();
      assert.ok(!now.text.includes(words.closed), now.text);
      assert.equal(now.sees, all);
    });

    await step("a laboratory's document that she hides does not exist for him, and is the laboratory's to read back", async () => {
      const sent = await deposit(report(her.line));
      assert.equal(sent.status, 200, JSON.stringify(sent.body));
      const { location } = sent.body.entry.map(({ response }) => response).find((one) => one.location.startsWith("DocumentReference/"));
      const [, id] = location.split("/");
      const readsBack = async () => {
        const authorization = `Bearer ${await token(client())}`;
        const answer = await fetch(`${demo().fhir}/DocumentReference/${id}`, { headers: { authorization } });
        return [answer.status, (await answer.json()).id];
      };
      assert.deepEqual(await readsBack(), [200, id]);
      assert.equal(await listed(), (all += 1));
      await page.goto(at("/documents"));
      await card(page, "Bilan sanguin").first().click();
      const href = new URL(page.url()).pathname;
      assert.equal(href, `/documents/${id}`);
      await check();
      await page.getByRole("button", { name: words.hide }).click();
      assert.deepEqual(told(await save()), [all - 1, all]);
      assert.match(page.url(), new RegExp(`${href}\\?done=1$`));
      assert.ok((await said(page)).includes(words.hidden));
      assert.equal(await listed(), all - 1);
      assert.equal((await office.goto(at(href))).status(), 404);
      assert.deepEqual(await readsBack(), [200, id], "what it sent, it reads back");
      await page.goto(at(`${href}/who`));
      await page.getByRole("heading", { level: 1, name: words.who }).waitFor();
      await check();
      const him = await row(doctor().name);
      assert.ok(him.includes(words.no) && him.includes(words.why), him);
      assert.ok((await row(client().organization)).includes(words.back), await row(client().organization));
      await page.goto(at("/documents?hidden=yes"));
      assert.equal(await page.locator(".timeline .card").count(), 1);
      const { text, sees } = await previewed();
      assert.ok(text.includes(words.one), text);
      assert.equal(sees, await listed());
    });

    await step("her treating doctor sees it all the same", async () => {
      assert.deepEqual(told(await choose("/sharing/treating", words.treating)), [all, all - 1]);
      assert.equal(await listed(), all);
      assert.equal((await previewed()).sees, all);
      await page.goto(at("/sharing/treating"));
      await page.getByRole("button", { name: words.ended }).click();
      await save();
      assert.equal(await listed(), all - 1);
      await page.goto(at("/sharing/hidden"));
      await check();
      await page.locator("#documents").getByRole("button", { name: words.again }).click();
      await save();
      assert.equal(await listed(), all);
    });

    await step("what he wrote himself he sees though she hides it; the nurse beside him does not", async () => {
      await choose("/sharing", words.allow, nurse());
      const hers = await listed(beside);
      assert.ok(hers > 0);
      await page.goto(at("/documents"));
      await card(page, doctor().name.replace(/^Dr /, "")).first().click();
      const href = new URL(page.url()).pathname;
      assert.equal((await beside.goto(at(href))).status(), 200);
      await page.getByRole("button", { name: words.hide }).click();
      const effect = await save();
      assert.deepEqual(told(effect), [hers - 1, hers]);
      assert.ok(!effect.includes(doctor().name), "nothing changes for who wrote it");
      assert.equal(await listed(), all);
      assert.equal((await office.goto(at(href))).status(), 200);
      assert.equal(await listed(beside), hers - 1);
      assert.equal((await beside.goto(at(href))).status(), 404);
      await page.goto(at(`${href}/who`));
      await check();
      const [author, other] = [await row(doctor().name), await row(nurse().name)];
      assert.ok(author.includes(words.yes) && !author.includes(words.no), author);
      assert.ok(other.includes(words.no) && other.includes(words.why), other);
      assert.equal((await previewed(nurse())).sees, hers - 1);
      await page.goto(at(href));
      await page.getByRole("button", { name: words.again }).click();
      await save();
      assert.equal(await listed(beside), hers);
      await page.goto(at("/sharing"));
      await page.locator("main .card", { hasText: nurse().name }).getByRole("button", { name: words.withdraw }).click();
      await save();
      assert.equal(await listed(beside), null);
    });

    await step("nobody means nobody, and a code lets one in for an hour", async () => {
      assert.deepEqual(told(await general("nobody")), [0, all]);
      assert.equal(await listed(), null);
      // Nor does what he wrote himself let him in; what is there is answered like what is not.
      await page.goto(at("/documents"));
      const href = await card(page, doctor().name.replace(/^Dr /, "")).first().getAttribute("href");
      await page.goto(at(`${href}/who`));
      assert.ok((await row(doctor().name)).includes(words.entry), await row(doctor().name));
      const nothing = href.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
      for (const address of [href, nothing]) {
        assert.equal((await office.goto(at(address))).status(), 403, address);
        assert.ok((await said(office)).includes(words.not), await said(office));
      }
      const code = await makes();
      assert.match(code, /^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
      assert.equal(await page.locator("figure.qr svg").count(), 1);
      assert.ok((await said(page)).includes(words.hour));
      await check();
      await types(code);
      await office.waitForURL(record);
      assert.equal(await listed(), all);
      await page.goto(at("/sharing"));
      assert.match(await said(page), words.came);
      await page.goto(at("/sharing/code"));
      await page.getByRole("button", { name: words.end }).click();
      await save();
      assert.equal(await listed(), null, "ending a code ends what it gave");
    });

    await step("an emergency opens all the same, with a reason that she reads, until she refuses emergencies", async () => {
      assert.equal(await listed(beside), null);
      await declares(beside);
      await beside.waitForURL(record);
      assert.ok((await said(beside)).includes(words.banner));
      await checkPage(beside);
      await page.goto(at("/journal"));
      const lines = await said(page);
      assert.ok(lines.includes(words.reason) && lines.includes(nurse().name), lines);
      await page.goto(at("/sharing/emergency"));
      await check();
      await page.locator("#emergency").getByRole("button", { name: words.refuse }).click();
      const effect = await save();
      assert.ok(effect.includes(words.unseen), effect);
      assert.ok((await said(page)).includes(words.refused));
      assert.equal(await listed(beside), null, "the one that runs ends too");
    });

    await step("refused, the nurse is told so at the form, in words that say nothing of what she decided", async () => {
      assert.equal(await declares(beside), 403);
      refusal = await said(beside);
      assert.ok(refusal.includes(words.urgent), refusal);
      assert.ok(!refusal.includes(her.family), refusal);
      await checkPage(beside);
      assert.equal(await listed(beside), null);
    });

    await step("sharing with the team lets a colleague of the same place in", async () => {
      assert.deepEqual(told(await general("team")), [all, 0]);
      assert.equal(await listed(), all);
      const { sees } = await previewed(nurse());
      assert.equal(await listed(beside), sees);
    });

    await step("whom she blocks never gets in, in no mode, with no code, in no emergency, and is not told", async () => {
      await page.goto(at("/sharing/emergency"));
      await page.locator("#emergency").locator("form[action='/sharing/effect'] button").click();
      await save();
      await page.goto(at("/sharing/blocked"));
      await check();
      await page.locator("#met .card", { hasText: doctor().name }).getByRole("button", { name: words.block }).click();
      assert.deepEqual(told(await save()), [0, all]);
      const tried = await office.goto(record);
      assert.equal(tried.status(), 404);
      assert.ok(!/block|bloqu/i.test(await said(office)));
      // He reads what the nurse read when she had refused all emergencies; a code of hers is a wrong code to him.
      assert.equal(await declares(office), 403);
      assert.equal(await said(office), refusal);
      await types(await makes());
      await office.locator("[data-error-summary]").waitFor();
      const hers = await said(office);
      assert.ok(hers.includes(words.wrong) && !/block|bloqu/i.test(hers), hers);
      // In one language: a professional may type five wrong codes in half an hour, and other journeys' are hers too.
      if (language === "fr-FR") {
        await types("AAAA-AAAA");
        await office.locator("[data-error-summary]").waitFor();
        assert.equal(await said(office), hers);
      }
      assert.equal(await listed(), null);
      await page.goto(at("/sharing/blocked"));
      await page.locator("#now").getByRole("button", { name: words.unblock }).click();
      await save();
      assert.equal(await listed(), null, "unblocking gives nothing back");
      for (const of of [page, office, beside]) await of.context().close();
    });
  });
});
