//! What is said between us and a provider: its discovery document, its keys, a pushed request, a code for tokens, who
//! she is. Addresses are those of its own document; nothing that a visitor types leads here.
//!
//! Everything has a time limit and a size limit, and nothing holds a transaction. What a provider published is kept for
//! an hour; a token by a key that we have not seen fetches the keys again, once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Answer, Fault, Instant, Refusal};
use oauth::relying::{
    self, Document, Expected, LoggedOut, ProviderKeys, Request, SignedIn, Tokens, Wrong, answer, id_token,
    logout_token, userinfo,
};
use people::outside::{Asking, Proven, Provider};
use tokio::sync::Semaphore;

use crate::house::House;
use crate::outbound;

/// How long what a provider published is believed, in microseconds.
const KEPT: i64 = 3600 * Instant::SECOND;

/// How long keys are believed against a token that anybody may send, in microseconds.
const SETTLED: i64 = 60 * Instant::SECOND;

/// The largest answer that is read, in bytes.
const LARGEST: usize = 256 * 1024;

/// How many conversations may wait for providers at once: each holds a thread, and a provider that is slow must not take
/// them all.
static PLACES: Semaphore = Semaphore::const_new(64);

/// The answer of a conversation: what is wrong is shown to her, not thrown.
type Told<T> = Result<T, Wrong>;

/// Waits for a conversation, off the threads that serve others.
///
/// # Errors
/// `Fault::Busy` when too many wait already.
pub(super) fn wait<T>(conversation: impl Future<Output = T>) -> Answer<T> {
    let busy = || Refusal::from(Fault::Busy("too many sign-ins wait for their providers".to_owned()));
    let _place = PLACES.try_acquire().map_err(|_| busy())?;
    Ok(tokio::runtime::Handle::current().block_on(conversation))
}

/// What a provider published, and until when it is believed.
#[derive(Clone)]
struct Published {
    document: Arc<Document>,
    /// Its keys, and when they were fetched.
    keys: Option<(Arc<ProviderKeys>, Instant)>,
    until: Instant,
}

/// By the address of the discovery document, so that two providers of one configuration never mix, and by whether we
/// show a certificate there, which has endpoints of its own.
static KNOWN: Mutex<BTreeMap<(String, bool), Published>> = Mutex::new(BTreeMap::new());

fn name(provider: &Provider) -> (String, bool) {
    (provider.discovery.clone(), provider.tls.identity.is_some())
}

fn known(provider: &Provider, now: Instant) -> Option<Published> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&name(provider)).filter(|known| known.until > now).cloned()
}

fn keep(provider: &Provider, published: Published) {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(name(provider), published);
}

/// Its discovery document.
pub(super) async fn document(house: &House, provider: &Provider) -> Told<Arc<Document>> {
    let now = house.clock.now();
    if let Some(known) = known(provider, now) {
        return Ok(known.document);
    }
    let (_, _, text) = get(provider, &provider.discovery, None)
        .await
        .and_then(well)
        .map_err(|why| silent(provider, &why, "its discovery document does not come"))?;
    let document = Document::read(&text, &provider.issuer)?;
    let certified = provider.tls.identity.is_some();
    let document = Arc::new(if certified { document.for_certificates() } else { document });
    keep(provider, Published { document: document.clone(), keys: None, until: now.plus(KEPT) });
    Ok(document)
}

/// Its keys; `fresh` fetches them again.
async fn keys(
    house: &House,
    provider: &Provider,
    document: &Arc<Document>,
    fresh: bool,
) -> Told<Arc<ProviderKeys>> {
    let now = house.clock.now();
    let known = known(provider, now);
    if let Some((keys, _)) = known.as_ref().and_then(|known| known.keys.clone()).filter(|_| !fresh) {
        return Ok(keys);
    }
    let (_, _, text) = get(provider, &document.jwks, None)
        .await
        .and_then(well)
        .map_err(|why| silent(provider, &why, "its keys do not come"))?;
    let keys = Arc::new(ProviderKeys::read(&text)?);
    let until = known.map_or(now.plus(KEPT), |known| known.until);
    keep(provider, Published { document: document.clone(), keys: Some((keys.clone(), now)), until });
    Ok(keys)
}

fn silent(provider: &Provider, why: &str, what: &'static str) -> Wrong {
    tracing::warn!(provider = provider.name, why, what, "a provider does not answer");
    Wrong::Document(what)
}

