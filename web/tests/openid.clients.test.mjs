// Professionals sign in to services with Carnet, by certified client libraries: npm `openid-client` here, PyPI `authlib`
// in openid.authlib.py. The services and their keys are those of demo.json. One file, because the addresses of the services
// are two ports of this machine, and tests of one file take turns.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as client from "openid-client";
import { at, checkPage, demo, journey, launch, signIn, skip, visitor } from "./harness.mjs";

const [DESK, NETWORK] = [0, 1];
const service = (n) => demo().services[n];
const professional = (n = 0) => demo().personas.filter(({ kind }) => kind === "professional")[n];

/** A browser of a few lines: keeps cookies, follows nothing by itself. */
function visitorWithoutPages() {
  const jar = new Map();
  return async (address, init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(address, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, ...value] = line.split(";")[0].split("=");
      jar.set(name, value.join("="));
    }
    return answer;
  };
}

/** A visitor who is signed in to Carnet as a professional. */
async function signedIn(who = professional()) {
  const go = visitorWithoutPages();
  assert.equal((await go(at(who.sign_in))).status, 303);
  return go;
}

async function privateKey(jwk) {
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return { key, kid: jwk.kid };
}

/** What its makers wrote: discovery, and the key that proves it. */
async function configured(of) {
  const proof = client.PrivateKeyJwt(await privateKey(of.jwk));
  const metadata = { client_id: of.client_id, id_token_signed_response_alg: "ES256", use_mtls_endpoint_aliases: false };
  const options = { execute: [client.allowInsecureRequests] };
  return client.discovery(new URL(demo().issuer), of.client_id, metadata, proof, options);
}

/** A request and what belongs to it. */
async function request(of, more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const parameters = {
    redirect_uri: of.redirect_uri, scope: "openid scope_all", code_challenge_method: "S256",
    code_challenge: await client.calculatePKCECodeChallenge(verifier), state: checks.expectedState,
    nonce: checks.expectedNonce, acr_values: "eidas1", ...more,
  };
  return { checks, parameters };
}

async function landed(go, address) {
  const answer = await go(address);
  assert.equal(answer.status, 303, await answer.text());
  return new URL(answer.headers.get("location"));
}

test("openid-client signs a professional in: code, PKCE, private_key_jwt, userinfo, refresh", { skip }, async () => {
  const of = service(DESK);
  const config = await configured(of);
  const go = await signedIn();
  const { checks, parameters } = await request(of);
  const back = await landed(go, client.buildAuthorizationUrl(config, parameters));
  assert.ok(back.href.startsWith(of.redirect_uri));
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  const { sub, preferred_username } = tokens.claims();
  assert.equal(preferred_username, `8${professional().rpps}`);
  const told = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(told.SubjectNameID, `8${professional().rpps}`);
  assert.ok(told.SubjectRefPro.exercices.length >= 1);
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, true);
  await client.tokenRevocation(config, renewed.refresh_token);
  assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, false);
});

