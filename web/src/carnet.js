// Carnet works without this file; with it, passkeys are possible and a few things are easier.
import { dropDrafts, keepDraft } from "./draft.js";
import { readyPasskey } from "./passkey.js";

const all = (selector) => document.querySelectorAll(selector);

document.documentElement.classList.add("js");

/** The first thing a person should know of a form that came back is what to mend. */
function focusErrors() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  for (const link of summary.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      // The label is what explains the field, so it is what must be seen.
      (field.closest("fieldset, .ds-field") ?? field).scrollIntoView({ block: "start" });
      field.focus({ preventScroll: true });
    });
  }
}

/** A picture of a code leads here with the code behind #, which browsers send to nobody. */
function readFragment(place) {
  const field = place.querySelector(`[name="${place.dataset.fromFragment}"]`);
  if (!field || location.hash.length < 2) return;
  field.value = location.hash.slice(1, 20);
  history.replaceState(null, "", location.pathname + location.search);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.innerText.trim());
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 4000);
}

function start() {
  focusErrors();
  for (const place of all("[data-from-fragment]")) readFragment(place);
  dropDrafts();
  for (const form of all("form[data-draft]")) keepDraft(form);
  for (const form of all("form[data-passkey]")) readyPasskey(form);
  for (const button of all("[data-print]")) button.addEventListener("click", () => window.print());
  for (const button of all("[data-copy]")) button.addEventListener("click", () => copy(button));
}

// Deferred scripts run before DOMContentLoaded, but a cached page may be past it.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
