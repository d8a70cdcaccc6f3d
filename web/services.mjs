// The two services of `carnet demo`, as programs of their own: somebody who is signed in to Carnet as a professional
// enters both with one identity. Start them beside a running demo, and open http://localhost:9480/ and :9481/:
//
//   node web/services.mjs carnet-data-demo/demo.json
//
// The first keeps to OpenID Connect, the second to FAPI 2.0 (pushed requests, DPoP). Both offer to sign in by telephone
// (CIBA), and both end their session when Carnet says that she signed out. Beside them run the providers at which citizens
// and professionals of the demo sign in (provider.mjs).
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import * as client from "openid-client";
import { startProvider } from "./provider.mjs";

const demo = JSON.parse(readFileSync(process.argv[2] ?? "carnet-data-demo/demo.json", "utf8"));
const escaped = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function configured(of) {
  const key = await crypto.subtle.importKey("jwk", of.jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const metadata = { client_id: of.client_id, id_token_signed_response_alg: "ES256" };
  const options = { execute: [client.allowInsecureRequests] };
  const proof = client.PrivateKeyJwt({ key, kid: of.jwk.kid });
  return client.discovery(new URL(demo.issuer), of.client_id, metadata, proof, options);
}

/** One service: its pages, and who is signed in to it. */
class Service {
  visits = new Map();

  constructor(of, config, DPoP) {
    Object.assign(this, { of, config, DPoP });
    this.port = Number(new URL(of.redirect_uri).port);
  }

  static async start(of) {
    const config = await configured(of);
    const DPoP = of.fapi ? client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256")) : undefined;
    const service = new Service(of, config, DPoP);
    createServer((request, answer) => service.answer(request, answer).catch((error) => {
      answer.writeHead(500, { "content-type": "text/html; charset=utf-8" });
      answer.end(service.page(`<p>${escaped(error.error_description ?? error.message)}</p><p><a href="/">Recommencer</a></p>`));
    })).listen(service.port, "localhost", () => console.log(`${of.name}: http://localhost:${service.port}/`));
  }

  page(body) {
    return `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(this.of.name)}</title><style>body{font:1.1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}button{font:inherit}</style>
<h1>${escaped(this.of.name)}</h1>${body}`;
  }

  async answer(request, answer) {
    const url = new URL(request.url, `http://localhost:${this.port}`);
    // Cookies know no ports: each service has a name of its own for its.
    const own = new RegExp(`(?:^|; )visit-${this.port}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1];
    const visit = this.visits.get(own) ?? {};
    const go = (to) => answer.writeHead(303, { location: to }).end();
    let body = "";
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    if (url.pathname === "/entrer") return go(await this.enter(answer));
    if (url.pathname === "/telephone") return this.telephone(form.get("id"), answer);
    if (url.pathname === "/retour") {
      const tokens = await client.authorizationCodeGrant(this.config, url, visit.checks, undefined, { DPoP: this.DPoP });
      this.visits.set(own, { tokens, told: await this.told(tokens) });
      return go("/");
    }
    if (url.pathname === "/quitter" && visit.tokens) {
      this.visits.delete(own);
      return go(client.buildEndSessionUrl(this.config, {
        id_token_hint: visit.tokens.id_token, post_logout_redirect_uri: this.of.post_logout_redirect_uri,
      }).href);
    }
    if (url.pathname === "/sortie") return this.sortie(form.get("logout_token"), answer);
    answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(this.page(this.front(visit)));
  }

  async enter(answer) {
    const verifier = client.randomPKCECodeVerifier();
    const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
    const parameters = {
      redirect_uri: this.of.redirect_uri, scope: "openid scope_all", code_challenge_method: "S256",
      code_challenge: await client.calculatePKCECodeChallenge(verifier), state: checks.expectedState, nonce: checks.expectedNonce,
    };
    this.begin(answer, { checks });
    const address = this.of.fapi
      ? await client.buildAuthorizationUrlWithPAR(this.config, parameters, { DPoP: this.DPoP })
      : client.buildAuthorizationUrl(this.config, parameters);
    return address.href;
  }

  begin(answer, visit) {
    const id = randomUUID();
    this.visits.set(id, visit);
    answer.setHeader("set-cookie", `visit-${this.port}=${id}; Path=/; HttpOnly; SameSite=Lax`);
  }

  /** She answers on her telephone, at /pro/approvals; the page waits for it. */
  async telephone(id, answer) {
    const number = String(Math.floor(Math.random() * 90) + 10);
    const asked = await client.initiateBackchannelAuthentication(this.config, {
      scope: "openid scope_all", login_hint: id, binding_message: number,
    });
    console.log(`${this.of.name}: ${number} on both screens`);
    const tokens = await client.pollBackchannelAuthenticationGrant(this.config, asked, undefined, { DPoP: this.DPoP });
    this.begin(answer, { tokens, told: await this.told(tokens) });
    answer.writeHead(303, { location: "/" }).end();
  }

  told(tokens) {
    return client.fetchUserInfo(this.config, tokens.access_token, tokens.claims().sub, { DPoP: this.DPoP });
  }

  /** Carnet says that a sign-on is over: its word is believed when it is signed with a key that it publishes. */
  async sortie(token, answer) {
    const claims = await this.believed(token ?? "");
    if (!claims) return answer.writeHead(400).end();
    for (const [id, visit] of this.visits) if (visit.tokens?.claims().sid === claims.sid) this.visits.delete(id);
    answer.writeHead(200, { "cache-control": "no-store" }).end();
  }

  async believed(token) {
    const [head, body, signature] = token.split(".").map((part) => Buffer.from(part, "base64url"));
    if (!signature) return undefined;
    const { kid, typ } = JSON.parse(head);
    const { keys } = await (await fetch(this.config.serverMetadata().jwks_uri)).json();
    const jwk = keys.find((key) => key.kid === kid);
    if (!jwk || typ !== "logout+jwt") return undefined;
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const signed = Buffer.from(token.slice(0, token.lastIndexOf(".")));
    if (!(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed))) return undefined;
    const claims = JSON.parse(body);
    const fresh = claims.exp > Date.now() / 1000 - 30 && claims.iss === demo.issuer && claims.aud === this.of.client_id;
    return fresh && claims.events ? claims : undefined;
  }

  front({ told }) {
    const people = demo.personas.filter(({ kind }) => kind === "professional");
    if (!told) {
      return `<p><a href="/entrer">Entrer avec mon identité professionnelle</a></p>
<form method="post" action="/telephone"><p><label>Ou avec mon téléphone : <select name="id">
${people.map(({ name, rpps }) => `<option value="8${escaped(rpps)}">${escaped(name)}</option>`).join("")}</select></label>
<button>Demander</button></p></form>`;
    }
    const places = told.SubjectRefPro.exercices.flatMap(({ activities }) => activities.map((one) => one.raisonSocialeSite));
    return `<p>Bonjour ${escaped(told.name)} (${escaped(told.SubjectNameID)}).</p>
<ul>${[...new Set(places)].map((place) => `<li>${escaped(place)}</li>`).join("")}</ul><p><a href="/quitter">Quitter</a></p>`;
  }
}

for (const of of demo.services) await Service.start(of);
for (const of of demo.providers ?? []) {
  await startProvider(of);
  console.log(`${of.label}: ${of.issuer}/${of.telephone ? "telephone" : ""}`);
}
