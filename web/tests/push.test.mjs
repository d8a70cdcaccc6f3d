// Notifications in a real browser, on a running demo: she switches them on, a message arrives, and touching it opens her
// space; without script the page says that there is e-mail.
//
// Two things are not real, because a headless Chromium has no push service and no hand. `PushManager` is replaced in the
// page: it gives a subscription as a push service of the demo's list would, so everything before and after it is ours.
// Messages are delivered by the browser's own debugging command (`ServiceWorker.deliverPushMessage`); touching the
// notification is the event that the browser would send, and `openWindow`, which a browser allows to a hand only, is
// watched. What travels between us and a push service is tested in crates/server/tests/it/told.rs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, base, checkPage, journey, launch, said, signIn, skip, visitor } from "./harness.mjs";

const NOTICES = at("/journal/notices");

/** The example browser of RFC 8291, Appendix A: keys that are real, and whose. */
const KEYS = {
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

/** In the page: what a browser with a push service would do. `refuses` is a reader who does not want notifications. */
function pretend({ keys, refuses, endpoint }) {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  Notification.requestPermission = async () => (refuses ? "denied" : "granted");
  let subscription = null;
  PushManager.prototype.getSubscription = async () => subscription;
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.byteLength !== 65) throw new Error("a browser would not take this");
    subscription = { endpoint, options: { applicationServerKey }, getKey: (name) => bytes(keys[name]) };
    return subscription;
  };
}

const SERVICE = "https://updates.push.services.mozilla.com/wpush/v2/";

/** A browser of hers, signed in, that has a push service. */
async function withPush(options = {}, language = "fr-FR") {
  const page = await visitor(browser, { language });
  await page.context().grantPermissions(["notifications"], { origin: new URL(base).origin });
  await page.addInitScript(pretend, { keys: KEYS, refuses: false, endpoint: `${SERVICE}${language}`, ...options });
  await signIn(page, "citizen");
  await page.goto(NOTICES);
  return page;
}

let browser;
before(async () => {
  if (!skip) browser = await launch({ whole: true });
});
after(() => browser?.close());

const shown = (worker) => worker.evaluate(async () => (await self.registration.getNotifications())
  .map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, data })));

for (const { language, add, here, remove, sentence } of [
  {
    language: "fr-FR", add: "Prévenir cet appareil", here: "Cet appareil", remove: /^Ne plus prévenir/,
    sentence: "Il y a du nouveau dans votre espace Carnet.",
  },
  {
    language: "en-GB", add: "Tell this device", here: "This device", remove: /^Stop telling/,
    sentence: "There is something new in your Carnet space.",
  },
]) {
  test(`she is told on her telephone (${language})`, { skip }, async (t) => {
    const step = journey(t);
    const lang = language.slice(0, 2);
    let page, worker;
    await step("she switches it on, under a name of hers", async () => {
      page = await withPush({}, language);
      await page.getByRole("button", { name: add }).waitFor();
      await checkPage(page);
      await page.locator("[data-push] [name=name]").fill("Mon téléphone");
      await page.getByRole("button", { name: add }).click();
      await page.locator(".card", { hasText: "Mon téléphone" }).filter({ hasText: here }).waitFor();
      assert.equal(page.url(), NOTICES);
      assert.equal(await page.locator("[data-push]").count(), 0, "this browser need not be added again");
      await checkPage(page);
    });

    await step("the worker is there, and stands before no page", async () => {
      const [registration] = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations())
        .map(({ scope, active }) => ({ scope, script: active?.scriptURL })));
      assert.deepEqual(registration, { scope: at("/push/"), script: at("/push/worker.js") });
      await page.reload();
      assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);
      assert.deepEqual(await page.evaluate(() => caches.keys()), []);
      worker = page.context().serviceWorkers().find((one) => one.url() === at("/push/worker.js"));
      assert.ok(worker);
    });

    const deliver = await debugging(() => page);
    await step("a message shows one sentence, and the next one takes its place", async () => {
      const message = { title: "Carnet", body: sentence, lang, open: "/journal" };
      await deliver(JSON.stringify(message));
      const expected = [{ title: "Carnet", body: sentence, lang, tag: "carnet-news", data: "/journal" }];
      assert.deepEqual(await eventually(() => shown(worker), (all) => all.length > 0), expected);
      await deliver(JSON.stringify(message));
      assert.deepEqual(await shown(worker), expected);
    });

    await step("touching it opens her space, and nothing elsewhere", async () => {
      const opened = (data) => worker.evaluate(async (to) => {
        const found = [];
        self.clients.openWindow = async (address) => void found.push(address);
        await self.registration.showNotification("x", { tag: "carnet-news", data: to });
        const [notification] = await self.registration.getNotifications();
        self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        await new Promise((done) => setTimeout(done, 100));
        return { found, left: (await self.registration.getNotifications()).length };
      }, data);
      assert.deepEqual(await opened("/journal"), { found: [at("/journal")], left: 0 });
      assert.deepEqual(await opened("https://elsewhere.example/"), { found: [], left: 0 });
    });

    await step("signing out leaves the worker; the device is removed when she says so", async () => {
      await page.getByRole("banner").getByRole("button", { name: /Se déconnecter|Sign out/ }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/journal"));
      const left = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
      assert.equal(left, 1);
      await signIn(page, "citizen");
      await page.goto(NOTICES);
      await page.getByRole("button", { name: remove }).click();
      await page.getByRole("button", { name: add }).waitFor();
      assert.doesNotMatch(await said(page), /Mon téléphone/);
    });
    await page?.context().close();
  });
}

