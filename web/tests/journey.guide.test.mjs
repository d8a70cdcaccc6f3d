// The README's ten minutes, as its reader lives them: what it names is there, and where no other journey goes the same
// way, it is gone here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { request } from "playwright-core";
import { at, demo, journey, launch, said, signIn, skip, visitor } from "./harness.mjs";
import { insured } from "./laboratory.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The steps of the guide, and the words that it writes as code. */
function guide() {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const part = text.slice(text.indexOf("### Ten minutes in it"), text.indexOf("## Work on it"));
  return part.split("\n").filter((line) => /^\d\. /.test(line)).map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, word]) => word));
}

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

async function who(id) {
  const page = await visitor(browser);
  await signIn(page, id);
  return page;
}

test("every persona, address and program that the guide names is there", { skip }, async () => {
  const steps = guide();
  assert.equal(steps.length, 7);
  // Nobody, and one of each kind; no page need be drawn for it.
  const visitors = [await request.newContext()];
  for (const kind of ["citizen", "professional", "operator"]) {
    visitors.push(await request.newContext());
    await visitors.at(-1).get(demo().personas.find((persona) => persona.kind === kind).sign_in, { maxRedirects: 0 });
  }
  for (const word of steps.flat()) {
    if (word.startsWith("/")) {
      const seen = await Promise.all(visitors.map(async (one) => (await one.get(at(word), { maxRedirects: 0 })).status()));
      assert.ok(seen.includes(200), `${word}: ${seen}`);
    } else if (word.startsWith("node ")) {
      readFileSync(join(root, word.split(" ")[1]));
    } else if (/^[a-z]+$/.test(word)) {
      assert.ok(demo().personas.some(({ family, kind }) => family === word || kind === word), word);
    }
  }
  assert.ok(insured().length > 600 && demo().providers[0].people.filter(({ fits }) => fits === "several").length === 2);
  for (const one of visitors) await one.dispose();
});

const member = (role) => demo().personas.find((persona) => persona.family === role);

/** Opens another's space by the band's own list. */
async function actsFor(page, name) {
  await page.locator(".band summary").click();
  await page.locator(".band").getByRole("button", { name }).first().click();
  await page.locator(".band.acting").waitFor();
}

async function documents(page) {
  await page.goto(at("/documents"));
  return page.locator(".card-title a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

test("the carer reads prescriptions and nothing else, until the grandmother takes it back", { skip }, async () => {
  const [hers, carer] = [await who(member("grandmother").id), await who(member("carer").id)];
  const all = await documents(hers);
  await actsFor(carer, /Odette/i);
  const given = await documents(carer);
  assert.ok(all.length === 2 && given.length === 1 && all.includes(given[0]), `${all} / ${given}`);
  await carer.goto(at(given[0]));
  assert.match(await said(carer), /Ordonnance|Prescription/i);
  const other = all.find((href) => href !== given[0]);
  assert.equal((await carer.request.get(at(other))).status(), 404);
  await hers.goto(at("/acting"));
  await hers.locator(".paper", { hasText: /Nadia/i }).getByRole("button", { name: /Retirer l’accès/ }).click();
  await hers.waitForURL(/\/acting\/revoke\?relation=/);
  await hers.locator("main").getByRole("button", { name: /Retirer l’accès/ }).click();
  await hers.waitForURL(at("/acting?done=1"));
  assert.equal((await carer.goto(at(given[0]))).status(), 403);
  await carer.getByRole("heading", { name: "Vous ne pouvez plus agir pour cette personne" }).waitFor();
  for (const page of [hers, carer]) await page.context().close();
});

test("both parents see the same, wherever they live", { skip }, async () => {
  const lists = [];
  for (const role of ["mother", "father"]) {
    const page = await who(member(role).id);
    await actsFor(page, /Lea/i);
    lists.push(await documents(page));
    await page.context().close();
  }
  assert.ok(lists[0].length >= 1);
  assert.deepEqual(lists[0], lists[1]);
});

test("a doctor's strange night is seen, and her account stopped in every browser", { skip }, async (t) => {
  const step = journey(t);
  let team, address, doctor;
  const hers = [];
  await step("the operator sees whose account it was", async () => {
    team = await who("operator");
    await team.goto(at("/operator/vigilance"));
    // The last lines are the oldest: the night that the demo was seeded with.
    const night = team.getByRole("row").filter({ hasText: "Nouvel appareil" }).last();
    await night.getByRole("link").click();
    await team.waitForURL(/\/operator\/vigilance\/\d{11}$/);
    address = team.url();
    doctor = demo().personas.find(({ rpps }) => rpps && address.endsWith(rpps));
    assert.match(await said(team), /Personnes d’autres départements/);
  });

  await step("she plays the doctor in two browsers, and suspends the account", async () => {
    for (let n = 0; n < 2; n += 1) hers.push(await who(doctor.id));
    for (const page of hers) await page.waitForURL(/\/pro$/);
    await team.getByLabel("Pourquoi").fill("Une nuit étrange");
    // The click that made her the operator counts as her passkey.
    await team.getByRole("button", { name: "Suspendre" }).click();
    await team.waitForURL(address);
    assert.match(await said(team), /Ce compte est suspendu/);
  });

  await step("the doctor's next click is outside, in both; lifted, she comes in again", async () => {
    for (const page of hers) {
      await page.goto(at("/pro/account"));
      await page.waitForURL(/\/pro\/sign-in/);
    }
    await team.getByRole("button", { name: "Rétablir" }).click();
    await team.waitForURL(address);
    await signIn(hers[0], doctor.id);
    await hers[0].waitForURL(/\/pro$/);
    for (const page of [team, ...hers]) await page.context().close();
  });
});
