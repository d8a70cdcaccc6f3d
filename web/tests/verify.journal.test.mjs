// The journal checked in a real browser, on a running demo, and then with its database changed behind the server's back.
//
// CARNET_DATA is the demo's folder: the last steps write into its database, so it must be one to throw away. CARNET is
// the program, for what `carnet verify` says of the same proofs; with CARNET_DATA it must be there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { verify } from "../src/verify/proof.js";
import { at, checkPage, journey, launch, signIn, skip, visitor } from "./harness.mjs";
import { acts, blocksFor, countWork, proof, publish } from "./verify.make.mjs";
import { carnet, python, said as listed } from "./verify.others.mjs";

const data = process.env.CARNET_DATA;
/** How many lines of her own journal the check is timed with; none: with a made-up one, which is there at once. */
const LINES = Number(process.env.CARNET_LINES ?? 0);
const HER = process.env.CARNET_PERSONA ?? "citizen";

let browser, page, folder, marker;
before(async () => {
  if (skip) return;
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "carnet-verify-"));
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

const answer = () => page.locator("[data-verify-answer]");
const said = async () => (await answer().innerText()).replace(/\s+/g, " ");
/** Opens the journal and waits for the outcome of its check. */
async function check(path = "/journal") {
  await page.goto(at(path));
  await answer().locator('.ds-alert:not([data-color="info"])').waitFor();
  return said();
}

/** Each sentence of the outcome, without the links at its end. */
const sentences = async () => (await answer().locator("li").allInnerTexts()).map((text) => text.replace(/\s+/g, " "));

/**
 * What the three verifiers say of the proof that the server gives now, which is the same; `lie` is what a server would
 * change in it that keeps its database as it was.
 */
async function others(kept, lie = (text) => text) {
  const text = lie(await page.evaluate(async (since) =>
    (await fetch(`/journal/proof?leaves=all&since=${since}`)).text(), kept ? kept.checkpoint.split("\n")[1] : 0));
  const found = listed((await verify(JSON.parse(text), kept)).findings);
  assert.deepEqual(python(folder, text, kept), found, "verify.py");
  if (process.env.CARNET) assert.deepEqual(carnet(folder, text, kept), found, "carnet verify");
  return found;
}

/** A command of the operator on the demo's own data. */
const operator = (...arguments_) => execFileSync(process.env.CARNET, arguments_,
  { env: { PATH: process.env.PATH, CARNET_DATA_DIR: data }, encoding: "utf8" });

/** Changes the database behind the server's back. */
const sql = (statement) => execFileSync("python3", ["-c",
  "import sqlite3,sys; c=sqlite3.connect(sys.argv[1], timeout=10); c.execute(sys.argv[2]); c.commit()",
  join(data, "carnet.db"), statement]);