/** Delivers messages to the worker of the page, once there is one. */
async function debugging(page) {
  let send;
  return async (data) => {
    send ??= await (async () => {
      const session = await page().context().newCDPSession(page());
      const registered = new Promise((found) => session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const ours = registrations.find(({ scopeURL }) => scopeURL === at("/push/"));
        if (ours) found(ours.registrationId);
      }));
      await session.send("ServiceWorker.enable");
      const registrationId = await registered;
      return (text) => session.send("ServiceWorker.deliverPushMessage", { origin: new URL(base).origin, registrationId, data: text });
    })();
    return send(data);
  };
}

/** The first answer that is as it should be; the last one when none was. */
async function eventually(ask, good) {
  let answer;
  for (let tries = 0; tries < 50; tries += 1) {
    answer = await ask();
    if (good(answer)) return answer;
    await new Promise((done) => setTimeout(done, 100));
  }
  return answer;
}

test("who refuses notifications, or has a browser whose service we do not know, is told what is left", { skip }, async (t) => {
  const step = journey(t);
  await step("she said no to the browser", async () => {
    const page = await withPush({ refuses: true });
    await page.getByRole("button", { name: "Prévenir cet appareil" }).click();
    await page.locator("[data-push-message]").filter({ hasText: "Votre navigateur refuse les notifications" }).waitFor();
    await checkPage(page);
    await page.context().close();
  });
  await step("a push service that the operator does not know", async () => {
    const page = await withPush({ endpoint: "https://push.elsewhere.example/x" });
    await page.getByRole("button", { name: "Prévenir cet appareil" }).click();
    await page.getByRole("alert").filter({ hasText: "un service que nous n’utilisons pas" }).first().waitFor();
    await checkPage(page);
    await page.context().close();
  });
});

test("without script there is e-mail, and the page says so", { skip }, async () => {
  const page = await visitor(browser, { javascript: false });
  await signIn(page, "citizen");
  await page.goto(NOTICES);
  const text = await said(page);
  assert.match(text, /Pas de notification avec ce navigateur/);
  assert.match(text, /Vous pouvez choisir l’e-mail/);
  assert.equal(await page.getByRole("button", { name: "Prévenir cet appareil" }).isVisible(), false);
  await page.context().close();
});