/// Where she goes: the provider's page, with what is asked, pushed there first where it takes that.
pub(super) async fn ask(house: &House, provider: &Provider, asking: &Asking, language: &str) -> Told<String> {
    let document = document(house, provider).await?;
    let back = provider.redirect_uri(&house.config.origin);
    let asked = request(provider, asking, &back, language).parameters();
    let Some(endpoint) = &document.pushed else { return Ok(address(&document.authorization, &asked)) };
    let (status, _, text) = post(house, provider, endpoint, asked).await?;
    let told: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    match (status, told["request_uri"].as_str()) {
        (200 | 201, Some(uri)) => {
            let short = [("client_id", provider.client_id.clone()), ("request_uri", uri.to_owned())];
            Ok(address(&document.authorization, &short))
        }
        _ => {
            let word = told["error"].as_str().unwrap_or("no request_uri");
            tracing::warn!(
                provider = provider.name,
                status,
                word,
                "a provider did not take a pushed request"
            );
            Err(Wrong::Answer("the provider did not take the pushed request"))
        }
    }
}

fn request<'a>(
    provider: &'a Provider,
    asking: &'a Asking,
    redirect_uri: &'a str,
    language: &'a str,
) -> Request<'a> {
    Request {
        client_id: &provider.client_id,
        redirect_uri,
        scopes: &provider.scopes,
        acr: &provider.acr,
        state: &asking.state,
        nonce: &asking.nonce,
        verifier: &asking.verifier,
        language,
    }
}

/// What her browser brought back, made into somebody whom the provider has proven.
pub(super) async fn prove(
    house: &House,
    provider: &Provider,
    asking: &Asking,
    query: &[(String, String)],
) -> Told<Proven> {
    let document = document(house, provider).await?;
    let code = answer(query, &document, &asking.state)?;
    let back = provider.redirect_uri(&house.config.origin);
    let fields = request(provider, asking, &back, "").exchange(&code);
    let (_, _, text) = post(house, provider, &document.token, fields).await?;
    let tokens = Tokens::read(&text)?;
    proven(house, provider, &document, (&tokens, Some(&asking.nonce))).await
}

/// Makes tokens into somebody whom the provider has proven.
async fn proven(
    house: &House,
    provider: &Provider,
    document: &Arc<Document>,
    (tokens, nonce): (&Tokens, Option<&str>),
) -> Told<Proven> {
    let checked = |keys: &ProviderKeys| check(house, provider, (tokens, nonce), keys);
    let (SignedIn { sub, acr, auth_time, sid, token }, keys) =
        by_keys(house, provider, document, true, checked).await?;
    let (status, kind, body) = get(provider, &document.userinfo, Some(&tokens.access))
        .await
        .map_err(|why| silent(provider, &why, "its userinfo does not come"))?;
    if status != 200 {
        return Err(Wrong::Userinfo("it is refused"));
    }
    let about = (document.issuer.as_str(), provider.client_id.as_str(), sub.as_str());
    let claims = userinfo(&kind, &body, &keys, provider.opening.as_deref(), about)?;
    Ok(Proven { whom: provider.kind.whom(&claims), sub, acr, auth_time, sid, id_token: token })
}

/// What `read` makes of a token by the provider's keys, which are fetched `again`, once, when it is signed by one that
/// we have not seen; and those keys.
async fn by_keys<T>(
    house: &House,
    provider: &Provider,
    document: &Arc<Document>,
    again: bool,
    read: impl Fn(&ProviderKeys) -> Told<T>,
) -> Told<(T, Arc<ProviderKeys>)> {
    let mut keys = self::keys(house, provider, document, false).await?;
    let mut made = read(&keys);
    if again && matches!(made, Err(Wrong::UnknownKey)) {
        keys = self::keys(house, provider, document, true).await?;
        made = read(&keys);
    }
    Ok((made?, keys))
}

/// Whose sign-in is over, as the provider's logout token says. Anybody may send one: keys that are younger than a minute
/// are not fetched again for it, so that nobody makes us ask the provider without end.
pub(super) async fn logged_out(house: &House, provider: &Provider, token: &str) -> Told<LoggedOut> {
    let document = document(house, provider).await?;
    let us = (provider.issuer.as_str(), provider.client_id.as_str());
    let (opening, now) = (provider.opening.as_deref(), house.clock.now());
    let fetched = known(provider, now).and_then(|known| known.keys).map(|(_, at)| at);
    let again = fetched.is_none_or(|at| at.plus(SETTLED) <= now);
    let read = |keys: &ProviderKeys| logout_token(token, keys, opening, us, now);
    by_keys(house, provider, &document, again, read).await.map(|(said, _)| said)
}

