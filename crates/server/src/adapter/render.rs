//! From a reply or a refusal to bytes and headers.

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header, request::Parts};
use care::record::professions;
use kernel::{Actor, Answer, Language, Refusal, RefusalKind, Visit};
use oauth::Interaction;
use ui::acting::{Acting, Situation};
use ui::menu::Nav;
use ui::page::{Frame, Page, shell};

use super::asked::{Around, Credential};
use super::cookies::Cookie;
use super::reply::{Content, File, Reply, SessionChange};
use super::{cors, enter, headers};
use crate::doors::{Door, Who};
use crate::house::House;

/// What the answer's dress depends on, known before the room is asked.
#[derive(Clone, Debug)]
pub(super) struct Dress {
    pub(super) door: Door,
    pub(super) language: Language,
    pub(super) path: String,
    /// Something was sent: the answer's address leads elsewhere when it is asked for.
    sends: bool,
    pub(super) guest: String,
    new_guest: bool,
    session: Option<String>,
    /// A script of ours asks, and reads JSON.
    script: bool,
    /// Somebody is told of news on this device.
    device: bool,
    /// What the route does to which type of resource.
    touches: Option<(&'static str, Interaction)>,
    pub(super) request_id: u64,
    pub(super) seen: Arc<OnceLock<Visit>>,
    pub(super) around: Arc<OnceLock<Around>>,
}

impl Dress {
    pub(super) fn of(house: &House, to: (Door, Option<Who>), parts: &Parts, request_id: u64) -> Self {
        let (door, who) = to;
        let https = house.config.is_https();
        let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned());
        let sent = Cookie::Guest.read(&parts.headers, https);
        Self {
            door,
            language: language(parts, https),
            path,
            sends: !matches!(parts.method, Method::GET | Method::HEAD),
            guest: sent.map_or_else(|| kernel::codes::base64url(&house.chance.secret::<16>()), str::to_owned),
            new_guest: sent.is_none(),
            session: Cookie::Session.read(&parts.headers, https).map(str::to_owned),
            script: parts.headers.get(header::ACCEPT).is_some_and(|v| v.as_bytes() == b"application/json"),
            device: Cookie::Device.read(&parts.headers, https).is_some(),
            touches: who.and_then(Who::touches),
            request_id,
            seen: Arc::new(OnceLock::new()),
            around: Arc::new(OnceLock::new()),
        }
    }

    /// A dress for answers that have lost their request.
    pub(super) fn plain(house: &House, path: &str) -> Self {
        Self {
            door: Door::of(path),
            language: Language::Fr,
            path: path.to_owned(),
            sends: false,
            guest: kernel::codes::base64url(&house.chance.secret::<16>()),
            new_guest: false,
            session: None,
            script: false,
            device: false,
            touches: None,
            request_id: house.chance.u64(),
            seen: Arc::new(OnceLock::new()),
            around: Arc::new(OnceLock::new()),
        }
    }

    fn credential(&self) -> Credential {
        self.session.clone().map_or(Credential::Nobody, Credential::Session)
    }
}

/// `?lang=`, else the cookie, else the browser's first language that we speak, else French.
fn language(parts: &Parts, https: bool) -> Language {
    let query = parts.uri.query().unwrap_or_default();
    let asked = super::asked::pairs(query.as_bytes()).into_iter().find(|(name, _)| name == "lang");
    if let Some(language) = asked.and_then(|(_, value)| known(&value)) {
        return language;
    }
    if let Some(language) = Cookie::Language.read(&parts.headers, https).and_then(known) {
        return language;
    }
    let accepted =
        parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.split(',').find_map(|range| known(range.trim().split([';', '-']).next()?)).unwrap_or_default()
}

fn known(tag: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
}

/// The whole answer.
pub(super) fn response(house: &House, dress: &Dress, outcome: Answer<Reply>) -> Response<Body> {
    let response = match outcome {
        Ok(reply) => said(house, dress, reply),
        Err(refusal) => refused(house, dress, &refusal),
    };
    dressed(house, dress, response)
}

/// The same with the headers that every answer carries.
pub(super) fn dressed(house: &House, dress: &Dress, mut response: Response<Body>) -> Response<Body> {
    let all = response.headers_mut();
    headers::secure(all, dress.door, house.config.is_https());
    cors::allow(all, &dress.path);
    if let Ok(id) = HeaderValue::from_str(&format!("{:016x}", dress.request_id)) {
        all.insert(HeaderName::from_static("x-request-id"), id);
    }
    if dress.door == Door::Web && dress.new_guest && dress.session.is_none() {
        append(&mut response, header::SET_COOKIE, &Cookie::Guest.set(&dress.guest, &house.config));
    }
    response
}

fn said(house: &House, dress: &Dress, reply: Reply) -> Response<Body> {
    let mut response = match reply.content {
        Content::Page(page) => html(house, dress, &page),
        Content::See(address) => {
            let mut response = empty(StatusCode::SEE_OTHER);
            append(&mut response, header::LOCATION, &address);
            response
        }
        Content::Json { status, content_type, body } => bytes(status, content_type, body),
        Content::File(file) => sent(file),
        Content::Empty(status) => empty(StatusCode::from_u16(status).unwrap_or(StatusCode::NO_CONTENT)),
    };
    for (name, value) in &reply.headers {
        append(&mut response, HeaderName::from_static(name), value);
    }
    let cookie = match &reply.session {
        SessionChange::Keep => None,
        SessionChange::Start(token) => Some(token.as_str()),
        SessionChange::End => Some(""),
    };
    if reply.session == SessionChange::End {
        // What a shared computer still shows with its back button goes with the session.
        // On a device of her own that she is told on, the storage is what receives her notifications.
        let what = if dress.device { "\"cache\"" } else { "\"cache\", \"storage\"" };
        append(&mut response, HeaderName::from_static("clear-site-data"), what);
    }
    if let Some(token) = cookie {
        append(&mut response, header::SET_COOKIE, &Cookie::Session.set(token, &house.config));
    }
    response
}

