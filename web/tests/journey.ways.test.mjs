// How somebody signs in, as she decides it herself: passkeys and codes on the page of her account, the outside identities
// that may open it, and for a professional her telephone at another provider. In French with script, in English without,
// but for passkeys, which need it. The providers are the demo's (web/provider.mjs).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startProvider } from "../provider.mjs";
import { at, authenticator, checkPage, demo, journey, launch, said, signIn, skip, told, visitor } from "./harness.mjs";

const [CITIZENS, PROFESSIONALS] = [0, 1];
const citizen = (n) => demo().personas.filter(({ kind }) => kind === "citizen")[n];
/** Works in one place, and her part is played by a click. */
const nurse = () => demo().personas.find(({ kind, name, places, activation_code }) =>
  kind === "professional" && places.length === 1 && !activation_code && !/^Dr/.test(name));

const WORDS = {
  "fr-FR": {
    device: "Mon téléphone", renamed: "Téléphone bleu", add: "Ajouter cet appareil", rename: "Renommer", remove: /^Retirer/,
    only: /C’est votre seule clé d’accès/, codes: "Créer dix nouveaux codes", out: "Se déconnecter", in: "Se connecter avec ma clé d’accès",
    last: /C’est votre seule façon d’entrer/, unused: /Vous ne l’avez pas encore utilisée/, since: /Utilisée depuis/,
    shut: "L’entrée est fermée", open: "L’entrée est rouverte", no: /Vous avez fermé l’entrée par FranceConnect/,
    way: /^Se connecter avec/, told: /Vous avez fermé FranceConnect .* : on n’entre plus/, telephone: /^Approuver sur mon téléphone/,
    ring: "Faire sonner mon téléphone", look: "Regardez votre téléphone", done: "J’ai répondu, continuer",
    declined: "La connexion a été interrompue", account: /Connexion avec Pro Santé Connect/,
  },
  "en-GB": {
    device: "My telephone", renamed: "Blue telephone", add: "Add this device", rename: "Rename", remove: /^Remove/,
    only: /This is your only passkey/, codes: "Make ten new codes", out: "Sign out", in: "Sign in with my passkey",
    last: /This is your only way in/, unused: /You have not used it yet/, since: /Used since/,
    shut: "This way in is closed", open: "This way in is open again", no: /You closed the way in through FranceConnect/,
    way: /^Sign in with/, told: /You closed FranceConnect/, telephone: /^Approve on my telephone/,
    ring: "Ring my telephone", look: "Look at your telephone", done: "I have answered, go on",
    declined: "The sign-in was interrupted", account: /Signed in with Pro Santé Connect/,
  },
};

let browser;
const providers = [];
before(async () => {
  if (skip) return;
  browser = await launch();
  for (const of of demo().providers) providers.push(await startProvider(of));
});
after(async () => {
  await browser?.close();
  for (const provider of providers) {
    // A connection that somebody keeps open would be waited for.
    provider.closeAllConnections();
    await new Promise((closed) => provider.close(closed));
  }
});

