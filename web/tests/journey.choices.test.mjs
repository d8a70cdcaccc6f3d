// What a person may decide beside the choices of journey.sharing, each from her side and from the side of whom it
// concerns: a sort of documents and a time of care are hidden, a sender is refused, a team is allowed by name, the
// emergency call centre comes in and no longer does, the space is closed. In French with script, in English without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, card, checkPage, demo, journey, launch, said, signIn, skip, told, visitor, works } from "./harness.mjs";
import { client, deposit, insured, report } from "./laboratory.mjs";

const citizen = (n) => demo().personas.filter(({ kind }) => kind === "citizen")[n];
const doctor = () => works(({ name, places }) => /^Dr/.test(name) && !/^SAMU/.test(places[0]));
/** Of the doctor's own place. */
const nurse = () => works(({ name, places }) => !/^Dr/.test(name) && places[0] === doctor().places[0]);
const stranger = () => works(({ name, places }) => /^Dr/.test(name) && !/^SAMU/.test(places[0]) && places[0] !== doctor().places[0]);
const regulator = () => works(({ places }) => /^SAMU/.test(places[0]));

const WORDS = {
  "fr-FR": {
    told: /verra (\d+|un|aucun) documents? \(aujourd’hui : (\d+|un|aucun)\)/, days: "Séjour à la clinique", motive: "Je n’ai jamais été soignée là.",
    why: "Votre raison", by: "Caché : la période « Séjour à la clinique »", refused: /a voulu déposer un document\s: refusé/,
    take: "Prendre l’appel", answer: "Ouvrir l’espace pour cet appel", banner: "Accès pour un appel au centre 15, jusqu’au",
    call: /a ouvert votre espace pour un appel au centre 15/, mode: "Centre d’appels d’urgence (15)", find: "Chercher",
    nobody: /Personne ne correspond/, close: "Fermer mon espace", closed: "Votre espace est fermé", reopen: "Rouvrir mon espace",
  },
  "en-GB": {
    told: /will see (\d+|one|no) documents? \(today: (\d+|one|none)\)/, days: "Stay at the clinic", motive: "I was never cared for there.",
    why: "Your reason", by: "Hidden: the time “Stay at the clinic”", refused: /tried to file a document \(refused\)/,
    take: "Take the call", answer: "Open the space for this call", banner: "Access for a call at the emergency call centre, until",
    call: /opened your space for a call to the emergency centre/, mode: "Emergency call centre (15)", find: "Search",
    nobody: /Nobody matches/, close: "Close my space", closed: "Your space is closed", reopen: "Open my space again",
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

/** The day in France, so many days ago. */
function day(ago) {
  const [year, month, date] = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(Date.now() - ago * 86_400_000).split("-");
  return { day: date, month, year };
}

/** Each language has its own person, so that neither finds what the other left. */
told([["fr-FR", true, 1], ["en-GB", false, 3]]).forEach(([language, javascript, n]) => {
  test(`each choice from both sides (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const [step, words, her] = [journey(t), WORDS[language], citizen(n)];
    const line = insured().find(({ matricule }) => matricule === her.ins);
    const record = at(`/pro/patients/${her.person_id}`);
    let page, all;
    const offices = {};
    /** Pages are checked where the browser has its script; without it the same pages are only used. */
    const check = (of) => (javascript ? checkPage(of) : undefined);
    const open = async (who) => {
      const of = await visitor(browser, { language, javascript });
      await signIn(of, who.id);
      return of;
    };
    /** The browser of somebody who works, opened once. */
    const office = async (who) => (offices[who.id] ??= await open(who));

    /** How many documents she has for this professional; `null` when she is not open to him. */
    const listed = async (who) => {
      const of = await office(who);
      const answer = await of.goto(record);
      if (answer.status() !== 200 || of.url() !== record) return null;
      return of.locator(".timeline .card").count();
    };

    /** She presses the button that proposes this, sees what it changes, and saves it: what she was told. */
    const decides = async (path, fields) => {
      if (path) await page.goto(at(path));
      const has = Object.entries(fields).map(([name, value]) => `:has([name="${name}"][value="${value}"])`).join("");
      await page.locator(`main form[action="/sharing/effect"]${has} button`).first().click();
      return saves();
    };
    const saves = async () => {
      await page.waitForURL(/\/sharing\/effect$/);
      await check(page);
      const effect = await said(page);
      await page.locator("main form[action='/sharing/decide'] button").click();
      await page.locator(".flash").waitFor();
      await check(page);
      return effect;
    };
    /** The number that she was told the doctor would see. */
    const told = (effect) => {
      const [, number] = effect.match(words.told) ?? assert.fail(effect);
      return { un: 1, one: 1, aucun: 0, no: 0 }[number] ?? Number(number);
    };
    const sends = async (title) => (await deposit(report(line, { title }))).status;

    /** He looks for her by her number, as when she sits before him. */
    const finds = async (who) => {
      const of = await office(who);
      await of.goto(at("/pro"));
      await of.locator("input[name=ins]").fill(her.ins);
      await of.getByRole("button", { name: words.find }).first().click();
      return of;
    };

    await step("she allows her doctor, and a laboratory sends him and her a result", async () => {
      page = await open(her);
      await page.goto(at(`/sharing?q=${doctor().rpps}`));
      const effect = await decides(undefined, { do: "allow", rpps: doctor().rpps });
      all = await listed(doctor());
      assert.equal(all, told(effect));
      assert.equal(await sends("Bilan sanguin"), 200);
      assert.equal(await listed(doctor()), (all += 1));
    });

    await step("a sort of documents that she hides is not there for him, nor what comes of it later", async () => {
      await page.goto(at("/sharing/hidden"));
      await check(page);
      const left = told(await decides(undefined, { do: "family", family: "10" }));
      assert.ok(left < all, `${left} of ${all}`);
      assert.equal(await listed(doctor()), left);
      assert.equal(await sends("Bilan de contrôle"), 200);
      assert.equal(await listed(doctor()), left);
      assert.equal(told(await decides("/sharing/hidden", { do: "family-end", family: "10" })), (all += 1));
      assert.equal(await listed(doctor()), all);
    });

    await step("a time of care is hidden by its days; what she typed is not lost when a day is missing", async () => {
      await page.goto(at("/sharing/hidden"));
      await page.locator("input[name=name]").fill(words.days);
      for (const [field, ago] of [["from", 1], ["last", 0]]) {
        for (const [part, value] of Object.entries(day(ago))) await page.locator(`[name="${field}-${part}"]`).fill(value);
      }
      const year = page.locator('[name="last-year"]');
      await year.fill("");
      await page.locator("#episodes form:has([name=do][value=episode]) button[type=submit]").click();
      await page.locator("[data-error-summary]").waitFor();
      await check(page);
      assert.equal(await page.locator("input[name=name]").inputValue(), words.days);
      await year.fill(day(0).year);
      await page.locator("#episodes form:has([name=do][value=episode]) button[type=submit]").click();
      const left = told(await saves());
      assert.ok(left <= all - 2, `${left} of ${all}`);
      assert.equal(await listed(doctor()), left);
      await page.goto(at("/documents"));
      await card(page, "Bilan de contrôle").click();
      assert.ok((await said(page)).includes(words.by), await said(page));
      const address = page.url();
      assert.equal((await (await office(doctor())).goto(address)).status(), 404);
      await decides("/sharing/hidden", { do: "episode-end" });
      assert.equal(await listed(doctor()), all);
    });

    await step("with her reason she refuses a sender: its software is told no, and she reads that it tried", async () => {
      const opposes = async (motive) => {
        await page.locator("select[name=organization]").selectOption({ label: client().organization });
        await page.getByLabel(words.why).fill(motive);
        await page.locator("main form[action='/sharing/effect']:has(select) button").click();
      };
      await page.goto(at("/sharing/senders"));
      await check(page);
      await opposes(" ");
      await page.locator("[data-error-summary]").waitFor();
      await check(page);
      await opposes(words.motive);
      await saves();
      assert.ok((await said(page)).includes(words.motive));
      const refused = await deposit(report(line));
      assert.equal(refused.status, 403, JSON.stringify(refused.body));
      assert.equal(refused.body.resourceType, "OperationOutcome");
      assert.ok(!JSON.stringify(refused.body).includes(words.motive), "her reason is hers");
      assert.equal(await listed(doctor()), all);
      await page.goto(at("/journal"));
      const tried = page.locator("main .card", { hasText: client().organization }).first();
      assert.match(await tried.innerText(), words.refused);
      await decides("/sharing/senders", { do: "sender-end" });
      assert.equal(await sends("Bilan final"), 200);
      assert.equal(await listed(doctor()), (all += 1));
    });

    await step("a team allowed by name comes in, and nobody of another place", async () => {
      assert.equal(await listed(nurse()), null);
      const place = doctor().places[0];
      // Several places may bear this name: it is their number that counts.
      const proposal = page.locator("#add .card", { hasText: place }).locator("form[action='/sharing/effect'] button");
      let teams = 0;
      for (let inside = null; inside === null; inside = await listed(nurse())) {
        await page.goto(at(`/sharing/team?q=${encodeURIComponent(place)}`));
        if (teams === 0) await check(page);
        await proposal.first().click();
        await saves();
        teams += 1;
      }
      assert.equal(await listed(stranger()), null);
      for (; teams > 0; teams -= 1) await decides("/sharing/team", { do: "team-end" });
      assert.equal(await listed(nurse()), null);
    });

    await step("the doctor at the emergency call centre takes a call about her; every page says so, and she reads it", async () => {
      const centre = await finds(regulator());
      await centre.waitForURL(/\/presence\?found=|\?found=/);
      await centre.getByRole("link", { name: words.take }).click();
      await check(centre);
      await centre.locator("[name=reason]").fill("15-4821");
      await centre.getByRole("button", { name: words.answer }).click();
      await centre.waitForURL(record);
      assert.ok((await said(centre)).includes(words.banner));
      await check(centre);
      await centre.locator(".timeline .card-title a").first().click();
      assert.ok((await said(centre)).includes(words.banner));
      // Nobody else takes calls, whoever they found.
      const other = await finds(stranger());
      const found = new URL(other.url()).searchParams.get("found");
      assert.ok(found);
      assert.equal((await other.goto(`${record}/call?found=${found}`)).status(), 404);
      await page.goto(at("/journal"));
      const told = await said(page);
      assert.match(told, words.call);
      for (const part of [regulator().name, regulator().places[0], "15-4821", words.mode]) assert.ok(told.includes(part), part);
      await check(page);
    });

    await step("switched off, that access ends at once and no call opens her space; emergencies are another switch", async () => {
      await decides("/sharing/emergency", { do: "call-centre", refused: "yes" });
      assert.equal(await page.locator("form:has([name=do][value=emergency]) [name=refused][value=yes]").count(), 1);
      assert.equal(await listed(regulator()), null);
      const centre = await finds(regulator());
      await centre.getByRole("link", { name: words.take }).click();
      await centre.getByRole("button", { name: words.answer }).click();
      await centre.waitForURL(/\/call$/);
      assert.ok(!(await said(centre)).includes(her.name.split(" ").at(-1)));
      await check(centre);
      assert.equal(await listed(regulator()), null);
      await decides("/sharing/emergency", { do: "call-centre", refused: "no" });
    });

    await step("a space that she closes is there for nobody; opened again, it is as it was", async () => {
      await page.goto(at("/account/close"));
      await page.getByRole("button", { name: words.close }).click();
      await page.getByRole("heading", { level: 1, name: words.closed }).waitFor();
      await check(page);
      assert.equal(await listed(doctor()), null);
      assert.match(await said(await finds(doctor())), words.nobody);
      await page.getByRole("button", { name: words.reopen }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/account"));
      assert.equal(await listed(doctor()), all);
    });

    await step("what she gave, she takes back", async () => {
      await decides("/sharing", { do: "disallow", rpps: doctor().rpps });
      assert.equal(await listed(doctor()), null);
      for (const of of [page, ...Object.values(offices)]) await of.context().close();
    });
  });
});