/// A page in the shell, with this visitor's name, token and language.
fn html(house: &House, dress: &Dress, page: &Page) -> Response<Body> {
    let space = dress.seen.get().and_then(|visit| visit.on_behalf_of);
    let secret = enter::csrf_secret(house, &dress.credential(), &dress.guest, space);
    let csrf = enter::masked(secret, house.chance.secret(), space);
    let theme = &house.config.theme;
    let mut frame = match dress.seen.get() {
        Some(visit) => Frame::of(visit, &dress.path, &csrf, theme),
        None => Frame::of_nobody(dress.language, &dress.path, &csrf, theme),
    };
    frame.demo = house.demo.is_some();
    frame.answers_form = dress.sends;
    if let Some(visit) = dress.seen.get() {
        let around = dress.around.get().cloned().unwrap_or_default();
        frame.situation = situation(visit, around.has_others);
        frame.acting = Acting { person: visit.on_behalf_of, spaces: around.spaces };
    }
    bytes(page.status, "text/html; charset=utf-8", shell(&frame, page).into_bytes())
}

/// The activity in which a professional acts; nothing before she has chosen one.
fn situation(visit: &Visit, has_others: bool) -> Option<Situation> {
    let Actor::Professional(of) = &visit.actor else { return None };
    let chosen = !of.profession.is_empty();
    chosen.then(|| Situation {
        name: of.name.clone(),
        profession: professions::word(of, visit.language).map(str::to_owned),
        structure: of.structure.clone(),
        has_others,
    })
}

fn refused(house: &House, dress: &Dress, refusal: &Refusal) -> Response<Body> {
    let status = ui::refusal::status(refusal);
    let mut response = match dress.door {
        Door::Web if refusal.kind == RefusalKind::SignIn && !dress.script => {
            let back = crate::doors::work::way_in(refusal, &dress.path)
                .unwrap_or_else(|| ui::address::with_query(ui::menu::SIGN_IN, &[("back", &dress.path)]));
            let mut response = empty(StatusCode::SEE_OTHER);
            append(&mut response, header::LOCATION, &back);
            return response;
        }
        // A right to act that has ended: to the page that says so and leads back to one's own space.
        Door::Web if refusal.code() == "acting-over" && !dress.script => {
            let mut response = empty(StatusCode::SEE_OTHER);
            append(&mut response, header::LOCATION, people::delegation::pages::ACTING);
            return response;
        }
        Door::Web if dress.script => {
            let words = ui::Words::of(dress.language);
            let sentences: Vec<_> =
                refusal.issues.iter().map(|issue| ui::refusal::sentence(words, issue)).collect();
            let said = if sentences.is_empty() {
                words.t("refusal-fault").into_owned()
            } else {
                sentences.join(" ")
            };
            bytes(status, "application/json", serde_json::json!({"message": said}).to_string().into_bytes())
        }
        Door::Web => {
            let words = ui::Words::of(dress.language);
            let nav = Nav::of(dress.seen.get());
            let reference = format!("{:016x}", dress.request_id);
            html(house, dress, &ui::refusal::page(words, refusal, nav, &reference))
        }
        Door::Fhir | Door::Admin => {
            let resource = fhir::outcome::of_refusal(refusal);
            bytes(status, "application/fhir+json; charset=utf-8", resource.to_string().into_bytes())
        }
        Door::OAuth | Door::Log => {
            let error = serde_json::json!({
                "error": match status {
                    500.. => "server_error",
                    429 => "temporarily_unavailable",
                    _ => "invalid_request",
                },
                "error_description": refusal.to_string(),
            });
            bytes(status, "application/json", error.to_string().into_bytes())
        }
    };
    if let RefusalKind::SlowDown { retry_after } = refusal.kind {
        append(&mut response, header::RETRY_AFTER, &retry_after.to_string());
    }
    if status == 503 {
        append(&mut response, header::RETRY_AFTER, "1");
    }
    if let Some(challenge) = challenge(dress, refusal, status) {
        append(&mut response, header::WWW_AUTHENTICATE, &challenge);
    }
    response
}

/// What a program that was not let in is told to bring (RFC 6750 §3, §3.1). Whoever showed nothing is told no error.
fn challenge(dress: &Dress, refusal: &Refusal, status: u16) -> Option<String> {
    const REALM: &str = "Bearer realm=\"carnet\"";
    match (status, refusal.code()) {
        (401, "token-invalid") => Some(format!("{REALM}, error=\"invalid_token\"")),
        (401, _) => Some(REALM.to_owned()),
        (403, "scope-missing") => {
            let (resource, interaction) = dress.touches?;
            let scope = enter::scope_for(&dress.seen.get()?.actor, resource, interaction);
            Some(format!("{REALM}, error=\"insufficient_scope\", scope=\"{scope}\""))
        }
        _ => None,
    }
}

fn sent(file: File) -> Response<Body> {
    let mut response = bytes(200, &file.content_type, file.body);
    if let Some(name) = file.name {
        // RFC 6266: a plain name for the old, the real one for everybody else.
        let plain: String = kernel::text::fold(&name)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let value =
            format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", ui::address::encode(&name));
        append(&mut response, header::CONTENT_DISPOSITION, &value);
    }
    if file.immutable {
        append(&mut response, header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    }
    response
}

fn bytes(status: u16, content_type: &str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    append(&mut response, header::CONTENT_TYPE, content_type);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Adds a header; a value that no header may hold (a line break) is left out rather than sent.
fn append(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}
