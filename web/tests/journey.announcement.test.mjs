// What a sender says of who must not see a document, in a real browser and from every side: a result that waits until
// somebody tells her of it, one that is kept from professionals, one that is kept from a minor's parents. In French with
// script, in English without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, card, checkPage, demo, journey, launch, said, signIn, skip, visitor } from "./harness.mjs";
import { client, deposit, insured, report } from "./laboratory.mjs";
import { enter, neighbour } from "./neighbours.mjs";

const member = (role) => demo().personas.find((persona) => persona.family === role);
/** Doctors who are played by a click, work in one place and take no emergency calls. */
const doctors = () => demo().personas.filter(({ kind, name, places, activation_code }) =>
  kind === "professional" && /^Dr/.test(name) && places.length === 1 && !activation_code && !/^SAMU/.test(places[0]));

const WORDS = {
  "fr-FR": {
    notYet: "Pas encore visible par la personne", waits: "La personne ne voit pas encore ce document.",
    announce: /Je lui ai annoncé ce résultat/, told: /vous a annoncé un résultat, que vous pouvez maintenant lire/,
    allow: /Autoriser/, treating: /Choisir comme médecin traitant/, ended: "Ce n’est plus mon médecin traitant",
    author: "Caché par la personne qui l’a envoyé", masked: "Caché aux professionnels", value: "118 µg/L",
    parents: "Non visible par les représentants légaux", hers: "Secret pour vos parents", nothing: "Aucun document trouvé",
  },
  "en-GB": {
    notYet: "Not yet visible to the person", waits: "The person does not see this document yet.",
    announce: /I have told (her|them) this result/, told: /told you of a result, which you may now read/,
    allow: /Allow/, treating: /Choose as treating doctor/, ended: "This is no longer my treating doctor",
    author: "Hidden by whoever sent it", masked: "Hidden from professionals", value: "118 µg/L",
    parents: "Not visible to legal representatives", hers: "Secret from your parents", nothing: "No document found",
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** Deposits a report and answers where its page is. */
async function sends(line, options) {
  const { status, body } = await deposit(report(line, options));
  assert.equal(status, 200, JSON.stringify(body));
  const { location } = body.entry.map(({ response }) => response).find((one) => one.location.startsWith("DocumentReference/"));
  return `/documents/${location.split("/")[1]}`;
}

[["fr-FR", true, 54], ["en-GB", false, 63]].forEach(([language, javascript, n]) => {
  const [words, how] = [WORDS[language], `${language}, her pages ${javascript ? "with" : "without"} script`];
  /** Her pages are checked where her browser has its script; without it the same pages are only used. */
  const check = (page) => (javascript ? checkPage(page) : undefined);
  const saves = async (page) => {
    await page.waitForURL(/\/sharing\/effect$/);
    await page.locator("main form[action='/sharing/decide'] button").click();
    await page.locator(".flash").waitFor();
  };
  /** Looks for a professional on a page of hers and presses the button beside him. */
  const choose = async (page, path, button, who) => {
    await page.goto(at(`${path}?q=${who.rpps}`));
    await page.locator("main").getByRole("button", { name: button }).first().click();
    await saves(page);
  };
  const disallow = async (page, who) => {
    await page.goto(at("/sharing"));
    await page.locator(`main form[action="/sharing/effect"]:has([name=do][value=disallow]):has([name=rpps][value="${who.rpps}"]) button`).first().click();
    await saves(page);
  };
  /** How many documents a list has, and whether this one is among them. */
  const list = async (page, path, href) => {
    const answer = await page.goto(at(path));
    assert.equal(answer.status(), 200, path);
    return { all: await page.locator(".timeline .card").count(), has: (await page.locator(`.card a[href="${href}"]`).count()) > 0 };
  };
  /** It is nowhere for whoever reads this list: not in it, not in its number, not in a search, not by its address. */
  const isNothing = async (page, path, href, title, all) => {
    assert.deepEqual(await list(page, path, href), { all, has: false });
    assert.equal(await card(page, title).count(), 0);
    await page.goto(at(`${path}?q=${encodeURIComponent(title)}`));
    assert.ok((await said(page)).includes(words.nothing), await said(page));
    for (const part of ["", "/file", "/embedded"]) assert.equal((await page.request.get(at(`${href}${part}`))).status(), 404, part);
  };

  test(`a result that waits for its announcement, and one kept from professionals (${how})`, { skip }, async (t) => {
    const [step, her, [doctor, author]] = [journey(t), neighbour(n), doctors()];
    const record = `/pro/patients/${her.person_id}`;
    let page, office, desk, all, href;
    /** Lines of her journal, and of the file that she takes home, that name the laboratory. */
    const lines = async () => {
      await page.goto(at("/journal"));
      const csv = await (await page.request.get(at(await page.getByRole("link", { name: /CSV/ }).getAttribute("href")))).text();
      const rows = csv.split(/\r?\n/).filter((row) => row.includes(client().organization)).length;
      return { page: await page.locator("main .card", { hasText: client().organization }).count(), rows };
    };

    await step("given a person with two doctors whom she has allowed", async () => {
      [page, office, desk] = [await visitor(browser, { language, javascript }), await visitor(browser, { language }), await visitor(browser, { language })];
      await enter(page, her);
      await signIn(office, doctor.id);
      await signIn(desk, author.id);
      for (const who of [doctor, author]) await choose(page, "/sharing", words.allow, who);
      ({ all } = await list(page, "/documents", "none"));
      assert.equal((await list(office, record, "none")).all, all);
    });

    await step("a result that waits is nothing to her: no line, no number, no search, no address", async () => {
      const before = await lines();
      href = await sends(her.line, { title: "Typage lymphocytaire", ferritin: "118", labels: ["INVISIBLE_PATIENT"] });
      await isNothing(page, "/documents", href, "Typage lymphocytaire", all);
      await check(page);
      await page.goto(at("/"));
      assert.equal(await page.locator(`a[href="${href}"]`).count(), 0);
      assert.equal((await page.request.get(at(`${href}/who`))).status(), 404);
      assert.deepEqual(await lines(), before);
      assert.ok(!(await page.content()).includes(href.split("/").at(-1)));
      await check(page);
    });

    await step("her doctor has it, with what he must know before he speaks of it", async () => {
      assert.deepEqual(await list(office, record, href), { all: all + 1, has: true });
      assert.ok((await office.locator(".card", { hasText: "Typage lymphocytaire" }).innerText()).includes(words.notYet));
      await checkPage(office);
      await card(office, "Typage lymphocytaire").click();
      const text = await said(office);
      for (const part of [words.notYet, words.waits, words.value]) assert.ok(text.includes(part), `${part}: ${text}`);
      await checkPage(office);
      // That he read it is nothing to her either: it would tell her that there is something to read.
      await page.goto(at("/journal"));
      assert.ok(!(await page.content()).includes(href.split("/").at(-1)));
    });

    await step("he tells her and says so; it is hers from then on, for good", async () => {
      const announce = office.locator(`main form[action="${href}/announce"]`).getByRole("button", { name: words.announce });
      await announce.click();
      await office.waitForURL(at(href));
      assert.ok(!(await said(office)).includes(words.waits));
      assert.equal(await announce.count(), 0);
      await checkPage(office);
      assert.ok(!(await desk.goto(at(href)).then(() => said(desk))).includes(words.waits));
    });

    await step("she reads it, finds it by its words, and her journal says who told her", async () => {
      assert.deepEqual(await list(page, "/documents", href), { all: (all += 1), has: true });
      await page.goto(at("/documents?q=lymphocytaire"));
      await card(page, "Typage lymphocytaire").click();
      assert.equal(page.url(), at(href));
      const text = await said(page);
      assert.ok(text.includes(words.value) && !text.includes(words.notYet), text);
      await check(page);
      await page.goto(at("/journal"));
      const line = page.locator("main .card", { hasText: words.told }).first();
      assert.ok((await line.innerText()).includes(doctor.name), await line.innerText());
      await check(page);
    });

    await step("what its author keeps from professionals is hers, and says so", async () => {
      const [, given, family] = author.name.match(/^Dr (\S+) (.+)$/);
      const by = { rpps: `8${author.rpps}`, given, family };
      href = await sends(her.line, { title: "Dosage réservé", ferritin: "118", labels: ["MASQUE_PS"], by });
      assert.deepEqual(await list(page, "/documents", href), { all: all + 1, has: true });
      assert.ok((await page.locator(".card", { hasText: "Dosage réservé" }).innerText()).includes(words.masked));
      await card(page, "Dosage réservé").click();
      const text = await said(page);
      assert.ok(text.includes(words.author) && text.includes(words.value), text);
      await check(page);
    });

    await step("it is nothing to a professional whom she allowed, and there for the one who wrote it", async () => {
      await isNothing(office, record, href, "Dosage réservé", all);
      assert.deepEqual(await list(desk, record, href), { all: all + 1, has: true });
      await card(desk, "Dosage réservé").click();
      assert.ok((await said(desk)).includes(words.value));
      await checkPage(desk);
    });

    await step("and for her treating doctor, as long as he is that", async () => {
      await choose(page, "/sharing/treating", words.treating, doctor);
      assert.deepEqual(await list(office, record, href), { all: all + 1, has: true });
      await card(office, "Dosage réservé").click();
      assert.ok((await said(office)).includes(words.value));
      await page.goto(at("/sharing/treating"));
      await page.getByRole("button", { name: words.ended }).click();
      await saves(page);
      await isNothing(office, record, href, "Dosage réservé", all);
    });

    await step("what she gave, she takes back", async () => {
      for (const who of [doctor, author]) await disallow(page, who);
      for (const of of [office, desk]) assert.notEqual((await of.goto(at(record))).status(), 200);
      for (const of of [page, office, desk]) await of.context().close();
    });
  });

  test(`a result kept from a minor's parents (${how})`, { skip }, async (t) => {
    const [step, [doctor], lea] = [journey(t), doctors(), member("teenager")];
    const line = insured().find(({ matricule }) => matricule === lea.ins);
    const record = `/pro/patients/${lea.person_id}`;
    let daughter, mother, office, hers, theirs, href;

    await step("given a daughter who has allowed her doctor, and a mother who acts for her", async () => {
      [daughter, mother, office] = [await visitor(browser, { language, javascript }), await visitor(browser, { language, javascript }), await visitor(browser, { language })];
      await signIn(daughter, lea.id);
      await signIn(mother, member("mother").id);
      await signIn(office, doctor.id);
      await choose(daughter, "/sharing", words.allow, doctor);
      await mother.locator(".band summary").click();
      await mother.locator(".band").getByRole("button", { name: /L[eé]a/i }).first().click();
      await mother.locator(".band.acting").waitFor();
      hers = (await list(daughter, "/documents", "none")).all;
      theirs = (await list(mother, "/documents", "none")).all;
    });

    await step("it is nothing to her mother, and what her doctor reads leaves her no trace", async () => {
      href = await sends(line, { title: "Sérologie", ferritin: "118", labels: ["INVISIBLE_REPRESENTANTS_LEGAUX"] });
      await isNothing(mother, "/documents", href, "Sérologie", theirs);
      assert.ok((await list(office, record, href)).has);
      const onShelf = office.locator(".card", { has: office.locator(`a[href="${href}"]`) });
      assert.ok((await onShelf.innerText()).includes(words.parents), await onShelf.innerText());
      await card(office, "Sérologie").first().click();
      for (const path of ["/", "/journal"]) {
        await mother.goto(at(path));
        assert.ok(!(await mother.content()).includes(href.split("/").at(-1)), path);
      }
      await check(mother);
    });

    await step("her doctor is told that they do not see it", async () => {
      const text = await said(office);
      assert.equal(office.url(), at(href));
      assert.ok(text.includes(words.parents) && text.includes(words.value), text);
      await checkPage(office);
    });

    await step("she has it, and is told whom it is kept from", async () => {
      assert.deepEqual(await list(daughter, "/documents", href), { all: hers + 1, has: true });
      await daughter.goto(at(href));
      const text = await said(daughter);
      assert.ok(text.includes(words.hers) && text.includes(words.value), text);
      await check(daughter);
    });

    await step("what she gave, she takes back", async () => {
      await disallow(daughter, doctor);
      assert.notEqual((await office.goto(at(record))).status(), 200);
      for (const of of [daughter, mother, office]) await of.context().close();
    });
  });
});
