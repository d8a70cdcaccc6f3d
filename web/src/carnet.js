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

/** What answers a form is not sent for again: loading it anew, or coming back to it, asks for its page instead. */
function forgetForm() {
  if ("answersForm" in document.body.dataset) history.replaceState(null, "", location.href);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.innerText.trim());
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 4000);
}

/** Two quick presses send one form: whatever it makes is made once. */
function sendOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    // A form whose answer is a file leaves its page as it is.
    setTimeout(() => (sent = false), 3000);
  });
}

function start() {
  forgetForm();
  focusErrors();
  for (const place of all("[data-from-fragment]")) readFragment(place);
  dropDrafts();
  for (const form of all("form[data-draft]")) keepDraft(form);
  for (const form of all("form[method=post]:not([data-passkey])")) sendOnce(form);
  for (const form of all("form[data-passkey]")) readyPasskey(form);
  for (const button of all("[data-print]")) button.addEventListener("click", () => window.print());
  for (const button of all("[data-copy]")) button.addEventListener("click", () => copy(button));
}

// Deferred scripts run before DOMContentLoaded, but a cached page may be past it.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
