// « Mon suivi », an invented app that connects to the demo as any other maker's would (SMART App Launch 2.2, standalone,
// public client): it finds the endpoints by itself, keeps its tokens in this tab, and never sends the site's cookies.
// Only the page /demo/app loads this script.
import { text } from "./base64url.js";

const { fhir, client } = document.body.dataset;
const REDIRECT = location.origin + location.pathname;
const SCOPES = "launch/patient offline_access patient/Patient.r patient/DocumentReference.rs";

const one = (selector) => document.querySelector(selector);

/** What this tab keeps under a name. */
const tab = {
  read: (name) => JSON.parse(sessionStorage.getItem(`${client}.${name}`)),
  keep: (name, value) => sessionStorage.setItem(`${client}.${name}`, JSON.stringify(value)),
  forget: (name) => sessionStorage.removeItem(`${client}.${name}`),
};

/** She has disconnected the app, or the time that she chose is over. */
class Ended extends Error {}

function show(state) {
  for (const section of document.querySelectorAll("[data-state]")) section.hidden = section.dataset.state !== state;
  one("[data-connect]").hidden = ["busy", "connected"].includes(state);
}

const ask = (address, options) => fetch(address, { credentials: "omit", cache: "no-store", ...options });

async function json(answer) {
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  return answer.json();
}

const random = () => text(crypto.getRandomValues(new Uint8Array(32)));

/** Sends her to where she says what the app may read. */
async function connect() {
  const found = await json(await ask(`${fhir}/.well-known/smart-configuration`));
  const [state, verifier] = [random(), random()];
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  tab.keep("asked", { state, verifier, endpoint: found.token_endpoint });
  location.assign(`${found.authorization_endpoint}?${new URLSearchParams({
    response_type: "code", client_id: client, redirect_uri: REDIRECT, scope: SCOPES, state, aud: fhir,
    code_challenge: text(challenge), code_challenge_method: "S256",
  })}`);
}

/** She is back, with a code or with an error. */
async function returned(answer) {
  const asked = tab.read("asked");
  tab.forget("asked");
  history.replaceState(null, "", REDIRECT);
  if (answer.get("error") === "access_denied") return show("refused");
  const code = answer.get("code");
  if (!code || asked?.state !== answer.get("state")) return show("failed");
  await exchange(asked.endpoint, {
    grant_type: "authorization_code", code, redirect_uri: REDIRECT, code_verifier: asked.verifier,
  });
  return read();
}

/** Tokens for what is shown; a refresh token works once, and the next one comes with the answer. */
async function exchange(endpoint, shown) {
  const answer = await ask(endpoint, { method: "POST", body: new URLSearchParams({ ...shown, client_id: client }) });
  if (answer.status === 400 && shown.refresh_token) throw new Ended();
  tab.keep("tokens", { endpoint, ...(await json(answer)) });
}

/** A resource; a token that is over is exchanged once. */
async function get(address, again = true) {
  const tokens = tab.read("tokens");
  const headers = { accept: "application/fhir+json", authorization: `Bearer ${tokens.access_token}` };
  const answer = await ask(address, { headers });
  if (answer.status === 403) throw new Ended();
  if (answer.status !== 401) return json(answer);
  if (!again || !tokens.refresh_token) throw new Ended();
  await exchange(tokens.endpoint, { grant_type: "refresh_token", refresh_token: tokens.refresh_token });
  return get(address, false);
}

/** Every document that the app may read, page after page. */
async function documents(patient) {
  const found = [];
  let next = `${fhir}/DocumentReference?patient=${patient}&status=current`;
  while (next) {
    const page = await get(next);
    for (const { resource } of page.entry ?? []) if (resource.resourceType === "DocumentReference") found.push(resource);
    next = page.link?.find(({ relation }) => relation === "next")?.url;
  }
  return found;
}

function line({ content, date, type, description }) {
  const { title, creation } = content[0].attachment;
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.dateTime = creation ?? date ?? "";
  time.textContent = time.dateTime && new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" })
    .format(new Date(time.dateTime));
  item.append(title ?? type?.coding?.[0]?.display ?? description ?? "?", " ", time);
  return item;
}

const named = ([{ text, given = [], family = "" }]) => text ?? [...given, family].join(" ");

/** Shows what she lets the app read today: the name if she granted it, and documents if she granted some. */
async function read() {
  show("busy");
  const { patient, scope } = tab.read("tokens");
  const may = (resource) => scope.split(" ").some((word) => word.startsWith(`patient/${resource}.`));
  const who = may("Patient") ? await get(`${fhir}/Patient/${patient}`) : undefined;
  const found = may("DocumentReference") ? await documents(patient) : [];
  one("[data-who]").hidden = !who;
  one("[data-name]").textContent = who ? named(who.name) : "";
  one("[data-none]").hidden = found.length > 0 || !may("DocumentReference");
  one("[data-documents]").replaceChildren(...found.map(line));
  show("connected");
}

/** Does it, and says how it ended when it did not go well. What was read is shown no longer than it may be. */
async function attempt(act) {
  try {
    await act();
  } catch (error) {
    one("[data-documents]").replaceChildren();
    if (error instanceof Ended) tab.forget("tokens");
    show(error instanceof Ended ? "ended" : "failed");
  }
}

const answer = new URLSearchParams(location.search);
one("[data-connect]").addEventListener("click", () => attempt(connect));
one("[data-read]").addEventListener("click", () => attempt(read));
if (answer.has("state")) attempt(() => returned(answer));
else if (tab.read("tokens")) attempt(read);
else show("start");
