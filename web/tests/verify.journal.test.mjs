// The journal checked in a real browser, on a running demo, and then with its database changed behind the server's back.
//
// CARNET_DATA is the demo's folder: the last steps write into its database, so it must be one to throw away. CARNET is
// the program, for what `carnet verify` says of the same proofs.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkPage, journey, launch, signIn, visitor } from "./harness.mjs";
import { acts, proof, publish } from "./verify.make.mjs";

const base = process.env.CARNET_BASE;
const skip = !(base && process.env.CARNET_DEMO) && "CARNET_BASE and CARNET_DEMO are not set";
const data = process.env.CARNET_DATA;
/** How many lines of her own journal the check is timed with; none: with a made-up one, which is there at once. */
const LINES = Number(process.env.CARNET_LINES ?? 0);
const HER = process.env.CARNET_PERSONA ?? "citizen";
const at = (path) => new URL(path, base).href;

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

/** What the three verifiers say of the proof that the server gives now; the browser's own stands on the page. */
async function others(kept) {
  const text = await page.evaluate(async (since) =>
    (await fetch(`/journal/proof?leaves=all&since=${since}`)).text(), kept ? kept.checkpoint.split("\n")[1] : 0);
  const [proofFile, keptFile] = [join(folder, "journal.json"), join(folder, "carnet.json")];
  writeFileSync(proofFile, text);
  writeFileSync(keptFile, JSON.stringify(kept ?? {}));
  const run = (program, arguments_) => {
    // Our own variables are none of its configuration.
    const { stdout, stderr, status } = spawnSync(program, arguments_, { encoding: "utf8", env: { PATH: process.env.PATH } });
    assert.ok(status === 0 || stdout !== "", stderr);
    return stdout;
  };
  const python = run("python3", [fileURLToPath(new URL("verify.py", import.meta.url)), proofFile, ...(kept ? ["--kept", keptFile] : [])]);
  const found = { python: python.split("\n").filter(Boolean) };
  if (process.env.CARNET) {
    const printed = run(process.env.CARNET, ["verify", "--proof", proofFile, ...(kept ? ["--checkpoint", keptFile] : [])]);
    assert.match(printed, /^person /m);
    found.carnet = printed.split("\n").slice(0, -2).map((line) => line.split("\t"))
      .map(([code, act]) => (act ? `${code} ${act.replace("act ", "")}` : code))
      .sort((a, b) => (Number(a.split(" ")[1]) || 0) - (Number(b.split(" ")[1]) || 0) || (a < b ? -1 : 1));
    assert.deepEqual([...new Set(found.carnet)], found.python);
  }
  return found.python;
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

  await step("the check takes well under a blink", async () => {
    if (LINES) {
      // As many looks of her own as it takes; the log has them a moment later.
      const length = async () => (await (await page.request.get(at("/journal/proof"))).json()).acts.length;
      for (let left = LINES - (await length()); left > 0; left = LINES - (await length())) {
        for (let look = 0; look < left; look++) await page.request.get(at("/documents"));
      }
      await page.waitForTimeout(5000);
      assert.match(await check(), /Complet et inchangé/);
    } else {
      // A journal of some hundreds of lines in place of hers; that the page then tells other lines is no matter here.
      const long = acts(500, { step: 60 });
      const body = JSON.stringify(proof(long, publish(long, { each: 16 })));
      await page.route("**/journal/proof*", (route) => route.fulfill({ contentType: "application/json", body }));
      await check();
    }
    const times = [];
    for (let i = 0; i < 9; i++) {
      await page.getByRole("button", { name: "Vérifier à nouveau" }).click();
      await answer().locator('.ds-alert:not([data-color="info"])').waitFor();
      await page.waitForTimeout(100);
      times.push(await page.evaluate(() => {
        const { duration, detail } = performance.getEntriesByName("carnet-verify").at(-1);
        return { duration, detail };
      }));
    }
    const ms = times.map((entry) => entry.duration).sort((a, b) => a - b);
    await page.unroute("**/journal/proof*");
    t.diagnostic(`Chromium, ${times.at(-1).detail.acts} lines: median ${ms[4].toFixed(1)} ms, longest ${ms[8].toFixed(1)} ms`);
  });
});

test("a database that was changed behind the server's back", { skip: skip || (!data && "CARNET_DATA is not set") }, async (t) => {
  const step = journey(t);
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
    if (!process.env.CARNET) return;
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

  await step("a line that was changed is named", async () => {
    const seq = look(1);
    sql(`UPDATE act SET line = zeroblob(length(line)) WHERE id = ${id(seq)}`);
    assert.match(await check(), new RegExp(`La ligne .*${seq}.* a été changée ou déplacée`));
    await checkPage(page);
    assert.ok((await others()).includes(`chain ${seq}`));
  });

  await step("a line that was back-dated is named", async () => {
    const seq = look(3);
    sql(`UPDATE act SET at = at - 864000000000 WHERE id = ${id(seq)}`);
    assert.match(await check(), new RegExp(`${seq}`));
    assert.ok((await others()).includes(`chain ${seq}`));
  });

  await step("lines that changed places are named", async () => {
    const [a, b] = [look(5), look(6)];
    sql(`UPDATE act SET id = -1 WHERE id = ${id(a)}`);
    sql(`UPDATE act SET id = ${id(a)} WHERE id = ${id(b)}`);
    sql(`UPDATE act SET id = ${id(b)} WHERE id = -1`);
    assert.match(await check(), new RegExp(`${a}`));
    const found = await others();
    assert.ok(found.includes(`chain ${a}`) && found.includes(`chain ${b}`), `${found}`);
  });

  await step("a line that was dropped is missed", async () => {
    const seq = look(8);
    sql(`DELETE FROM act WHERE id = ${id(seq)}`);
    assert.match(await check(), new RegExp(`À la ligne .*${seq + 1}.*, une ligne manque`));
    assert.ok((await others()).includes(`dropped ${seq + 1}`));
    await checkPage(page);
  });

  await step("a log that was begun anew is another one than the one she kept", async () => {
    const other = { ...marker, checkpoint: marker.checkpoint.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) + 1000000}\n`) };
    assert.ok((await others(other)).includes("shrunk"));
  });
});