test("openid-client under FAPI 2.0: pushed request, DPoP, refresh without rotation", { skip }, async () => {
  const of = service(NETWORK);
  const config = await configured(of);
  const go = await signedIn();
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const { checks, parameters } = await request(of);
  const address = await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  assert.deepEqual([...address.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const back = await landed(go, address);
  const tokens = await client.authorizationCodeGrant(config, back, checks, undefined, { DPoP });
  assert.equal(tokens.token_type, "dpop");
  const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  assert.equal(told.SubjectNameID, `8${professional().rpps}`);
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  assert.equal(renewed.refresh_token, tokens.refresh_token);
  await assert.rejects(client.fetchUserInfo(config, renewed.access_token, tokens.claims().sub), "a bearer is no holder");
});

test("a second service signs her in by the same identity, without a second prompt", { skip }, async () => {
  const go = await signedIn();
  const claims = [];
  for (const n of [DESK, NETWORK]) {
    const of = service(n);
    const config = await configured(of);
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    const { checks, parameters } = await request(of, { prompt: "none" });
    const address = n === NETWORK
      ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
      : client.buildAuthorizationUrl(config, parameters);
    const back = await landed(go, address);
    claims.push((await client.authorizationCodeGrant(config, back, checks, undefined, { DPoP })).claims());
  }
  assert.equal(claims[0].sub, claims[1].sub);
  assert.equal(claims[0].sid, claims[1].sid);
});

test("openid-client asks on her telephone, and she approves", { skip }, async (t) => {
  const step = journey(t);
  const of = service(DESK);
  let config, asked, page, browser;
  await step("the software on her desk asks", async () => {
    config = await configured(of);
    asked = await client.initiateBackchannelAuthentication(config, {
      scope: "openid scope_all", login_hint: `8${professional().rpps}`, binding_message: "42 17", acr_values: "eidas1",
    });
    assert.ok(asked.auth_req_id && asked.interval >= 1);
  });
  try {
    await step("her telephone shows which service asks, and the same two numbers", async () => {
      browser = await launch();
      page = await visitor(browser, { javascript: false });
      await page.goto(at(professional().sign_in));
      await page.goto(at("/pro/approvals"));
      const text = await page.locator("main").innerText();
      assert.match(text, new RegExp(of.name));
      assert.match(text, /42 17/);
    });
    await step("she approves, and the software signs in", async () => {
      const polling = client.pollBackchannelAuthenticationGrant(config, asked);
      await page.getByRole("button", { name: "Accepter" }).first().click();
      assert.match(await page.locator("main").innerText(), /C’est fait/);
      const tokens = await polling;
      assert.equal(tokens.claims().preferred_username, `8${professional().rpps}`);
      const told = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
      assert.equal(told.SubjectNameID, `8${professional().rpps}`);
    });
  } finally {
    await browser?.close();
  }
});

test("openid-client signs her out, and the services that she entered are told", { skip }, async () => {
  const heard = [];
  const listen = (n) => new Promise((ready) => {
    const server = createServer(async (incoming, answer) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      heard.push([n, incoming.url, new URLSearchParams(body).get("logout_token")]);
      answer.writeHead(200).end();
    });
    server.listen(Number(new URL(service(n).backchannel_logout_uri).port), "localhost", () => ready(server));
  });
  const servers = [await listen(DESK)];
  try {
    const of = service(DESK);
    const config = await configured(of);
    const go = await signedIn();
    const { checks, parameters } = await request(of);
    const back = await landed(go, client.buildAuthorizationUrl(config, parameters));
    const tokens = await client.authorizationCodeGrant(config, back, checks);
    const leave = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token, post_logout_redirect_uri: of.post_logout_redirect_uri, state: "s-1",
    });
    const left = await landed(go, leave);
    assert.equal(left.href, `${of.post_logout_redirect_uri}?state=s-1`);
    await assert.rejects(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
    for (let tries = 0; tries < 50 && heard.length === 0; tries += 1) await new Promise((r) => setTimeout(r, 200));
    const [, path, token] = heard[0];
    assert.equal(path, new URL(of.backchannel_logout_uri).pathname);
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    assert.equal(claims.sid, tokens.claims().sid);
    assert.ok(claims.events["http://schemas.openid.net/event/backchannel-logout"]);
    assert.equal((await go(at("/pro"))).status, 303, "she is signed out of Carnet too");
  } finally {
    for (const server of servers) server.close();
  }
});

const SCREENS = {
  "fr-FR": {
    going: /Vous entrez dans/, learns: /votre nom et votre numéro RPPS/, enter: "Entrer", refuse: "Ne pas entrer",
    asks: /demande votre accord/, yes: "Accepter", no: "Refuser", refused: /Demande refusée/, done: /C’est fait/,
    close: /^Fermer/,
  },
  "en-GB": {
    going: /You are entering/, learns: /your name and your RPPS number/, enter: "Enter", refuse: "Do not enter",
    asks: /asks for your approval/, yes: "Approve", no: "Refuse", refused: /Request refused/, done: /Done/,
    close: /^Close/,
  },
};