told([["fr-FR", true, 3], ["en-GB", false, 0]]).forEach(([language, javascript, n]) => {
  const words = WORDS[language];
  const how = `${language}, ${javascript ? "with" : "without"} script`;
  const check = (page) => (javascript ? checkPage(page) : undefined);
  const heading = (page, name) => page.getByRole("heading", { name }).first().waitFor();
  const outside = async (page, path) => {
    const answer = await page.request.get(at(path), { maxRedirects: 0 });
    assert.equal(answer.status(), 303, `${path} is not open`);
  };

  test(`passkeys and codes of one's own account (${how})`, { skip }, async (t) => {
    const [step, her] = [journey(t), citizen(n)];
    let telephone, device, library;
    await step("as long as she has nothing else, an outside identity is not closed", async () => {
      telephone = await visitor(browser, { language });
      device = await authenticator(telephone);
      await signIn(telephone, her.id);
      await telephone.goto(at("/account/ways"));
      await telephone.locator("form[action='/account/ways/close'] button").click();
      await telephone.locator("[data-error-summary]").waitFor();
      assert.match(await said(telephone), words.last);
      await check(telephone);
    });

    await step("a device is added under a name of hers", async () => {
      await telephone.goto(at("/account"));
      await telephone.locator("input[name=name]").last().fill(words.device);
      await telephone.getByRole("button", { name: words.add }).click();
      await telephone.locator(".card-title", { hasText: words.device }).waitFor();
      assert.equal((await device.credentials()).length, 1);
      await check(telephone);
    });

    await step("elsewhere, without a passkey at hand, she gives it another name", async () => {
      library = await visitor(browser, { language, javascript });
      await signIn(library, her.id);
      await library.goto(at("/account"));
      await library.locator("form[action$='/rename'] input[name=name]").fill(words.renamed);
      await library.getByRole("button", { name: words.rename }).click();
      await library.locator(".card-title", { hasText: words.renamed }).waitFor();
      await check(library);
    });

    await step("the only way in is not taken away; once she has codes, it is", async () => {
      const remove = library.locator("#passkeys .card").getByRole("button", { name: words.remove });
      await remove.click();
      await library.locator("[data-error-summary]").waitFor();
      assert.match(await said(library), words.only);
      await check(library);
      await library.getByRole("button", { name: words.codes }).click();
      assert.equal(await library.locator("#recovery-codes code").count(), 10);
      await library.goto(at("/account"));
      await remove.click();
      await library.locator(".card-title", { hasText: words.renamed }).waitFor({ state: "detached" });
      await check(library);
    });

    await step("the device that was removed opens nothing any more", async () => {
      await telephone.locator("header.top").getByRole("button", { name: words.out }).click();
      await telephone.goto(at("/sign-in"));
      await telephone.getByRole("button", { name: words.in }).click();
      await telephone.locator("[data-passkey-message]").filter({ hasText: /\S/ }).waitFor();
      await outside(telephone, "/documents");
      await telephone.context().close();
      await library.context().close();
    });
  });

  test(`outside identities (${how})`, { skip }, async (t) => {
    const step = journey(t);
    // Whose file at the provider leads to one space, of whom the journey before this one left codes.
    const [her, there] = [citizen(n), demo().providers[CITIZENS].people[n]];
    let home, elsewhere;
    const comes = async () => {
      await elsewhere.goto(at("/documents"));
      await elsewhere.getByRole("link", { name: words.way }).click();
      await elsewhere.getByRole("button", { name: there.name, exact: true }).first().click();
    };
    await step("she sees which identities open her space, and comes in with one", async () => {
      home = await visitor(browser, { language, javascript });
      await signIn(home, her.id);
      await home.goto(at("/account"));
      await home.locator('a[href="/account/ways"]').click();
      assert.match(await said(home), words.unused);
      await check(home);
      elsewhere = await visitor(browser, { language, javascript });
      await comes();
      await elsewhere.waitForURL(at("/documents"));
      await home.goto(at("/account/ways"));
      assert.match(await said(home), words.since);
      await check(home);
    });

    await step("she closes that way: whoever came through it is out, and is told at the door", async () => {
      await home.locator("form[action='/account/ways/close'] button").click();
      await heading(home, words.shut);
      await check(home);
      await outside(elsewhere, "/documents");
      await comes();
      assert.match(await said(elsewhere), words.no);
      await check(elsewhere);
      await outside(elsewhere, "/documents");
      await home.goto(at("/journal"));
      assert.match(await said(home), words.told);
    });

    await step("she opens it again, and comes in", async () => {
      await home.goto(at("/account/ways"));
      await home.locator("form[action='/account/ways/open'] button").click();
      await heading(home, words.open);
      await check(home);
      await comes();
      await elsewhere.waitForURL(at("/documents"));
      for (const page of [home, elsewhere]) await page.context().close();
    });
  });

  test(`a professional's telephone (${how})`, { skip }, async (t) => {
    const [step, her] = [journey(t), nurse()];
    let desk, telephone;
    const rings = async () => {
      await desk.goto(at("/pro/account"));
      await desk.waitForURL(/\/pro\/sign-in/);
      await desk.getByRole("link", { name: words.telephone }).click();
      await check(desk);
      await desk.locator("input[name=rpps]").fill(`8 ${her.rpps}`);
      await desk.getByRole("button", { name: words.ring }).click();
      await heading(desk, words.look);
      return (await desk.locator("#message").innerText()).trim();
    };
    /** What her telephone asks, at the provider's. */
    const answers = async (number, word) => {
      await telephone.goto(`${demo().providers[PROFESSIONALS].issuer}/telephone`);
      const asked = telephone.locator("form", { hasText: number });
      assert.ok((await asked.innerText()).includes(her.name));
      await asked.getByRole("button", { name: word }).click();
      await asked.waitFor({ state: "detached" });
    };
    /** The page goes on by itself; who does not want to wait presses the button. The provider is asked once a second. */
    const goesOn = async () => {
      for (let tries = 0; tries < 20 && new URL(desk.url()).pathname === "/sign-in/waiting"; tries += 1) {
        await desk.waitForTimeout(300);
        const next = desk.getByRole("link", { name: words.done });
        if (!(await next.count())) return;
        await next.click();
      }
    };
    await step("a number with a slip rings nobody's telephone", async () => {
      telephone = await visitor(browser, { javascript: false });
      desk = await visitor(browser, { language, javascript });
      await desk.goto(at("/pro/sign-in"));
      await check(desk);
      await desk.getByRole("link", { name: words.telephone }).click();
      await desk.locator("input[name=rpps]").fill("123");
      await desk.getByRole("button", { name: words.ring }).click();
      await desk.locator("[data-error-summary]").waitFor();
      await check(desk);
    });

    await step("she refuses what she did not ask for, and nobody is in", async () => {
      const number = await rings();
      assert.match(number, /^\d{4}$/);
      await check(desk);
      await answers(number, "Refuser");
      await goesOn();
      await heading(desk, words.declined);
      await check(desk);
      await outside(desk, "/pro");
    });

    await step("the same number on both screens: she accepts, and is where she wanted to go", async () => {
      await answers(await rings(), "Accepter");
      await goesOn();
      await desk.waitForURL(at("/pro/account"));
      assert.match(await said(desk), words.account);
      await desk.locator('a[href="/pro/account/ways"]').click();
      assert.match(await said(desk), words.since);
      await check(desk);
      await desk.locator("header.top").getByRole("button", { name: words.out }).click();
    });

    await step("with the same identity she comes in by a browser too", async () => {
      await desk.goto(at("/pro/sign-in"));
      await desk.getByRole("link", { name: words.way }).click();
      await desk.getByRole("button", { name: her.name, exact: true }).click();
      await desk.waitForURL(at("/pro"));
      for (const page of [desk, telephone]) await page.context().close();
    });
  });
});
