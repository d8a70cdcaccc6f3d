// The providers of identity of `carnet demo`, as a program of its own: FranceConnect and Pro Santé Connect as far as Carnet
// speaks with them, where a visitor says whose identity she has. `web/services.mjs` starts them; each listens where
// demo.json says, and the one of professionals shows at /telephone what rings on their telephones.
//
// What they keep to: authorization code with PKCE (S256), client_secret_post, ID token and userinfo signed with ES256;
// client-initiated backchannel authentication (CIBA), poll mode.
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";

const escaped = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const base64url = (value) => Buffer.from(value).toString("base64url");
/** What an authorization request says that the page must not lose. */
const KEPT = ["client_id", "redirect_uri", "state", "nonce", "code_challenge", "acr_values"];
/** How tokens are fetched after she was asked on her telephone (CIBA Core §10.1). */
const CIBA = "urn:openid:params:grant-type:ciba";

/** The key of this run: whoever kept tokens of another run keeps nothing. */
async function keyOfThisRun() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: randomUUID(), use: "sig", alg: "ES256" };
  const sign = async (claims) => {
    const message = `${base64url(JSON.stringify({ alg: "ES256", typ: "JWT", kid: jwk.kid }))}.${base64url(JSON.stringify(claims))}`;
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, Buffer.from(message));
    return `${message}.${base64url(signature)}`;
  };
  return { jwk, sign };
}

function page(of, body) {
  return `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(of.label)}</title><style>body{font:1.1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}button{font:inherit;margin:.2rem 0}</style>
<h1>${escaped(of.label)}</h1>${body}`;
}

/** Whose identity has she? Each answer goes back to where she came from. */
function front(of, asked) {
  const hidden = KEPT.map((name) => `<input type="hidden" name="${name}" value="${escaped(asked.get(name))}">`).join("");
  const people = of.people.map(({ name, number }, n) =>
    `<li><button name="who" value="${n}">${escaped(name)}</button> ${escaped(number ?? "sans espace")}</li>`);
  // Professionals have one means, which is strong enough.
  const weak = of.telephone ? "" : `<p><label><input type="checkbox" name="weak" value="1"> Avec un simple mot de passe (niveau faible)</label></p>`;
  return page(of, `<p>Qui êtes-vous ? Rien ici n’est vrai.</p><form method="post" action="/entrer">${hidden}<ul>${people.join("")}</ul>
${weak}<p><button name="who" value="">Renoncer</button></p></form>`);
}

/** Everybody's telephone at once: who is asked, with which number, and her answer. */
function telephone(of, rings) {
  const asked = [...rings].filter(([, { answer }]) => answer === undefined).map(([id, { person, message }]) =>
    `<form method="post" action="/telephone"><p>${escaped(person.name)} : est-ce bien vous ? <strong>${escaped(message)}</strong>
<input type="hidden" name="id" value="${id}"> <button name="answer" value="yes">Accepter</button> <button name="answer" value="">Refuser</button></p></form>`);
  return page(of, asked.join("") || "<p>Aucun téléphone ne sonne.</p>");
}

