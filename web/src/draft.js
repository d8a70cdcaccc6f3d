// What somebody was typing outlives a session that ends in the middle. It stays in this tab's own storage, never
// leaves the browser, and is forgotten when the form has been sent or the tab is closed.

const skipped = (field) => !field.name || field.name === "csrf" || /^(password|file|submit|button|hidden)$/.test(field.type);

function read(form) {
  return [...form.elements].filter((field) => !skipped(field)).map((field) =>
    /^(checkbox|radio)$/.test(field.type) ? [field.name, field.value, field.checked] : [field.name, field.value]);
}

function fill(form, draft) {
  for (const [name, value, checked] of draft) {
    for (const field of form.elements) {
      if (field.name !== name || skipped(field)) continue;
      if (checked === undefined) field.value = value;
      else if (field.value === value) field.checked = checked;
    }
  }
}

/** What was typed for one person never comes up in the space of another. */
const keyOf = (draft) => ["draft", document.body.dataset.space, draft].filter(Boolean).join(":");

/** Forms with `data-draft="name"`. What the server sent back after an error is newer than the draft. */
export function keepDraft(form) {
  const key = keyOf(form.dataset.draft);
  let storage;
  try {
    storage = window.sessionStorage;
    const kept = storage.getItem(key);
    if (kept && !("refilled" in form.dataset)) fill(form, JSON.parse(kept));
  } catch {
    return; // Storage is switched off, or holds something that is not ours: then there are no drafts.
  }
  form.addEventListener("input", () => {
    try { storage.setItem(key, JSON.stringify(read(form))); } catch { /* full: the draft stays as it was */ }
  });
}

/** A page with `data-draft-done="name"` says that this draft has become the real thing. */
export function dropDrafts() {
  for (const element of document.querySelectorAll("[data-draft-done]")) {
    try { sessionStorage.removeItem(keyOf(element.dataset.draftDone)); } catch { /* nothing was kept */ }
  }
}
