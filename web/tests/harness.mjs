// What the browser tests share: Chromium, a passkey authenticator in it, and the checks that every page passes.
//
//   CHROMIUM       the browser; without it, see chromium.mjs
//   CARNET_BASE    a running server, e.g. http://localhost:8080
//   CARNET_DEMO    its demo.json, with the personas and how they sign in
//   CARNET_ANOTHER_ENGINE   if set, what does not depend on the engine was tried before: looks, languages
//   CARNET_PAGES   a folder of rendered pages (`cargo run -p ui --example gallery -- FOLDER`)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";
import { executable } from "./chromium.mjs";
import { shape } from "./shape.mjs";

export { shape };

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const WIDTHS = [320, 768, 1280];
/** A whole page as it is sent, with everything it loads. */
export const WEIGHT = 100_000;

const ALL = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const only = (...values) => ({ type: "rule", values });
/**
 * What axe is asked at which width: everything once, and again what depends on the layout. Our style sheet changes its
 * layout below 40rem and nowhere above, so 768 px has the colours of 1280 px.
 */
const RULES = {
  whole: {
    320: only("color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"),
    768: only("target-size", "scrollable-region-focusable"),
    1280: ALL,
    dark: only("color-contrast"),
  },
  // The same page in another language: its colours and places are known.
  twin: { 1280: ALL },
  // A page of a shape that was looked at: only its words are new, and only their length can be wrong.
  words: { 320: only("target-size", "scrollable-region-focusable") },
};
/** Shapes of the pages that were looked at. */
const looked = new Set();

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // The doctype and void elements as maud writes them are valid HTML; these are matters of taste.
    "doctype-style": "off",
    "void-style": "off",
    "no-trailing-whitespace": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    // Everything comes from our own origin.
    "require-sri": ["error", { target: "crossorigin" }],
    // Boxes of one question share its name: that is how several answers are sent.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
    // Titles end with the name of the service; documents have the titles their authors gave them.
    "long-title": "off",
  },
});

/** Where the server runs that the pages are asked of. */
export const base = process.env.CARNET_BASE;

/** Why what needs that server is left out, where none runs. */
export const skip = !(base && process.env.CARNET_DEMO) && "CARNET_BASE and CARNET_DEMO are not set";

/** The whole address of a path. */
export const at = (path) => new URL(path, base).href;

/** What the server said of its demonstration: who may be played, and where else it answers. */
export const demo = () => JSON.parse(readFileSync(process.env.CARNET_DEMO, "utf8"));

/** A professional who fits, whose part is played by a click, and who works in one place. */
export const works = (fits) => demo().personas.find((persona) =>
  persona.kind === "professional" && persona.places.length === 1 && !persona.activation_code && fits(persona));

/** The languages that a journey is told in: each of them once, and the first where only the engine is another. */
export const told = (languages) => (process.env.CARNET_ANOTHER_ENGINE ? languages.slice(0, 1) : languages);

export async function launch(which) {
  return chromium.launch({
    executablePath: executable(which),
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

/**
 * A visitor's own browser profile. `javascript: false` is the visitor whose script did not load; `agent` what another
 * make of browser says that it is.
 */
// Reduced motion, so that no check meets a colour on its way from one to another.
export async function visitor(browser, { javascript = true, language = "fr-FR", agent } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: javascript, locale: language, reducedMotion: "reduce", userAgent: agent,
  });
  // Pages of a server beside the browser come at once; who waits longer waits for something that will not come.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  watch(page);
  return page;
}

/** A fingerprint reader of the browser's own: resident keys, user verified. */
export async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    /** The finger that does not match. */
    refuse: () => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false }),
    accept: () => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true }),
  };
}

const watched = new WeakMap();