/** Starts it; answers the server, so that a test can stop it. */
export async function startProvider(of) {
  const [issuer, key] = [of.issuer, await keyOfThisRun()];
  /** What waits for its code, what rings, and what an access token tells. */
  const [codes, rings, told] = [new Map(), new Map(), new Map()];
  const proven = (person, acr, nonce) => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer, sub: person.claims.sub, aud: of.client_id, exp: now + 60, iat: now, auth_time: now, acr, nonce };
  };

  /** She has answered: back with a code, or with the word for somebody who turned round. */
  const decided = (form) => {
    const back = new URL(form.get("redirect_uri"));
    back.searchParams.set("state", form.get("state"));
    const person = form.get("who") === "" ? undefined : of.people[Number(form.get("who"))];
    if (!person) {
      back.searchParams.set("error", "access_denied");
      return back.href;
    }
    const code = randomUUID();
    const id = proven(person, form.get("weak") ? "eidas1" : form.get("acr_values"), form.get("nonce"));
    codes.set(code, { id, claims: person.claims, redirect: form.get("redirect_uri"), challenge: form.get("code_challenge") });
    back.searchParams.set("code", code);
    return back.href;
  };

  const isUs = (form) => form.get("client_id") === of.client_id && form.get("client_secret") === of.secret;

  /** Her telephone rings. */
  const ring = (form) => {
    const person = of.people.find(({ claims }) => claims.SubjectNameID === form.get("login_hint"));
    if (!isUs(form)) return [401, { error: "invalid_client" }];
    if (!person) return [400, { error: "unknown_user_id" }];
    const auth_req_id = randomUUID();
    rings.set(auth_req_id, { person, message: form.get("binding_message"), acr: form.get("acr_values") });
    return [200, { auth_req_id, expires_in: 120, interval: 1 }];
  };

  /** What a code, or her answer on the telephone, is worth: who it is, or the word for why not. */
  const redeemed = (form) => {
    if (form.get("grant_type") === CIBA) {
      const asked = rings.get(form.get("auth_req_id"));
      if (asked && asked.answer === undefined) return { error: "authorization_pending" };
      rings.delete(form.get("auth_req_id"));
      if (!asked?.answer) return { error: "access_denied" };
      return { id: proven(asked.person, asked.acr), claims: asked.person.claims };
    }
    const waiting = codes.get(form.get("code"));
    codes.delete(form.get("code"));
    const verified = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    const fits = waiting && waiting.challenge === verified && waiting.redirect === form.get("redirect_uri");
    return fits ? waiting : { error: "invalid_grant" };
  };

  const tokens = async (form) => {
    if (!isUs(form)) return [401, { error: "invalid_client" }];
    const { error, id, claims } = redeemed(form);
    if (error) return [400, { error }];
    const access = randomUUID();
    told.set(access, claims);
    return [200, { access_token: access, token_type: "Bearer", expires_in: 60, id_token: await key.sign(id) }];
  };

  const answer = async (request, reply) => {
    const url = new URL(request.url, issuer);
    let body = "";
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const send = (status, type, text) => reply.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(text);
    const json = (status, value) => send(status, "application/json", JSON.stringify(value));
    const go = (to) => reply.writeHead(303, { location: to }).end();
    switch (url.pathname) {
      case "/.well-known/openid-configuration": return json(200, {
        issuer, authorization_endpoint: `${issuer}/entrer`, token_endpoint: `${issuer}/jetons`, userinfo_endpoint: `${issuer}/qui`,
        jwks_uri: `${issuer}/cles`, end_session_endpoint: `${issuer}/sortir`,
        ...(of.telephone && { backchannel_authentication_endpoint: `${issuer}/appeler` }),
      });
      case "/cles": return json(200, { keys: [key.jwk] });
      case "/entrer":
        if (request.method === "POST") return go(decided(form));
        return send(200, "text/html; charset=utf-8", front(of, url.searchParams));
      case "/jetons": return json(...(await tokens(form)));
      case "/appeler": return json(...ring(form));
      case "/telephone":
        if (request.method !== "POST") return send(200, "text/html; charset=utf-8", telephone(of, rings));
        if (rings.has(form.get("id"))) rings.get(form.get("id")).answer = form.get("answer") === "yes";
        return go("/telephone");
      case "/qui": {
        const claims = told.get((request.headers.authorization ?? "").replace("Bearer ", ""));
        return claims ? send(200, "application/jwt", await key.sign({ iss: issuer, aud: of.client_id, ...claims })) : json(401, { error: "invalid_token" });
      }
      case "/sortir": {
        const back = new URL(url.searchParams.get("post_logout_redirect_uri"));
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        return go(back.href);
      }
      default: return json(404, {});
    }
  };

  const server = createServer((request, reply) => answer(request, reply).catch((error) => {
    reply.writeHead(400, { "content-type": "text/html; charset=utf-8" }).end(page(of, `<p>${escaped(error.message)}</p>`));
  }));
  await new Promise((ready) => server.listen(Number(new URL(issuer).port), "localhost", ready));
  return server;
}
