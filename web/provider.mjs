// The provider of identity of `carnet demo`, as a program of its own: FranceConnect as far as Carnet speaks with it, where
// a visitor says whose identity she has. `web/services.mjs` starts it; it listens where demo.json says.
//
// What it keeps to: authorization code with PKCE (S256), client_secret_post, ID token and userinfo signed with ES256.
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";

const escaped = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const base64url = (value) => Buffer.from(value).toString("base64url");
/** What an authorization request says that the page must not lose. */
const KEPT = ["client_id", "redirect_uri", "state", "nonce", "code_challenge", "acr_values"];

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

function page(body) {
  return `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>FranceConnect (démonstration)</title><style>body{font:1.1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}button{font:inherit;margin:.2rem 0}</style>
<h1>FranceConnect (démonstration)</h1>${body}`;
}

/** Whose identity has she? Each answer goes back to where she came from. */
function front(of, asked) {
  const hidden = KEPT.map((name) => `<input type="hidden" name="${name}" value="${escaped(asked.get(name))}">`).join("");
  const people = of.people.map(({ name, ins }, n) =>
    `<li><button name="who" value="${n}">${escaped(name)}</button> ${escaped(ins ?? "sans espace")}</li>`);
  return page(`<p>Qui êtes-vous ? Rien ici n’est vrai.</p><form method="post" action="/entrer">${hidden}<ul>${people.join("")}</ul>
<p><label><input type="checkbox" name="weak" value="1"> Avec un simple mot de passe (niveau faible)</label></p>
<p><button name="who" value="">Renoncer</button></p></form>`);
}

/** Starts it; answers the server, so that a test can stop it. */
export async function startProvider(of) {
  const [issuer, key] = [of.issuer, await keyOfThisRun()];
  /** What waits for its code, and what an access token tells. */
  const [codes, told] = [new Map(), new Map()];

  /** She has answered: back with a code, or with the word for somebody who turned round. */
  const decided = (form) => {
    const back = new URL(form.get("redirect_uri"));
    back.searchParams.set("state", form.get("state"));
    const person = form.get("who") === "" ? undefined : of.people[Number(form.get("who"))];
    if (!person) {
      back.searchParams.set("error", "access_denied");
      return back.href;
    }
    const [code, now] = [randomUUID(), Math.floor(Date.now() / 1000)];
    const id = {
      iss: issuer, sub: person.claims.sub, aud: form.get("client_id"), exp: now + 60, iat: now, auth_time: now,
      nonce: form.get("nonce"), acr: form.get("weak") ? "eidas1" : form.get("acr_values"),
    };
    codes.set(code, { id, claims: person.claims, redirect: form.get("redirect_uri"), challenge: form.get("code_challenge") });
    back.searchParams.set("code", code);
    return back.href;
  };

  const tokens = async (form) => {
    const waiting = codes.get(form.get("code"));
    codes.delete(form.get("code"));
    const verified = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (form.get("client_id") !== of.client_id || form.get("client_secret") !== of.secret) return [401, { error: "invalid_client" }];
    if (!waiting || waiting.challenge !== verified || waiting.redirect !== form.get("redirect_uri")) {
      return [400, { error: "invalid_grant" }];
    }
    const access = randomUUID();
    told.set(access, waiting.claims);
    return [200, { access_token: access, token_type: "Bearer", expires_in: 60, id_token: await key.sign(waiting.id) }];
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
      });
      case "/cles": return json(200, { keys: [key.jwk] });
      case "/entrer":
        if (request.method === "POST") return go(decided(form));
        return send(200, "text/html; charset=utf-8", front(of, url.searchParams));
      case "/jetons": return json(...(await tokens(form)));
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
    reply.writeHead(400, { "content-type": "text/html; charset=utf-8" }).end(page(`<p>${escaped(error.message)}</p>`));
  }));
  await new Promise((ready) => server.listen(Number(new URL(issuer).port), "localhost", ready));
  return server;
}