test("she checks her journal on her own device", { skip }, async (t) => {
  const step = journey(t);
  await step("the page says that it is complete and unaltered", async () => {
    page = await visitor(browser);
    await signIn(page, HER);
    // The log takes up what happened within a second or so.
    await page.goto(at("/documents"));
    await page.waitForTimeout(3000);
    assert.match(await check(), /Complet et inchangé, vérifié sur cet appareil/);
    await checkPage(page);
    assert.deepEqual(await others(), []);
  });

  await step("a page that was filtered, or asked for older lines, is compared too", async () => {
    assert.match(await check("/journal?who=me&what=looks"), /Complet et inchangé/);
    assert.match(await check("/journal?before=5"), /Complet et inchangé/);
  });

  await step("she keeps a marker, which outlives signing out", async () => {
    await check();
    await page.getByRole("button", { name: "Garder un repère sur cet appareil" }).click();
    await answer().getByText("Le repère est gardé").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Télécharger le repère" }).click();
    const file = await (await download).path();
    marker = JSON.parse(execFileSync("cat", [file], { encoding: "utf8" }));
    assert.equal(marker.format, "carnet-kept-1");
    await page.getByRole("button", { name: "Se déconnecter" }).click();
    await page.waitForURL(/signed-out/);
    await signIn(page, HER);
    assert.match(await check(), /Rien n’a changé depuis votre repère du/);
    await page.waitForTimeout(3000);
    assert.deepEqual(await others(marker), []);
  });

  await step("a marker that she pasted is compared, and one that is torn is said", async () => {
    await page.getByText("Comparer avec un repère gardé ailleurs").click();
    await page.getByLabel("Collez ici le repère").fill(JSON.stringify(marker));
    await page.getByRole("button", { name: "Comparer" }).click();
    await answer().getByText("Rien n’a changé depuis votre repère").waitFor();
    await page.getByLabel("Collez ici le repère").fill(JSON.stringify({ ...marker, head: "0".repeat(64) }));
    await page.getByRole("button", { name: "Comparer" }).click();
    await answer().getByText("a été réécrit jusqu’à la ligne").waitFor();
    await page.getByLabel("Collez ici le repère").fill("{");
    await page.getByRole("button", { name: "Comparer" }).click();
    await answer().getByText("Le repère ne se lit pas").waitFor();
    await checkPage(page);
  });

  await step("in English, and what a line says is compared with the journal", async () => {
    await page.goto(at("/journal?lang=en"));
    await answer().getByText("Complete and unaltered, checked on this device").waitFor();
    // A server that tells another story on the page than it keeps in the journal.
    await page.route("**/journal", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/data-acts="(\d+):(\d+):(\d+)/, 'data-acts="$1:$2:60') });
    });
    assert.match(await check(), /n’est pas racontée sur cette page|is not told on this page/);
    await page.unroute("**/journal");
  });

  await step("a browser without Ed25519 says so and blames nobody", async () => {
    const old = await visitor(browser);
    await old.addInitScript(() => {
      const real = crypto.subtle.importKey.bind(crypto.subtle);
      crypto.subtle.importKey = (format, key, algorithm, ...rest) =>
        algorithm?.name === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError")) : real(format, key, algorithm, ...rest);
    });
    await signIn(old, HER);
    await old.goto(at("/journal"));
    await old.locator("[data-verify-answer]").getByText("Ce navigateur ne sait pas vérifier").waitFor();
    await old.context().close();
  });

  await step("without JavaScript the page says how to check otherwise", async () => {
    const plain = await visitor(browser, { javascript: false });
    await signIn(plain, HER);
    await plain.goto(at("/journal"));
    assert.match(await plain.locator("[data-verify-answer]").innerText(), /Vérifier autrement/);
    await plain.getByText("Vérifier autrement", { exact: true }).click();
    await plain.getByText("carnet verify --proof journal.json", { exact: true }).waitFor();
    await plain.context().close();
  });

  await step("the check finds a long journal well, with work that grows as its lines do", async () => {
    let long;
    if (LINES) {
      // As many looks of her own as it takes; the log has them a moment later.
      const length = async () => (await (await page.request.get(at("/journal/proof"))).json()).acts.length;
      for (let left = LINES - (await length()); left > 0; left = LINES - (await length())) {
        for (let look = 0; look < left; look++) await page.request.get(at("/documents"));
      }
      await page.waitForTimeout(5000);
    } else {
      // A journal of some hundreds of lines in place of hers, on a page that tells none of them.
      const made = acts(500, { step: 60 });
      long = proof(made, publish(made, { each: 16 }));
      await page.route("**/journal/proof*", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(long) }));
      await page.route("**/journal", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace(/ data-acts="[^"]*"/g, "") });
      });
    }
    assert.match(await check("/journal"), /Complet et inchangé|Complete and unaltered/);
    await page.evaluate(countWork);
    const times = [];
    for (let i = 0; i < 9; i++) {
      const measured = () => performance.getEntriesByName("carnet-verify").length;
      const before = await page.evaluate(measured);
      await page.evaluate(() => Object.assign(globalThis.work, { words: 0, signatures: 0 }));
      await answer().locator("xpath=ancestor::*[@data-verify]").locator('[data-verify-do="again"]').click();
      await page.waitForFunction((n) => performance.getEntriesByName("carnet-verify").length > n, before);
      await answer().locator('.ds-alert[data-color="success"]').waitFor();
      times.push(await page.evaluate(() => {
        const { duration, detail } = performance.getEntriesByName("carnet-verify").at(-1);
        return { duration, acts: detail.acts, ...globalThis.work };
      }));
    }
    const last = times.at(-1);
    if (long) {
      const { lines, most } = blocksFor(long);
      for (const { acts: looked, words, signatures } of times) {
        assert.equal(looked, 500);
        assert.ok(words / 16 >= lines && words / 16 <= most, `${words / 16} blocks, ${lines} … ${most}`);
        assert.equal(signatures, 1);
      }
    }
    const ms = times.map((entry) => entry.duration).sort((a, b) => a - b);
    await page.unroute("**/journal/proof*");
    await page.unroute("**/journal");
    // Said and not tested: how fast this machine is today is no property of the page.
    t.diagnostic(`Chromium, ${last.acts} lines, ${last.words / 16} blocks of SHA-256: median ${ms[4].toFixed(1)} ms`);
  });
});