fn check(
    house: &House,
    provider: &Provider,
    (tokens, nonce): (&Tokens, Option<&str>),
    keys: &ProviderKeys,
) -> Told<SignedIn> {
    let expected = Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        nonce,
        acr: &provider.acr,
        access_token: &tokens.access,
        now: house.clock.now(),
    };
    id_token(&tokens.id, keys, provider.opening.as_deref(), expected)
}

/// Makes her telephone ring (CIBA Core §7).
pub(super) async fn call(
    house: &House,
    provider: &Provider,
    login_hint: &str,
    message: &str,
) -> Told<relying::Ringing> {
    let document = document(house, provider).await?;
    let endpoint = document.backchannel.as_ref();
    let endpoint = endpoint.ok_or(Wrong::Document("it has no backchannel_authentication_endpoint"))?;
    let asked = relying::Call { scopes: &provider.scopes, acr: &provider.acr, login_hint, message };
    let (_, _, text) = post(house, provider, endpoint, asked.parameters()).await?;
    relying::Ringing::read(&text)
}

/// Asks what she answered: who she is when she approved, or how many seconds longer to wait between two questions.
pub(super) async fn listen(house: &House, provider: &Provider, request: &str) -> Told<Result<Proven, i64>> {
    let document = document(house, provider).await?;
    let (_, _, text) = post(house, provider, &document.token, relying::fetching(request)).await?;
    match relying::heard(&text)? {
        relying::Heard::Approved(tokens) => proven(house, provider, &document, (&tokens, None)).await.map(Ok),
        relying::Heard::Waiting => Ok(Err(0)),
        relying::Heard::Slower => Ok(Err(5)),
    }
}

/// An address with parameters, beside those it may have.
pub(super) fn address(endpoint: &str, parameters: &[(&'static str, String)]) -> String {
    let query = encoded(parameters);
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{joint}{query}")
}

fn encoded(pairs: &[(&'static str, String)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
}

/// Status, media type and body of an answer.
type Heard = (u16, String, String);

/// Posts a form with what proves us.
async fn post(
    house: &House,
    provider: &Provider,
    endpoint: &str,
    mut fields: Vec<(&'static str, String)>,
) -> Told<Heard> {
    let jti = kernel::codes::base64url(&house.chance.secret::<16>());
    let proof = provider.proof.fields(&provider.client_id, &provider.issuer, &jti, house.clock.now());
    let proof = proof.map_err(|_| Wrong::Document("our own key does not sign"))?;
    fields.retain(|(name, _)| *name != "client_id");
    fields.extend(proof);
    let client =
        outbound::client_with(&provider.tls).map_err(|_| Wrong::Document("there is no HTTP client"))?;
    let sent = client
        .post(endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .body(encoded(&fields))
        .send()
        .await;
    heard(sent).await.map_err(|why| silent(provider, &why, "its endpoint does not answer"))
}

async fn get(provider: &Provider, address: &str, bearer: Option<&str>) -> Result<Heard, String> {
    let client = outbound::client_with(&provider.tls).map_err(|fault| fault.to_string())?;
    let mut asking = client.get(address).header("accept", "application/json, application/jwt");
    if let Some(token) = bearer {
        asking = asking.bearer_auth(token);
    }
    heard(asking.send().await).await
}

fn well(heard: Heard) -> Result<Heard, String> {
    if heard.0 == 200 { Ok(heard) } else { Err(format!("status {}", heard.0)) }
}

/// Reads an answer, as much of it as we take.
async fn heard(sent: Result<reqwest::Response, reqwest::Error>) -> Result<Heard, String> {
    let mut response = sent.map_err(|e| e.without_url().to_string())?;
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|e| e.without_url().to_string())? {
        if body.len() + piece.len() > LARGEST {
            return Err(format!("an answer of more than {} kB", LARGEST / 1024));
        }
        body.extend_from_slice(&piece);
    }
    let text = String::from_utf8(body).map_err(|_| "an answer that is no text".to_owned())?;
    Ok((status, kind, text))
}
