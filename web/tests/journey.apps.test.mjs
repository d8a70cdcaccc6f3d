// She connects an app of the catalogue to her space (the demo's, at /demo/app, which keeps to SMART App Launch as a
// stranger's would), sees what it reads and who is told, and disconnects it; a mother does so for her child; a minor of
// sixteen by herself. In French with script, in English without it on our own pages; the app is another maker's, and
// needs its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, checkPage, demo, journey, launch, said, signIn, skip, told, visitor } from "./harness.mjs";

const citizen = () => demo().personas.find(({ kind }) => kind === "citizen");
const member = (role) => demo().personas.find(({ family }) => family === role);
const app = () => demo().apps[0];

const WORDS = {
  "fr-FR": {
    connect: "Connecter à Carnet", yes: "Connecter cette application", no: "Ne pas connecter", title: /Mon suivi demande à lire/,
    right: "Parce que vous avez connecté cette application", disconnect: /^Déconnecter/, again: "Lire à nouveau",
    effect: /Mon suivi.*ne verra aucun document \(aujourd’hui : (\d+|un)\)/, none: "Aucune application n’est connectée",
    reads: /Lit seulement/, until: /S’arrête toute seule/, child: /C’est l’espace de .*Hugo.* pas le vôtre/i, parents: "Vos parents le sauront",
    told: /Vous avez connecté l’application Mon suivi/, cut: /Vous avez déconnecté l’application Mon suivi/,
    start: "Pas encore connectée", connected: "Connectée", refused: "Vous avez dit non", ended: "Mon suivi a été déconnectée",
  },
  "en-GB": {
    connect: "Connect to Carnet", yes: "Connect this app", no: "Do not connect", title: /Mon suivi asks to read/,
    right: "Because you connected this app", disconnect: /^Disconnect/, again: "Read again",
    effect: /Mon suivi.*will see no document \(today: (\d+|one)\)/, none: "No app is connected",
    reads: /Reads only/, until: /Stops by itself/, child: /It is the space of .*Hugo.* not yours/i, parents: "Your parents will know",
    told: /You connected the app Mon suivi/, cut: /You disconnected the app Mon suivi/,
    start: "Not connected yet", connected: "Connected", refused: "You said no", ended: "Mon suivi was disconnected",
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** Somebody's browser. */
async function who(id, options) {
  const page = await visitor(browser, options);
  await signIn(page, id);
  return page;
}

/** The browser in which she uses the app; without `javascript` every script but the app's comes empty. */
async function uses(id, { language, javascript }) {
  const page = await visitor(browser, { language });
  const ours = ({ pathname }) => pathname.endsWith(".js") && !pathname.includes("demo-app");
  if (!javascript) await page.route(ours, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await signIn(page, id);
  return page;
}

/** Addresses of the documents that a list of hers has. */
async function documents(page, query = "") {
  await page.goto(at(`/documents${query}`));
  return page.locator(".timeline .card-title a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

/** How authors called her documents of these sorts, as she reads them over FHIR; her pages say it in her language. */
async function titled(page, families) {
  const answer = await page.request.get(at(`/fhir/DocumentReference?patient=${citizen().person_id}&status=current`));
  return (await answer.json()).entry.map(({ resource }) => resource)
    .filter(({ category }) => families.includes(category[0].coding[0].code))
    .map(({ content }) => content[0].attachment.title).sort();
}

/** Opens another's space by the band's own list. */
async function actsFor(page, name) {
  await page.goto(at("/"));
  await page.locator(".band summary").click();
  await page.locator(".band").getByRole("button", { name }).first().click();
  await page.locator(".band.acting").waitFor();
}

for (const [language, javascript] of told([["fr-FR", true], ["en-GB", false]])) {
  const [words, options] = [WORDS[language], { language, javascript }];
  const tag = `(${language}, ${javascript ? "with" : "without"} script)`;
  /** Pages are checked where the browser has its script; without it the same pages are only used. */
  const check = (page) => (javascript ? checkPage(page) : undefined);

  /** What the app says of itself. */
  const state = (page, name) => page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
  const listed = (page) => page.locator("[data-documents] li").evaluateAll((lines) => lines.map((line) => line.firstChild.textContent.trim()));

  /** From the app to the question. */
  async function asks(page) {
    await page.goto(app().open);
    await page.getByRole("button", { name: words.connect }).click();
    await page.getByRole("heading", { level: 1, name: words.title }).waitFor();
  }

  /** Answers it: all documents or these sorts, for so many days, and perhaps who she is. */
  async function grants(page, families, days, { profile = false } = {}) {
    await page.locator(`input[name=documents][value=${families ? "families" : "all"}]`).check();
    for (const family of families ?? []) await page.locator(`input[name=family][value="${family}"]`).check();
    await page.locator(`input[name=days][value="${days}"]`).check();
    if (profile) await page.locator("input[name=profile]").check();
    await page.getByRole("button", { name: words.yes }).click();
    await page.waitForURL(app().open);
    await state(page, words.connected);
  }

  /** Disconnects it on her page, through the effect that is said first; answers what that was. */
  async function disconnects(page) {
    await page.goto(at("/apps"));
    await page.locator("#now, section:has(#now)").first().getByRole("button", { name: words.disconnect }).click();
    const effect = await said(page);
    await check(page);
    await page.locator("main form[action='/sharing/decide'] button").click();
    await page.locator(".flash").waitFor();
    return effect;
  }

  /** The app asks again, and is told that it is over: at once, and it keeps nothing on the screen. */
  async function isOver(page) {
    await page.getByRole("button", { name: words.again }).click();
    await state(page, words.ended);
    assert.deepEqual(await listed(page), []);
    await page.reload();
    await state(page, words.start);
  }

  test(`an app connected for a month, and disconnected ${tag}`, { skip }, async (t) => {
    const step = journey(t);
    let page, hers, families, given;
    await step("she finds the catalogue from the page of who may see what", async () => {
      [page, hers] = [await uses(citizen().id, options), await who(citizen().id, options)];
      await hers.goto(at("/sharing"));
      await hers.locator('main a[href="/apps"]').click();
      await hers.getByText(words.none).waitFor();
      assert.ok((await said(hers)).includes(app().name) && (await said(hers)).includes(app().organization));
      await check(hers);
    });

    await step("the app asks; a no sends her back, and nothing is read", async () => {
      await page.goto(at("/apps"));
      await page.locator("#catalogue, section:has(#catalogue)").first().getByRole("link", { name: app().name }).click();
      await page.waitForURL(app().open);
      await state(page, words.start);
      const weight = await page.evaluate(() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
        .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0));
      assert.ok(weight > 0 && weight <= 12_000, `the app weighs ${weight} bytes unpacked`);
      await check(page);
      await page.getByRole("button", { name: words.connect }).click();
      await page.getByRole("heading", { level: 1, name: words.title }).waitFor();
      assert.equal(await page.locator("main input:checked").count(), 0, "nothing is chosen for her");
      await check(page);
      await page.getByRole("button", { name: words.no }).click();
      await page.waitForURL(app().open);
      await state(page, words.refused);
      await check(page);
    });

    await step("half an answer comes back with what is missing, and with what she ticked", async () => {
      await page.goto(at("/documents"));
      families = (await page.locator("select[name=family] option").evaluateAll((options) => options.map(({ value }) => value))).filter(Boolean).slice(0, 2);
      assert.equal(families.length, 2);
      await asks(page);
      await page.locator("input[name=documents][value=families]").check();
      await page.locator('input[name=days][value="30"]').check();
      await page.getByRole("button", { name: words.yes }).click();
      await page.locator("[data-error-summary]").waitFor();
      assert.ok(await page.locator('input[name=days][value="30"]').isChecked());
      await check(page);
    });

    await step("two sorts of documents for thirty days: the app shows exactly those, and does not know her name", async () => {
      await grants(page, families, 30);
      await check(page);
      const titles = await listed(page);
      given = [];
      for (const family of families) given.push(...(await documents(hers, `?family=${family}`)));
      const all = await documents(hers);
      assert.ok(given.length >= 2 && given.length < all.length, `${given.length} of ${all.length}`);
      assert.equal(titles.length, given.length);
      assert.deepEqual(titles.toSorted(), await titled(hers, families));
      assert.ok(await page.locator("[data-who]").isHidden());
      // Read again in the same tab, also when its five minutes are over: no second question.
      await page.evaluate(([name, token]) => sessionStorage.setItem(name, JSON.stringify(
        { ...JSON.parse(sessionStorage.getItem(name)), access_token: token })), [`${app().client_id}.tokens`, "over"]);
      await page.reload();
      await state(page, words.connected);
      assert.deepEqual(await listed(page), titles);
    });

    await step("it stands among her apps, in her journal with its right, and in who could see a document of hers", async () => {
      await hers.goto(at("/apps"));
      const now = await said(hers);
      assert.ok(words.reads.test(now) && words.until.test(now), now);
      await hers.goto(at("/journal"));
      const lines = await said(hers);
      assert.match(lines, words.told);
      assert.ok(lines.includes(app().name) && lines.includes(words.right), lines);
      const could = async (href) => {
        await hers.goto(at(`${href}/who`));
        return hers.locator("main .card, main li, main tr", { hasText: app().name }).first().innerText();
      };
      const other = (await documents(hers)).find((href) => !given.includes(href));
      assert.notEqual(await could(given[0]), await could(other));
    });

    await step("she disconnects it: she is told what it will see, and the app is told the next time it asks", async () => {
      const [, today] = (await disconnects(hers)).match(words.effect) ?? assert.fail(await said(hers));
      assert.equal(/\d/.test(today) ? Number(today) : 1, given.length);
      await isOver(page);
      await hers.goto(at("/journal"));
      assert.match(await said(hers), words.cut);
      await page.context().close();
      await hers.context().close();
    });
  });

  test(`a mother connects an app to her child's space ${tag}`, { skip }, async (t) => {
    const step = journey(t);
    let page, hers;
    await step("the question says whose space it is; the app reads the child's documents and name", async () => {
      page = await uses(member("mother").id, options);
      await actsFor(page, /Hugo/i);
      const his = await documents(page);
      await asks(page);
      assert.match(await said(page), words.child);
      await check(page);
      await grants(page, undefined, 90, { profile: true });
      assert.equal((await listed(page)).length, his.length);
      assert.match(await page.locator("[data-name]").innerText(), /Hugo/i);
    });

    await step("it is not connected to her own space, and she ends it where she began it", async () => {
      hers = await who(member("mother").id, options);
      await hers.goto(at("/apps"));
      await hers.getByText(words.none).waitFor();
      await actsFor(hers, /Hugo/i);
      await disconnects(hers);
      await isOver(page);
      await page.context().close();
      await hers.context().close();
    });
  });

  test(`a minor of sixteen connects an app by herself ${tag}`, { skip }, async (t) => {
    const step = journey(t);
    let page, mother;
    await step("she is told that her parents will know; what they may not read the app does not read either", async () => {
      mother = await who(member("mother").id, options);
      await actsFor(mother, /L[ée]a/i);
      const theirs = await documents(mother);
      page = await uses(member("teenager").id, options);
      const hers = await documents(page);
      await asks(page);
      await page.getByText(words.parents).waitFor();
      await check(page);
      await grants(page, undefined, 30, { profile: true });
      assert.match(await page.locator("[data-name]").innerText(), /L[ée]a/i);
      assert.ok(theirs.length >= 1 && theirs.length < hers.length, `${theirs.length} of ${hers.length}`);
      assert.equal((await listed(page)).length, theirs.length);
    });

    await step("her mother sees it and ends it", async () => {
      await disconnects(mother);
      await isOver(page);
      await page.context().close();
      await mother.context().close();
    });
  });
}
