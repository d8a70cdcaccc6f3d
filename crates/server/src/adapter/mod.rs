//! The only place where HTTP meets rooms.
//!
//! A request becomes an [`Asked`]: who, what, in which language, with which fields. The route's function runs in
//! one transaction of the store, and its [`Reply`] or [`Refusal`] becomes the answer: a page in the shell, a FHIR
//! resource, a file; with the headers that keep a browser from doing anything we did not mean.

mod arriving;
mod asked;
pub mod cookies;
mod cors;
mod device;
mod enter;
mod headers;
mod multipart;
pub mod rates;
mod render;
mod reply;
pub mod watch;

use std::sync::{Arc, OnceLock};
use std::time::Instant as Stopwatch;

use axum::body::{Body, Bytes};
use axum::extract::RawPathParams;
use axum::http::{Request, Response, StatusCode, header};
use kernel::{Answer, Refusal, RefusalKind};
use people::identity::session::Token;

pub use asked::{Asked, Credential, SentFile};
pub use reply::{Content, File, Reply, SessionChange};

use crate::doors::{Does, Door, Limit, Method, Route, Work};
use crate::house::House;

/// Answers one request to route number `index`.
pub async fn answer(
    house: Arc<House>,
    index: usize,
    params: RawPathParams,
    request: Request<Body>,
) -> Response<Body> {
    let started = Stopwatch::now();
    let route = &house.routes[index];
    let request_id = house.chance.u64();
    let (parts, body) = request.into_parts();
    let ends = headers::ends_connection(&parts);
    let mut dress = render::Dress::of(&house, (route.door, Some(route.who)), &parts, request_id);
    let outcome = match read(&house, index, &params, &parts, body, &dress).await {
        Ok(asked) => {
            dress.seen = asked.seen.clone();
            dress.around = asked.around.clone();
            watch::run(&house, index, asked).await
        }
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = &outcome {
        log_fault(route.path, request_id, refusal);
    }
    let mut response = render::response(&house, &dress, outcome);
    if ends {
        response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    house.metrics.note(index, status, took);
    tracing::debug!(
        request = %format_args!("{request_id:016x}"),
        method = route.method.as_str(),
        route = route.path,
        status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Reads everything the room may need; nothing is decided yet but what the size and shape of a request decide.
async fn read(
    house: &Arc<House>,
    index: usize,
    params: &RawPathParams,
    parts: &axum::http::request::Parts,
    body: Body,
    dress: &render::Dress,
) -> Answer<Asked> {
    headers::check_host(house, parts)?;
    let (route, network) = (&house.routes[index], headers::network(house, parts));
    let credential = enter::credential(house, route.door, parts);
    let query = asked::pairs(parts.uri.query().unwrap_or_default().as_bytes());
    let counted = house.rates.counted_as(index, route.door == Door::Fhir && rates::names_a_number(&query));
    match &credential {
        Ok(Credential::Bearer(token)) => {
            house.rates.client(counted, network, &token.software.client_id, house.clock.now())?;
        }
        Ok(Credential::App(token)) => house.rates.app(counted, network, &token.app, house.clock.now())?,
        // A token that does not open is counted like none.
        _ => house.rates.network(counted, network, house.clock.now())?,
    }
    let credential = credential?;
    let limit = route.limit.bytes(&house.config);
    let body = arriving::Shared::new(body);
    if route.limit != Limit::Form
        && let Err(refusal) = enter::before_a_large_body(house, route, &credential).await
    {
        // Somebody whose session has just ended is told so; whoever shows nothing of ours is not waited for.
        if matches!(&credential, Credential::Session(cookie) if Token::parse(cookie).is_some()) {
            arriving::let_finish(body, limit).await;
        }
        return Err(refusal);
    }
    let mut asked = Asked {
        house: house.clone(),
        route: index,
        credential,
        language: dress.language,
        request_id: dress.request_id,
        guest: dress.guest.clone(),
        params: params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        query,
        fields: Vec::new(),
        files: Vec::new(),
        body: Bytes::new(),
        headers: parts.headers.clone(),
        path: dress.path.clone(),
        network,
        peer: headers::peer(parts),
        held: Arc::new(OnceLock::new()),
        seen: Arc::new(OnceLock::new()),
        around: Arc::new(OnceLock::new()),
        searched: Arc::default(),
    };
    if parts.method == axum::http::Method::GET || parts.method == axum::http::Method::HEAD {
        return Ok(asked);
    }
    let receiving = receive(&mut asked, Body::new(body.clone()), limit);
    match tokio::time::timeout(arriving::patience(limit), receiving).await {
        Ok(Ok(())) => {}
        Ok(Err(refusal)) => {
            arriving::let_finish(body, limit).await;
            return Err(refusal);
        }
        Err(_) => return Err(too_slow()),
    }
    if route.door == Door::Web {
        enter::check_csrf(&asked)?;
    }
    Ok(asked)
}

fn too_slow() -> Refusal {
    Refusal::new(RefusalKind::Invalid, "too-slow", "The request took too long to arrive.")
}

/// Reads the body: as a form where it is one.
async fn receive(asked: &mut Asked, body: Body, limit: usize) -> Answer<()> {
    let content_type = asked.header("content-type").unwrap_or_default().to_owned();
    // A media type's name has no capitals of its own (RFC 9110 §8.3.1).
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "multipart/form-data" {
        (asked.fields, asked.files) = multipart::read(&content_type, body, limit).await?;
        return Ok(());
    }
    asked.body = whole(body, limit).await?;
    if kind == "application/x-www-form-urlencoded" {
        asked.fields = asked::pairs(&asked.body);
    }
    Ok(())
}

/// The body in one piece, at most `limit` bytes.
async fn whole(body: Body, limit: usize) -> Answer<Bytes> {
    axum::body::to_bytes(body, limit).await.map_err(|_| {
        Refusal::new(
            RefusalKind::TooLarge,
            "too-large",
            format!("This door takes at most {} kB.", limit / 1024),
        )
    })
}

/// Runs the route's function where it belongs. Work that may succeed when it is tried again is tried again.
async fn run(house: &Arc<House>, index: usize, asked: &Arc<Asked>) -> Answer<Reply> {
    match house.routes[index].does {
        Does::Plain(f) => {
            enter::without_session(asked)?;
            f(asked)
        }
        Does::Look(f) => {
            let inside = asked.clone();
            let reply =
                house.store.read(move |tx| enter::enter(tx, &inside).and_then(|()| f(tx, &inside))).await;
            touch(house, asked);
            reply
        }
        Does::Act(f) => {
            let mut tries = 0;
            loop {
                let asked = asked.clone();
                let done = house.store.write(move |tx| enter::enter(tx, &asked).and_then(|()| f(tx, &asked)));
                match done.await {
                    Err(refusal) if refusal.is_transient() && tries < 3 => tries += 1,
                    done => return done,
                }
            }
        }
        Does::Prepare(f) => {
            enter::without_session(asked)?;
            let inside = asked.clone();
            let prepared = tokio::task::spawn_blocking(move || f(&inside)).await;
            match prepared.map_err(|e| kernel::Fault::Internal(e.to_string()))?? {
                Work::Act(work) => house.store.write(work).await,
                Work::Done(reply) => Ok(reply),
            }
        }
    }
}

/// Writes down, now and then, that a session is in use. Nobody waits for it: losing one costs a minute of a
/// session's life.
fn touch(house: &House, asked: &Asked) {
    let Some(held) = asked.held.get().filter(|held| held.stale).cloned() else { return };
    let (now, limits) = (house.clock.now(), house.sessions);
    drop(house.store.write(move |tx| people::identity::session::touch(tx, &held, now, limits)));
}

/// Faults are for the operator: the whole sentence, tied to the answer by the request's id.
fn log_fault(route: &'static str, request_id: u64, refusal: &Refusal) {
    if let Some(fault) = &refusal.fault {
        tracing::error!(request = %format_args!("{request_id:016x}"), route, %fault, "failed");
    }
}

/// The answer when a room panicked: the same page as for any other fault.
#[must_use]
pub fn panicked(house: &House, path: &str) -> Response<Body> {
    let dress = render::Dress::plain(house, path);
    let refusal = Refusal::from(kernel::Fault::Internal("a request panicked".to_owned()));
    render::response(house, &dress, Err(refusal))
}

/// The answer to an address that is no route, or to a method that its route does not take; also to a browser that asks
/// whether it may send what a page of another site wants to send. An address of ours that only takes forms leads to the
/// page above it: people come there by the back button, or by loading an answer again.
#[must_use]
pub fn nowhere(house: &House, request: &Request<Body>, status: StatusCode) -> Response<Body> {
    let door = Door::of(request.uri().path());
    let (parts, ()) = {
        let mut builder = Request::builder().method(request.method().clone()).uri(request.uri().clone());
        if let Some(headers) = builder.headers_mut() {
            headers.clone_from(request.headers());
        }
        match builder.body(()) {
            Ok(request) => request.into_parts(),
            Err(_) => return panicked(house, "/"),
        }
    };
    let dress = render::Dress::of(house, (door, None), &parts, 0);
    if let Some(answer) = cors::preflight(request) {
        return render::dressed(house, &dress, answer);
    }
    let looks = matches!(*request.method(), axum::http::Method::GET | axum::http::Method::HEAD);
    let path = request.uri().path();
    if status == StatusCode::METHOD_NOT_ALLOWED && looks && takes_forms(&house.routes, path) {
        let above = page_above(&house.routes, path);
        return render::response(house, &dress, Ok(Reply::see(above)));
    }
    let refusal = if status == StatusCode::METHOD_NOT_ALLOWED {
        Refusal::new(RefusalKind::NotAllowed, "not-allowed", "This address does not take this method.")
    } else {
        Refusal::not_found()
    };
    render::response(house, &dress, Err(refusal))
}

/// Whether forms of our pages are sent to this address.
fn takes_forms(routes: &[Route], path: &str) -> bool {
    routes.iter().any(|route| route.method == Method::Post && route.door == Door::Web && fits(route, path))
}

fn fits(route: &Route, path: &str) -> bool {
    let (of_route, parts) = (|| route.path.split('/'), || path.split('/'));
    of_route().count() == parts().count()
        && of_route().zip(parts()).all(|(known, part)| known.starts_with('{') || known == part)
}

/// The nearest address above this one that is a page.
fn page_above<'p>(routes: &[Route], path: &'p str) -> &'p str {
    let is_page = |route: &Route, path: &str| {
        route.method == Method::Get && route.door == Door::Web && fits(route, path)
    };
    let mut above = path;
    while let Some((shorter, _)) = above.rsplit_once('/') {
        if routes.iter().any(|route| is_page(route, shorter)) {
            return shorter;
        }
        above = shorter;
    }
    "/"
}

#[cfg(test)]
mod tests {
    use super::page_above;

    #[test]
    fn what_only_takes_forms_leads_to_the_page_above_it() {
        let routes = crate::doors::routes(false);
        for (asked, page) in [
            ("/sharing/effect", "/sharing"),
            ("/sharing/decide", "/sharing"),
            ("/acting/accept", "/acting"),
            ("/account/codes", "/account"),
            ("/account/passkey/rename", "/account"),
            ("/documents/1-2/secret/lift", "/documents/1-2"),
            ("/sign-out", "/"),
        ] {
            assert_eq!(page_above(&routes, asked), page, "{asked}");
        }
    }
}