test("a database that was changed behind the server's back", { skip: skip || (!data && "CARNET_DATA is not set") }, async (t) => {
  const step = journey(t);
  assert.ok(process.env.CARNET, "CARNET_DATA is set and CARNET, the program, is not");
  let person, given;
  const id = (seq) => BigInt(person) * 2n ** 20n + BigInt(seq);
  await step("given a journal that is well", async () => {
    page = await visitor(browser);
    await signIn(page, HER);
    assert.match(await check(), /Complet et inchangé/);
    given = await page.evaluate(async () => (await fetch("/journal/proof")).json());
    person = given.person;
  });

  await step("a log that was begun anew is told, with its reason, and a new marker is offered", async () => {
    await page.getByRole("button", { name: "Garder un repère sur cet appareil" }).click();
    await answer().getByText("Le repère est gardé").waitFor();
    operator("log", "restart", "--reason", "Une sauvegarde plus ancienne a été restaurée.");
    await page.waitForTimeout(3000);
    const told = await check();
    assert.match(told, /Le registre public a été recommencé.*Une sauvegarde plus ancienne a été restaurée/);
    assert.match(told, /Les lignes que vous connaissiez n’ont pas changé/);
    await checkPage(page);
    assert.deepEqual(await others(), []);
    const head = given.acts.at(-1);
    const old = { checkpoint: given.checkpoint, vkey: given.keys[0], seq: head.seq, head: head.hash, at: given.at };
    assert.deepEqual(await others(old), ["restarted"]);
    assert.deepEqual(await others({ ...old, head: "0".repeat(64) }), ["restarted", `unshown ${head.seq}`]);
    await page.getByRole("button", { name: "Garder un repère sur cet appareil" }).click();
    await answer().getByText("Rien n’a changé depuis votre repère").waitFor();
    await page.getByRole("button", { name: "Oublier le repère de cet appareil" }).click();
    assert.match(await check(), /Complet et inchangé.*a été recommencé/);
  });

  // Looks, not deposits: of a deposit that does not open the record itself could not be read.
  const look = (n) => given.acts.filter((act) => act.kind >= 40 && act.kind < 50 && act.seq > 2).at(n).seq;

  /** A line as sentences name it: one that can no longer be read has no date. */
  const line = (seq) => new RegExp(`^La ligne (n° ${seq} du .*|${seq}) n’est pas `);
  const CHANGED = "n’est pas celle qui avait été écrite : elle a été changée ou déplacée.";
  /** The page says this sentence of this line. */
  const isSaid = async (seq, sentence) => {
    const found = await sentences();
    assert.ok(found.some((text) => line(seq).test(text) && text.includes(sentence)), `${seq}: ${found.join("\n")}`);
  };
  /** Every line that the three found changed is on the page, and no line besides. */
  const samePage = async () => {
    const found = await others();
    const [changed, named] = [found.filter((one) => one.startsWith("chain ")).map((one) => Number(one.slice(6))), await sentences()];
    assert.deepEqual(named.filter((text) => text.includes(CHANGED)).map((text) => Number(text.match(/n° (\d+)|ligne (\d+)/).slice(1).find(Boolean))), changed);
    return found;
  };

  await step("a line that was changed is named", async () => {
    const seq = look(1);
    sql(`UPDATE act SET line = zeroblob(length(line)) WHERE id = ${id(seq)}`);
    await check();
    await isSaid(seq, CHANGED);
    await checkPage(page);
    assert.ok((await samePage()).includes(`chain ${seq}`));
  });

  await step("a line that was back-dated is named", async () => {
    const seq = look(3);
    sql(`UPDATE act SET at = at - 864000000000 WHERE id = ${id(seq)}`);
    await check();
    await isSaid(seq, CHANGED);
    assert.ok((await samePage()).includes(`chain ${seq}`));
  });

  await step("a server that gives a line another date is found out, in English", async () => {
    // Whoever has the database alone cannot: the line then opens no more. Whoever runs the program could.
    const seq = look(4);
    const lie = (text) => {
      const told = JSON.parse(text);
      told.acts.find((act) => act.seq === seq).at -= 864_000_000_000;
      return JSON.stringify(told);
    };
    const found = await others(undefined, lie);
    assert.ok(found.includes(`chain ${seq}`) && found.includes(`back-dated ${seq}`), `${found}`);
    const english = await visitor(browser, { language: "en-GB" });
    await signIn(english, HER);
    await english.route("**/journal/proof*", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: lie(await response.text()) });
    });
    await english.goto(at("/journal"));
    await english.locator("[data-verify-answer] li").first().waitFor();
    const told = (await english.locator("[data-verify-answer] li").allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
    for (const sentence of ["is not the one that was written: it was changed or moved.", "has a date that is too old: it was written afterwards."]) {
      assert.ok(told.some((text) => text.startsWith(`Line no. ${seq} of `) && text.includes(sentence)), told.join("\n"));
    }
    await checkPage(english);
    await english.context().close();
  });

  await step("lines that changed places are named", async () => {
    const [a, b] = [look(5), look(6)];
    sql(`UPDATE act SET id = -1 WHERE id = ${id(a)}`);
    sql(`UPDATE act SET id = ${id(a)} WHERE id = ${id(b)}`);
    sql(`UPDATE act SET id = ${id(b)} WHERE id = -1`);
    await check();
    for (const seq of [a, b]) await isSaid(seq, CHANGED);
    const found = await samePage();
    assert.ok(found.includes(`chain ${a}`) && found.includes(`chain ${b}`), `${found}`);
  });

  await step("a line that was dropped is missed", async () => {
    const seq = look(8);
    sql(`DELETE FROM act WHERE id = ${id(seq)}`);
    await check();
    const missed = await sentences();
    assert.ok(missed.some((text) => text.startsWith(`À la ligne n° ${seq + 1} du `) && text.includes("une ligne manque")), missed.join("\n"));
    assert.ok((await samePage()).includes(`dropped ${seq + 1}`));
    await checkPage(page);
  });

  await step("a log that lost what it had is shorter than the one that she kept", async () => {
    const { checkpoint, keys, acts: told, at: when } = await page.evaluate(async () => (await fetch("/journal/proof")).json());
    const longer = checkpoint.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) + 1_000_000}\n`);
    const head = told.at(-1);
    assert.ok((await others({ checkpoint: longer, vkey: keys[0], seq: head.seq, head: head.hash, at: when })).includes("shrunk"));
  });
});
