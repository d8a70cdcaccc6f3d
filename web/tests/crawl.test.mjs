// Every page that a persona of the demo can reach by links, in both languages, on the running server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { at, base, demo, findings, launch, signIn, skip, visitor } from "./harness.mjs";

/** Enough for every kind of page; the rest of a long list looks the same. */
const PAGES = 40;

/** Addresses that differ only in ids and in their query show the same kind of page: three of a kind are enough. */
const kind = (url) => url.pathname.replace(/\/\d[^/]*/g, "/…") + [...url.searchParams.keys()].sort().join("&");

async function crawl(page, starts, twin) {
  const waiting = starts.map((start) => at(start));
  const seen = new Set(waiting);
  const kinds = new Map();
  const report = [];
  let pages = 0;
  while (waiting.length > 0 && pages < PAGES) {
    const address = waiting.shift();
    const head = await page.request.get(address, { maxRedirects: 0 });
    if (head.status() !== 200 || !head.headers()["content-type"]?.includes("text/html")) {
      if (head.status() >= 400) report.push(`${address}\n  a link of ours answers ${head.status()}`);
      continue;
    }
    await page.goto(address);
    pages += 1;
    const found = await findings(page, { twin });
    if (found.length > 0) report.push(`${address}\n  ${found.join("\n  ")}`);
    for (const href of await page.$$eval("a[href]", (links) => links.map((link) => link.href))) {
      const url = new URL(href);
      url.hash = "";
      if (url.origin !== new URL(base).origin || url.pathname === "/language" || seen.has(url.href)) continue;
      // It leads away, to a provider that runs elsewhere: journey.outside goes there.
      if (url.pathname.startsWith("/sign-in/with/")) continue;
      const alike = kinds.get(kind(url)) ?? 0;
      if (alike >= 3) continue;
      kinds.set(kind(url), alike + 1);
      seen.add(url.href);
      waiting.push(url.href);
    }
  }
  return { pages, report };
}

let browser;
before(async () => {
  if (!skip) browser = await launch();
});
after(() => browser?.close());

// The newcomer has no session before she has activated her space: a journey of its own.
const kinds = skip ? [] : [undefined, ...new Set(demo().personas.map((persona) => persona.kind).filter((kind) => kind !== "newcomer"))];
test("the demo has personas", { skip }, () => assert.ok(kinds.length > 1));

// Whoever crawls waits for the browser most of the time: two do so side by side.
test("every page by links", { skip, concurrency: 2 }, (t) => Promise.all(kinds.flatMap((who) => ["fr", "en"].map((language) =>
  t.test(`${who ?? "nobody"}, ${language}`, async () => {
    const page = await visitor(browser);
    if (who) await signIn(page, who);
    // From the first page of whoever it is.
    const home = who ? new URL(page.url()).pathname : "/sign-in";
    await page.goto(at(`/language?to=${language}&back=${home}`));
    assert.equal(await page.getAttribute("html", "lang"), language);
    // A professional finds people through a form; the demo's first person has allowed the first doctor.
    const hers = demo().personas.find((persona) => persona.kind === "citizen").person_id;
    const starts = who === "professional" ? [page.url(), `/pro/patients/${hers}`] : [page.url()];
    const { pages, report } = await crawl(page, starts, language === "en");
    assert.ok(pages > 0);
    assert.deepEqual(report, [], report.join("\n"));
    await page.context().close();
  })))));