for (const [language, javascript] of [["fr-FR", true], ["en-GB", false]]) {
  const words = SCREENS[language];
  test(`in a real browser she sees where she is going, the first time, and comes back (${language})`, { skip }, async (t) => {
    const step = journey(t);
    const of = service(DESK);
    const check = (page) => (javascript ? checkPage(page) : undefined);
    const server = createServer((_, answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<p>Bienvenue</p>"));
    await new Promise((ready) => server.listen(Number(new URL(of.redirect_uri).port), "localhost", ready));
    const browser = await launch();
    const said = async () => (await page.locator("main").innerText()).replace(/\s+/g, " ");
    let config, page;
    /** To the page of the first time, which `prompt=consent` shows also the second time. */
    const asked = async () => {
      const { checks, parameters } = await request(of, { prompt: "consent" });
      await page.goto(client.buildAuthorizationUrl(config, parameters).href);
      assert.match(await said(), words.going);
      return checks;
    };
    try {
      await step("the page says who asks, what it learns, and where it is; she turns round, and the service is told", async () => {
        config = await configured(of);
        page = await visitor(browser, { language, javascript });
        await signIn(page, professional().id);
        const checks = await asked();
        assert.match(await said(), words.learns);
        assert.match(await said(), new RegExp(new URL(of.redirect_uri).origin));
        await check(page);
        await page.getByRole("button", { name: words.refuse }).click();
        await page.waitForURL(`${of.redirect_uri}?**`);
        const refused = client.authorizationCodeGrant(config, new URL(page.url()), checks);
        await assert.rejects(refused, (wrong) => wrong.error === "access_denied");
      });
      await step("she goes in, as the professional that she is", async () => {
        const checks = await asked();
        await page.getByRole("button", { name: words.enter, exact: true }).click();
        await page.waitForURL(`${of.redirect_uri}?**`);
        const tokens = await client.authorizationCodeGrant(config, new URL(page.url()), checks);
        assert.equal(tokens.claims().preferred_username, `8${professional().rpps}`);
      });
      // The software asks again every few seconds: one answer for each language is enough.
      await step(`what asks by telephone is ${javascript ? "refused" : "approved, and closed again"}`, async () => {
        const asked = await client.initiateBackchannelAuthentication(config, {
          scope: "openid scope_all", login_hint: `8${professional().rpps}`, binding_message: "84 30", acr_values: "eidas1",
        });
        await page.goto(at("/pro/approvals"));
        assert.match(await said(), words.asks);
        await check(page);
        await page.getByRole("button", { name: javascript ? words.no : words.yes }).first().click();
        assert.match(await said(), javascript ? words.refused : words.done);
        await check(page);
        const answer = client.pollBackchannelAuthenticationGrant(config, asked);
        if (javascript) return assert.rejects(answer, (wrong) => wrong.error === "access_denied");
        const tokens = await answer;
        await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
        await page.goto(at("/pro/approvals"));
        for (let left = await page.getByRole("button", { name: words.close }).count(); left > 0; left -= 1) {
          await page.getByRole("button", { name: words.close }).first().click();
          await page.waitForLoadState();
        }
        await assert.rejects(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
      });
    } finally {
      await browser.close();
      server.close();
    }
  });
}

/** A Python that has authlib: CARNET_PYTHON, or an environment that is made for this run. */
function python() {
  const has = (program) => spawnSync(program, ["-c", "import authlib, httpx"]).status === 0;
  const given = process.env.CARNET_PYTHON;
  if (given) return has(given) ? given : undefined;
  if (has("python3")) return "python3";
  const folder = mkdtempSync(join(tmpdir(), "authlib-"));
  if (spawnSync("python3", ["-m", "venv", folder]).status !== 0) return undefined;
  const program = join(folder, "bin", "python");
  const installed = existsSync(program) && spawnSync(program, ["-m", "pip", "install", "-q", "authlib", "httpx"], { timeout: 120_000 });
  return installed && installed.status === 0 && has(program) ? program : undefined;
}

test("authlib signs a professional in: code, PKCE, private_key_jwt, refresh, revocation", { skip }, (t) => {
  const program = python();
  if (!program) return t.skip("no Python with authlib, and none could be installed (CARNET_PYTHON names one)");
  const script = join(dirname(fileURLToPath(import.meta.url)), "openid.authlib.py");
  const done = spawnSync(program, [script, process.env.CARNET_DEMO], { encoding: "utf8", timeout: 60_000 });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
});

const home = (n) => new URL("/", service(n).redirect_uri).href;

// A visitor of the demo lives it: web/services.mjs, as the makers of the two services would write them.
test("one identity opens two services, and signing out of one closes both", { skip }, async (t) => {
  const step = journey(t);
  const script = join(dirname(fileURLToPath(import.meta.url)), "..", "services.mjs");
  const program = spawn(process.execPath, [script, process.env.CARNET_DEMO], { stdio: ["ignore", "pipe", "inherit"] });
  for (let lines = ""; lines.split("http://").length < 3;) lines += (await once(program.stdout, "data"))[0];
  const browser = await launch();
  try {
    const page = await visitor(browser);
    const said = async () => (await page.locator("body").innerText()).replace(/\s+/g, " ");
    let who;
    await step("she is signed in to Carnet", async () => {
      who = await signIn(page, "professional");
    });
    for (const n of [0, 1]) {
      await step(`she enters ${demo().services[n].name} without being asked anything`, async () => {
        await page.goto(home(n));
        await page.getByRole("link", { name: "Entrer" }).click();
        await page.waitForURL(home(n));
        assert.match(await said(), new RegExp(`Bonjour .*8${who.rpps}`));
      });
    }
    await step("she leaves the first, and is signed out of Carnet", async () => {
      await page.goto(home(0));
      await page.getByRole("link", { name: "Quitter" }).click();
      await page.waitForURL(demo().services[0].post_logout_redirect_uri);
    });
    await step("and the second has been told", async () => {
      for (let tries = 0; tries < 40; tries += 1) {
        await page.goto(home(1));
        if (/Entrer avec/.test(await said())) return;
        await new Promise((again) => setTimeout(again, 250));
      }
      assert.fail(await said());
    });
    await step("with her telephone she enters again", async () => {
      const telephone = await visitor(browser, { javascript: false });
      await signIn(telephone, who.id);
      await page.getByLabel("Ou avec mon téléphone").selectOption(`8${who.rpps}`);
      await page.getByRole("button", { name: "Demander" }).click({ noWaitAfter: true });
      for (let tries = 0; tries < 40; tries += 1) {
        await telephone.goto(new URL("/pro/approvals", process.env.CARNET_BASE).href);
        if (await telephone.getByRole("button", { name: "Accepter" }).count()) break;
        await new Promise((again) => setTimeout(again, 250));
      }
      await telephone.getByRole("button", { name: "Accepter" }).first().click();
      await page.getByText(`8${who.rpps}`).waitFor();
    });
  } finally {
    await browser.close();
    program.kill();
  }
});
