// A citizen signs in with an identity that she already has, at the demo's provider (web/provider.mjs, shaped as
// FranceConnect): one person fits, nobody fits, two fit; a means that is too weak, turning round, and signing out on both
// sides. In French with script, in English without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startProvider } from "../provider.mjs";
import { at, checkPage, demo, journey, launch, said, skip, visitor } from "./harness.mjs";

const people = (fits) => demo().providers[0].people.filter((person) => person.fits === fits);

const WORDS = {
  "fr-FR": {
    way: /^Se connecter avec FranceConnect/, there: /FranceConnect \(démonstration\)/,
    unknown: "Nous n’avons pas pu vous connecter", activate: /Activer mon espace/,
    several: "Encore une vérification", number: "Votre numéro de sécurité sociale", open: "Ouvrir mon espace",
    weak: "Il faut une preuve plus sûre", declined: "La connexion a été interrompue", again: /^Réessayer avec/,
    out: "Se déconnecter", over: "Votre session est terminée", too: /^Me déconnecter aussi de/, in: /connecté/,
    silent: /FranceConnect.* ne répond pas/, otherwise: "Se connecter autrement",
  },
  "en-GB": {
    way: /^Sign in with FranceConnect/, there: /FranceConnect \(démonstration\)/,
    unknown: "We could not sign you in", activate: /Activate my space/,
    several: "One more check", number: "Your social security number", open: "Open my space",
    weak: "A safer proof is needed", declined: "The sign-in was interrupted", again: /^Try again with/,
    out: "Sign out", over: "Your session is over", too: /^Sign out of FranceConnect/, in: /signed in/,
    silent: /FranceConnect.* does not answer/, otherwise: "Sign in another way",
  },
};

let browser, provider;
before(async () => {
  if (skip) return;
  provider = await startProvider(demo().providers[0]);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  // A connection that somebody keeps open would be waited for.
  provider?.closeAllConnections();
  await new Promise((closed) => provider?.close(closed) ?? closed());
});

for (const [n, [language, javascript]] of [["fr-FR", true], ["en-GB", false]].entries()) {
  const words = WORDS[language];
  /** Pages are checked where the browser has its script; without it the same pages are only used. */
  const check = (page) => (javascript ? checkPage(page) : undefined);
  const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
  /** To the provider's page, from ours. */
  const goes = async (page, wanted = "/documents") => {
    await page.goto(at(wanted));
    await page.waitForURL(/\/sign-in\?/);
    await page.getByRole("link", { name: words.way }).click();
    await page.getByRole("heading", { name: words.there }).waitFor();
  };
  const is = (page, person) => page.getByRole("button", { name: person.name, exact: true }).nth(person.nth ?? 0).click();
  const outside = async (page) => {
    const answer = await page.request.get(at("/documents"), { maxRedirects: 0 });
    assert.equal(answer.status(), 303, "nothing was opened");
  };

  test(`signing in at a provider (${language}, ${javascript ? "with" : "without"} script)`, { skip }, async (t) => {
    const step = journey(t);
    let page;
    await step("one space is hers: she comes to the page that she wanted, and reads of it in her journal", async () => {
      page = await visitor(browser, { language, javascript });
      await page.goto(at("/sign-in"));
      await check(page);
      await goes(page);
      await is(page, people("one")[n + 1]);
      await page.waitForURL(at("/documents"));
      await check(page);
      await page.goto(at("/journal"));
      assert.match(await said(page), /FranceConnect/);
    });

    await step("she signs out here, and is told that the provider may still know her", async () => {
      await page.getByRole("button", { name: words.out }).click();
      await heading(page, words.over);
      await check(page);
      await page.getByRole("link", { name: words.too }).click();
      await page.waitForURL(/\/signed-out/);
      assert.equal(await page.getByRole("link", { name: words.too }).count(), 0);
      await outside(page);
    });

    await step("nobody here is hers: the page says what she can do, and nothing else", async () => {
      await goes(page);
      await is(page, people("none")[0]);
      await heading(page, words.unknown);
      await page.getByRole("link", { name: words.activate }).waitFor();
      await check(page);
      await outside(page);
    });

    await step("two have her names and her birthday: her number says which one she is", async () => {
      const she = people("several")[n];
      await goes(page);
      await is(page, { ...she, nth: n });
      await heading(page, words.several);
      await check(page);
      await page.getByRole("button", { name: words.open }).click();
      await page.locator("[data-error-summary]").waitFor();
      // The number of somebody who has other names opens nothing.
      await page.getByLabel(words.number).fill(people("one")[0].number);
      await page.getByRole("button", { name: words.open }).click();
      await page.locator("[data-error-summary]").waitFor();
      await check(page);
      await outside(page);
      await page.getByLabel(words.number).fill(she.number.replace(/(.{3})/g, "$1 "));
      await page.getByRole("button", { name: words.open }).click();
      await page.waitForURL(at("/documents"));
      await page.getByRole("button", { name: words.out }).click();
      // The next time the provider's name for her is enough.
      await goes(page, "/journal");
      await is(page, { ...she, nth: n });
      await page.waitForURL(at("/journal"));
      await page.getByRole("button", { name: words.out }).click();
    });

    await step("a weak means opens nothing; who turns round may begin again", async () => {
      await goes(page);
      await page.getByRole("checkbox").check();
      await is(page, people("one")[0]);
      await heading(page, words.weak);
      await check(page);
      await outside(page);
      await page.getByRole("link", { name: words.again }).click();
      await page.getByRole("button", { name: "Renoncer" }).click();
      await heading(page, words.declined);
      await check(page);
      await page.getByRole("link", { name: words.otherwise }).click();
      await page.waitForURL(/\/sign-in$/);
      await page.context().close();
    });
  });
}
