// The browser's half of a passkey ceremony (WebAuthn). The server's half gives and takes JSON in the form that
// webauthn-rs and PublicKeyCredential.toJSON() share: binary values as unpadded base64url.

import { bytes, text } from "./base64url.js";

const known = (list) => list?.map((credential) => ({ ...credential, id: bytes(credential.id) }));

function forCreation(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
}

function forRequest(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
}

/** What the server verifies; every binary part that the authenticator gave, under its own name. */
function asJson(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  response.transports = credential.response.getTransports?.();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    response,
    extensions: credential.getClientExtensionResults(),
  };
}

async function post(url, csrf, body) {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": csrf },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error("refused"), { said: said.message });
  return said;
}

async function ceremony(form) {
  const { csrf, ...fields } = Object.fromEntries(new FormData(form));
  const { passkey, optionsUrl, finishUrl } = form.dataset;
  const options = await post(optionsUrl, csrf, fields);
  const publicKey = options.publicKey ?? options;
  const credential = passkey === "register"
    ? await navigator.credentials.create({ publicKey: forCreation(publicKey) })
    : await navigator.credentials.get({ publicKey: forRequest(publicKey) });
  const done = await post(finishUrl, csrf, { ...fields, credential: asJson(credential) });
  const next = new URL(done.location ?? "/", location.href);
  if (next.origin === location.origin) location.assign(next);
}

function sentence(form, error) {
  if (error.said) return error.said;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return form.dataset.cancelled;
  if (error.name === "InvalidStateError") return form.dataset.known;
  return form.dataset.failed;
}

/** Forms with `data-passkey`: shows the button where passkeys exist, and runs the ceremony when it is pressed. */
export function readyPasskey(form) {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  form.querySelector("[data-passkey-ready]").hidden = false;
  form.querySelector("[data-passkey-unsupported]").hidden = true;
  const message = form.querySelector("[data-passkey-message]");
  const buttons = form.querySelectorAll("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    message.textContent = "";
    buttons.forEach((button) => (button.disabled = true));
    try {
      await ceremony(form);
    } catch (error) {
      message.textContent = sentence(form, error);
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  });
}
