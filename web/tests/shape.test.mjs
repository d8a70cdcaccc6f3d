// Two pages of one shape are looked at once: so whatever a rule sees must be in the shape.
import assert from "node:assert/strict";
import { test } from "node:test";
import { shape, validateHtml } from "./harness.mjs";

const page = (main, language = "fr") => `<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><title>Carnet</title></head><body><main>${main}</main></body></html>`;
const wrong = (main) => validateHtml(page(main)).map((finding) => finding.split(" ")[1].replace(":", ""));

test("what only says something else has the same shape", () => {
  for (const [one, other] of [
    ["<h1>Bonjour Léa</h1>", "<h1>Bonjour Odette &amp; Jean</h1>"],
    [`<p><a href="/documents/7-1">Un bilan</a></p>`, `<p><a href="/documents/8-25">Une ordonnance</a></p>`],
    [`<p><time datetime="2026-01-02">2 janvier</time></p>`, `<p><time datetime="2025-11-30">30 novembre</time></p>`],
  ]) {
    assert.equal(shape(page(one)), shape(page(other, "en")));
    assert.deepEqual(wrong(one), []);
    assert.deepEqual(wrong(other), []);
  }
});

test("what a rule finds wrong has a shape of its own", () => {
  for (const [good, bad, rule] of [
    ["<h2>Bonjour</h2>", "<h2> </h2>", "empty-heading"],
    ["<p>Un &amp; deux</p>", "<p>Un & deux</p>", "no-raw-characters"],
    ["<p>Un &amp; deux</p>", "<p>Un &nosuch; deux</p>", "unrecognized-char-ref"],
    [`<nav aria-label="Un"></nav><nav aria-label="Deux"></nav>`, `<nav aria-label="Un"></nav><nav aria-label="Un"></nav>`, "unique-landmark"],
    [`<p><a href="tel:+33139000000">01&nbsp;39</a></p>`, `<p><a href="tel:+33139000000">01 39</a></p>`, "tel-non-breaking"],
    [`<p><img src="/a.png" alt="Un chat"></p>`, `<p><img src="/a.png"></p>`, "wcag/h37"],
    [`<button type="button">Oui</button>`, `<button type="button"></button>`, "text-content"],
    [`<p id="a">Un</p><p id="b">Deux</p>`, `<p id="a">Un</p><p id="a">Deux</p>`, "no-dup-id"],
    [`<label for="a">Nom</label><input id="a" aria-label="Prénom" type="text">`, `<label for="a">Nom</label><input id="a" aria-label="Nom" type="text">`,
      "no-redundant-aria-label"],
  ]) {
    assert.notEqual(shape(page(good)), shape(page(bad)), bad);
    assert.ok(wrong(bad).includes(rule), `${bad}: ${wrong(bad)}`);
    assert.ok(!wrong(good).includes(rule), `${good}: ${wrong(good)}`);
  }
});
