// A visitor of the demo lives it: two services (web/services.mjs, as their makers would write them), one identity.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { demo, journey, launch, signIn, visitor } from "./harness.mjs";

const skip = !(process.env.CARNET_BASE && process.env.CARNET_DEMO) && "CARNET_BASE and CARNET_DEMO are not set";
const home = (n) => new URL("/", demo().services[n].redirect_uri).href;

test("one identity opens two services, and signing out of one closes both", { skip }, async (t) => {
  const step = journey(t);
  const script = join(dirname(fileURLToPath(import.meta.url)), "..", "services.mjs");
  const program = spawn(process.execPath, [script, process.env.CARNET_DEMO], { stdio: ["ignore", "pipe", "inherit"] });
  for (let lines = ""; lines.split("http://").length < 3;) lines += (await once(program.stdout, "data"))[0];
  const browser = await launch();
  try {
    const page = await visitor(browser);
    const said = async () => (await page.locator("body").innerText()).replace(/\s+/g, " ");
    let who;
    await step("she is signed in to Carnet", async () => {
      who = await signIn(page, "professional");
    });
    for (const n of [0, 1]) {
      await step(`she enters ${demo().services[n].name} without being asked anything`, async () => {
        await page.goto(home(n));
        await page.getByRole("link", { name: "Entrer" }).click();
        await page.waitForURL(home(n));
        assert.match(await said(), new RegExp(`Bonjour .*8${who.rpps}`));
      });
    }
    await step("she leaves the first, and is signed out of Carnet", async () => {
      await page.goto(home(0));
      await page.getByRole("link", { name: "Quitter" }).click();
      await page.waitForURL(demo().services[0].post_logout_redirect_uri);
    });
    await step("and the second has been told", async () => {
      for (let tries = 0; tries < 40; tries += 1) {
        await page.goto(home(1));
        if (/Entrer avec/.test(await said())) return;
        await new Promise((again) => setTimeout(again, 250));
      }
      assert.fail(await said());
    });
    await step("with her telephone she enters again", async () => {
      const telephone = await visitor(browser, { javascript: false });
      await signIn(telephone, who.id);
      await page.getByLabel("Ou avec mon téléphone").selectOption(`8${who.rpps}`);
      await page.getByRole("button", { name: "Demander" }).click({ noWaitAfter: true });
      for (let tries = 0; tries < 40; tries += 1) {
        await telephone.goto(new URL("/pro/approvals", process.env.CARNET_BASE).href);
        if (await telephone.getByRole("button", { name: "Accepter" }).count()) break;
        await new Promise((again) => setTimeout(again, 250));
      }
      await telephone.getByRole("button", { name: "Accepter" }).first().click();
      await page.getByText(`8${who.rpps}`).waitFor();
    });
  } finally {
    await browser.close();
    program.kill();
  }
});
