"""Signs a professional in to a service of the demo with authlib: discovery, code with PKCE, private_key_jwt, the ID
token's signature and claims, userinfo, refresh, revocation. Argument: demo.json."""

import json
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

with open(sys.argv[1], encoding="utf8") as file:
    demo = json.load(file)
service = next(one for one in demo["services"] if not one["fapi"])
her = next(one for one in demo["personas"] if one["kind"] == "professional")
server = httpx.get(demo["issuer"] + "/.well-known/openid-configuration").json()

client = OAuth2Client(
    service["client_id"],
    ECKey.import_key(service["jwk"]),
    token_endpoint_auth_method=PrivateKeyJWT(server["token_endpoint"], alg="ES256"),
    revocation_endpoint_auth_method=PrivateKeyJWT(server["issuer"], alg="ES256"),
    redirect_uri=service["redirect_uri"],
    scope="openid scope_all",
    code_challenge_method="S256",
)
client.register_client_auth_method(client.token_endpoint_auth_method)

verifier = "V" * 64
address, state = client.create_authorization_url(
    server["authorization_endpoint"], code_verifier=verifier, nonce="n-1"
)
with httpx.Client() as browser:
    browser.get(her["sign_in"])
    answer = browser.get(address)
assert answer.status_code == 303, answer.text
to = answer.headers["location"]
said = parse_qs(urlsplit(to).query)
assert said["iss"] == [demo["issuer"]] and said["state"] == [state], said

token = client.fetch_token(
    server["token_endpoint"], authorization_response=to, state=state, code_verifier=verifier
)
keys = KeySet.import_key_set(httpx.get(server["jwks_uri"]).json())
signed = jwt.decode(token["id_token"], keys, algorithms=["ES256"])
claims = CodeIDToken(
    signed.claims,
    signed.header,
    {"iss": {"values": [demo["issuer"]]}, "aud": {"values": [service["client_id"]]}},
    {"nonce": "n-1", "client_id": service["client_id"], "access_token": token["access_token"]},
)
claims.validate(leeway=5)
told = client.get(server["userinfo_endpoint"]).json()
assert told["sub"] == claims["sub"] and told["SubjectNameID"] == "8" + her["rpps"], told

renewed = client.refresh_token(server["token_endpoint"])
assert renewed["access_token"] != token["access_token"]
assert client.get(server["userinfo_endpoint"]).status_code == 200
gone = client.revoke_token(server["revocation_endpoint"], renewed["refresh_token"], "refresh_token")
assert gone.status_code == 200, gone.text
assert client.get(server["userinfo_endpoint"]).status_code == 401
print("authlib signed in, renewed and revoked")