/** Collects what the browser complains about: CSP violations, script errors, missing files. */
function watch(page) {
  const seen = { complaints: [], document: null };
  watched.set(page, seen);
  page.on("console", (message) => {
    // A page that answers 4xx on purpose is not a complaint; a file that it loads is, and is noted below.
    if (message.type() === "error" && !/the server responded with a status of/.test(message.text())) {
      seen.complaints.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => seen.complaints.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!why.includes("ERR_ABORTED")) seen.complaints.push(`request: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) {
      seen.document = response;
    } else if (response.status() >= 400 && request.resourceType() !== "fetch") {
      seen.complaints.push(`request: ${response.status()} ${response.url()}`);
    }
  });
}

async function axe(page, rules, where) {
  // Only where it is needed: it is larger than any of our pages.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(`${AXE};undefined`);
  const violations = await page.evaluate(
    async (runOnly) => (await window.axe.run(document, { runOnly, resultTypes: ["violations"], preload: false })).violations, rules);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `axe ${id}: ${node.html.slice(0, 160)}: ${node.failureSummary.replace(/\s+/g, " ")} [${where}]`));
}

/** Anything that makes a reader at this width scroll sideways (WCAG 1.4.10). */
const overflow = (page) => page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].find((element) => element.getBoundingClientRect().right > width + 1);
  return [`reflow: wider than ${width} px: ${(wide ?? document.body).outerHTML.slice(0, 120)}`];
});

/** Bytes as sent (`sent`) and as unpacked (`raw`), of the page and of everything it loaded, cached or not. */
const weight = (page) => page.evaluate(() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((entry) => !["fetch", "xmlhttprequest"].includes(entry.initiatorType));
  const sum = (key) => all.reduce((total, entry) => total + entry[key], 0);
  return { sent: sum("encodedBodySize"), raw: sum("decodedBodySize") };
});

export function validateHtml(html) {
  return validator.validateStringSync(html).results.flatMap(({ messages }) =>
    messages.map((m) => `html ${m.ruleId}: line ${m.line}, column ${m.column}: ${m.message} …${near(html, m)}`));
}

function near(html, { line, column }) {
  return (html.split("\n")[line - 1] ?? "").slice(Math.max(0, column - 20), column + 80);
}

/**
 * Everything that is wrong with the page that is open, as sentences; none is what a test asks for.
 * `html`: the text as the server sent it, when the test has it at hand. `twin`: the same page was looked at in another
 * language, so that colours and places are known and only words can be wrong.
 */
export async function findings(page, { html, dark = true, twin = false } = {}) {
  const seen = watched.get(page);
  const source = html ?? (await seen.document?.text().catch(() => undefined));
  // The same journeys on a second engine show the same pages: they were looked at on the first.
  const found = process.env.CARNET_ANOTHER_ENGINE ? [] : await looks(page, source, { dark, twin });
  if (source?.includes("⟦")) found.push(`words: a sentence is missing: ${source.match(/⟦[^⟧]*⟧/)[0]}`);
  const { sent, raw } = await weight(page);
  if (sent > WEIGHT) found.push(`weight: ${sent} bytes sent (${raw} unpacked), ${WEIGHT} allowed`);
  found.push(...seen.complaints.splice(0));
  return [...new Set(found)];
}

/** What is wrong with the page as it was written and as it looks. */
async function looks(page, source, { dark, twin }) {
  const form = source && shape(source);
  const known = looked.has(form);
  if (form) looked.add(form);
  const rules = RULES[known ? "words" : twin ? "twin" : "whole"];
  const found = source && !known ? validateHtml(source) : [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    if (rules[width]) found.push(...(await axe(page, rules[width], `${width} px`)));
    found.push(...(await overflow(page)));
  }
  if (dark && rules.dark) {
    await page.emulateMedia({ colorScheme: "dark" });
    found.push(...(await axe(page, rules.dark, "dark")));
    await page.emulateMedia({ colorScheme: "light" });
  }
  return found;
}

/** Fails with every finding of the page that is open. In the dark its samples and the crawl look. */
export async function checkPage(page, options) {
  const found = await findings(page, { dark: false, ...options });
  if (found.length > 0) throw new Error(`${page.url()}\n  ${found.join("\n  ")}`);
}

/** Starts the demo session of a persona by its kind (`citizen`, `professional`, `operator`) or id. */
export async function signIn(page, kindOrId) {
  const persona = demo().personas.find((p) => p.id === kindOrId) ?? demo().personas.find((p) => p.kind === kindOrId);
  if (!persona) throw new Error(`demo.json has no persona ${kindOrId}`);
  await page.goto(new URL(persona.sign_in, process.env.CARNET_BASE).href);
  return persona;
}

/**
 * The steps of one journey: `const step = journey(t)`, then `await step("she signs in", async () => …)`. What follows a
 * step that failed is not tried, because it would only fail again, slowly and for another reason.
 */
export function journey(t) {
  let broken = false;
  return (sentence, act) => t.test(sentence, async (step) => {
    if (broken) return step.skip("an earlier step failed");
    try {
      await act();
    } catch (error) {
      broken = true;
      throw error;
    }
  });
}

/** The link of the card in a list that says `text`: its title is what the document is, its second line what its author called it. */
export const card = (page, text) => page.locator(".card", { hasText: text }).locator(".card-title a");

/** What a page says, on one line, without its frame. */
export const said = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

/** The day in France at a moment, as pages write it. */
export const day = (language, moment) => new Intl.DateTimeFormat(language, { timeZone: "Europe/Paris", dateStyle: "long" })
  .format(moment).replace(/^1 (?=\p{L}+ \d{4}$)/u, language === "fr-FR" ? "1er " : "1 ");
