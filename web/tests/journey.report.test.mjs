// "I don't recognise this": a line of her journal goes to the team that runs the service, which looks and answers, and she
// reads the answer. In French with script, in English without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, checkPage, demo, journey, launch, said, signIn, skip, told, visitor } from "./harness.mjs";

const citizen = (n) => demo().personas.filter(({ kind }) => kind === "citizen")[n];
/** Somebody who works in one place, not at the emergency call centre. */
const professional = (n) => demo().personas.filter(({ kind, places, activation_code }) =>
  kind === "professional" && places.length === 1 && !activation_code && !/^SAMU/.test(places[0])).at(n);

const WORDS = {
  "fr-FR": {
    find: "Chercher", link: "Je ne reconnais pas ceci", why: "Je ne connais pas cette personne.", send: "Signaler cette ligne",
    sent: "Votre signalement est envoyé", waits: "En attente", text: "Elle s’est trompée de numéro. Bloquez-la si vous voulez.",
    answer: "Envoyer la réponse", answered: "Répondu", close: "Clore", block: "Bloquer cette personne", line: /a répondu à un signalement/,
    reported: /Signalée à l’équipe aujourd’hui à/,
  },
  "en-GB": {
    find: "Search", link: "I don’t recognise this", why: "I do not know this person.", send: "Report this line",
    sent: "Your report is sent", waits: "Waiting", text: "They typed a wrong number. Block them if you like.",
    answer: "Send the answer", answered: "Answered", close: "Close", block: "Block this person", line: /answered a report/,
    reported: /Reported to the team today at/,
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

told([["fr-FR", true, 2], ["en-GB", false, 1]]).forEach(([language, javascript, n]) => {
  test(`a line that she does not recognise (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const [step, words, her, who] = [journey(t), WORDS[language], citizen(n), professional(-1)];
    const check = (of) => (javascript ? checkPage(of) : undefined);
    const open = async (persona) => {
      const of = await visitor(browser, { language, javascript });
      await signIn(of, persona);
      return of;
    };
    let page, team, report;

    await step("she hands in the line, with her own words", async () => {
      const office = await open(who.id);
      await office.goto(at("/pro"));
      await office.locator("input[name=ins]").fill(her.ins);
      await office.getByRole("button", { name: words.find }).first().click();
      await office.waitForURL(/found=/);
      await office.context().close();
      page = await open(her.id);
      await page.goto(at("/journal"));
      await page.locator(".card", { hasText: who.name }).first().getByRole("link", { name: words.link }).click();
      assert.ok((await said(page)).includes(who.name));
      await check(page);
      await page.locator("textarea[name=why]").fill(words.why);
      await page.getByRole("button", { name: words.send }).click();
      await page.waitForURL(/\/journal\/reports/);
      const text = `${await page.locator(".flash").innerText()} ${await said(page)}`;
      for (const part of [words.sent, words.waits, words.why]) assert.ok(text.includes(part), text);
      await check(page);
      await page.goto(at("/journal"));
      const line = page.locator(".card", { hasText: who.name }).first();
      assert.equal(await line.getByRole("link", { name: words.link }).count(), 0, "the line is offered again");
      await line.getByRole("link", { name: words.reported }).click();
      await page.waitForURL(/\/journal\/reports$/);
    });

    await step("the team reads the line and her words, and not whose space it is; it answers", async () => {
      team = await open("operator");
      await team.goto(at("/operator/reports"));
      await check(team);
      await team.locator("main .card-title a").last().click();
      report = team.url();
      const text = await said(team);
      assert.ok(text.includes(who.name) && text.includes(words.why) && text.includes(who.rpps), text);
      assert.ok(!text.includes(her.name) && !text.includes(her.ins), "whose space it is");
      await check(team);
      await team.getByRole("button", { name: words.answer }).click();
      await team.locator("[data-error-summary]").waitFor();
      await check(team);
      await team.locator("textarea[name=answer]").fill(words.text);
      await team.getByRole("button", { name: words.answer }).click();
      await team.waitForURL(report);
      assert.ok((await said(team)).includes(words.answered));
      await check(team);
    });

    await step("she reads the answer, and that somebody read and answered", async () => {
      await page.goto(at("/journal/reports"));
      const text = await said(page);
      assert.ok(text.includes(words.text) && text.includes(words.answered), text);
      await check(page);
      await page.goto(at("/journal"));
      assert.match(await said(page), words.line);
    });

    await step("closed, it waits for nobody", async () => {
      await team.getByRole("button", { name: words.close, exact: false }).last().click();
      await team.waitForURL(/\/operator\/reports$/);
      assert.equal(await team.locator(`a[href="${new URL(report).pathname}"]`).count(), 0);
      await team.goto(at("/operator/reports?state=closed"));
      assert.equal(await team.locator(`a[href="${new URL(report).pathname}"]`).count(), 1);
      await team.context().close();
    });

    await step("on that line she blocks whoever it was, and is shown what that changes first", async () => {
      await page.goto(at("/journal"));
      const block = page.locator(".card", { hasText: who.name }).getByRole("button", { name: words.block });
      await block.first().click();
      await page.waitForURL(/\/sharing\/effect$/);
      await check(page);
      await page.locator("main form[action='/sharing/decide'] button").click();
      await page.locator(".flash").waitFor();
      assert.ok((await page.locator("#now").innerText()).includes(who.name));
      await page.goto(at("/journal"));
      assert.equal(await block.count(), 0);
      await page.goto(at("/sharing/blocked"));
      await page.locator("#now form[action='/sharing/effect'] button").click();
      await page.locator("main form[action='/sharing/decide'] button").click();
      await page.locator(".flash").waitFor();
      await page.context().close();
    });
  });
});
