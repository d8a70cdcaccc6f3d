// A teenager asks a doctor for secrecy (« connexion secrète »): he is asked before anything is opened, sees only what her
// parents do not see, and says so on every page; she reads all of it; her mother finds nothing. Once in French, once in
// English.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, checkPage, demo, journey, launch, signIn, skip, visitor } from "./harness.mjs";

const member = (role) => demo().personas.find((persona) => persona.family === role);

const WORDS = {
  "fr-FR": {
    find: "Chercher", question: "Comment ouvrir cet espace", yes: /ouvrir en connexion secrète/,
    banner: "Connexion secrète, jusqu’au", tag: "Non visible par les représentants légaux",
    told: "en connexion secrète, à votre demande", right: "Parce que vous avez demandé le secret", leave: "Quitter la connexion secrète",
  },
  "en-GB": {
    find: "Search", question: "How do you open this space", yes: /open a secret connection/,
    banner: "Secret connection, until", tag: "Not visible to legal representatives",
    told: "in a secret connection, as you asked", right: "Because you asked for secrecy", leave: "Leave the secret connection",
  },
};

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

Object.entries(WORDS).forEach(([language, words], order) => {
  test(`a teenager asks for secrecy (${language})`, { skip }, async (t) => {
    const step = journey(t);
    const lea = member("teenager");
    const doctors = demo().personas.filter(({ kind, places }) => kind === "professional" && places.length === 1);
    const doctor = doctors.at(-1 - order);
    let his, seen;

    await step("he finds her, and is asked before anything is opened", async () => {
      his = await visitor(browser, { language });
      await signIn(his, doctor.id);
      await his.goto(at("/pro"));
      await checkPage(his);
      await his.locator("[name=ins]").fill(lea.ins);
      await his.getByRole("button", { name: words.find }).first().click();
      await his.waitForURL(/\/secret\?found=/);
      assert.ok((await his.locator("h1").innerText()).startsWith(words.question));
      assert.ok(!(await his.locator("main").innerText()).includes("BERNARD"), "the question shows nobody");
      await checkPage(his);
    });

    await step("in secret he sees what her parents do not see, and nothing else", async () => {
      await his.getByRole("button", { name: words.yes }).click();
      await his.waitForURL(new RegExp(`/pro/patients/${lea.person_id}$`));
      assert.ok((await his.locator("main").innerText()).includes(words.banner));
      await checkPage(his);
      seen = await his.locator(".card-title a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      assert.ok(seen.length > 0, "she has secrets in the demo");
      for (const href of seen) {
        await his.goto(at(href));
        const text = await his.locator("main").innerText();
        assert.ok(text.includes(words.banner) && text.includes(words.tag), `${href}: ${text}`);
      }
      await checkPage(his);
    });

    await step("he leaves", async () => {
      await his.getByRole("button", { name: words.leave }).click();
      await his.waitForURL(/\/pro$/);
    });

    await step("she reads that he came, and why", async () => {
      const hers = await visitor(browser, { language });
      await signIn(hers, lea.id);
      await hers.goto(at("/documents"));
      assert.ok((await hers.locator(".card-title a").count()) > seen.length, "she has more than secrets");
      await hers.goto(at("/journal"));
      const journal = await hers.locator("main").innerText();
      for (const said of [doctor.name, words.told, words.right]) assert.ok(journal.includes(said), journal);
      await checkPage(hers);
    });

    await step("her mother finds neither him nor what he read", async () => {
      const mother = await visitor(browser, { language });
      await signIn(mother, member("mother").id);
      await mother.locator(".band summary").click();
      await mother.locator(".band").getByRole("button", { name: /L[eé]a/i }).first().click();
      await mother.locator(".band.acting").waitFor();
      for (const path of ["/", "/journal", "/sharing", "/documents"]) {
        await mother.goto(at(path));
        const page = await mother.locator("main").innerHTML();
        assert.ok(!page.includes(doctor.name), path);
        for (const href of seen) assert.ok(!page.includes(href), `${path}: ${href}`);
      }
    });
  });
});
