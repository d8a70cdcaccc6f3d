//! Carnet as OpenID provider for professionals: what services and their browsers ask. The room is `people::openid`.

use axum::http::StatusCode;
use kernel::{Actor, Answer, Refusal, RefusalKind};
use oauth::{Certificate, Denial, DenialCode};
use people::identity::pages::{confirm, work};
use people::identity::session::{self, Session};
use people::openid::leaving::{self, Leaving};
use people::openid::tokens::{self, Presented};
use people::openid::{Next, Said, Shown, Terms, approvals, entering, keys, pages, requests};
use serde_json::Value;
use store::Tx;

use super::{Does, Door, Route, Who, Work, apps};
use crate::adapter::{Asked, Content, Reply, SessionChange};

/// The routes. What a service's own program asks has a door without cookies; what her browser asks has one with.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look, Plain, Prepare};
    use Who::{Anyone, Professional};
    let mut routes = table! { Door::OAuth;
        Get  "/.well-known/openid-configuration"       Anyone => "oauth::openid::discovery"       Plain(discovery);
        Get  "/.well-known/oauth-authorization-server" Anyone => "oauth::openid::discovery"       Plain(discovery);
        Get  "/oauth/jwks"                             Anyone => "openid::keys::published"        Prepare(jwks);
        Post "/oauth/authorize"                        Anyone => "openid::entering::authorize"    Plain(|a| Ok(as_query("/oauth/authorize", a)));
        Post "/oauth/par"                              Anyone => "openid::requests::push"         Act(par);
        Post "/oauth/ciba"                             Anyone => "openid::approvals::ask"         Act(ciba);
        Get  "/oauth/userinfo"                         Anyone => "openid::tokens::userinfo"       Act(|tx, a| userinfo(tx, a, "GET"));
        Post "/oauth/userinfo"                         Anyone => "openid::tokens::userinfo"       Act(|tx, a| userinfo(tx, a, "POST"));
        Post "/oauth/introspect"                       Anyone => "openid::tokens::introspect"     Act(introspect);
        Post "/oauth/revoke"                           Anyone => "openid::tokens::revoke"         Act(revoke);
        Post "/oauth/logout"                           Anyone => "openid::leaving::leave"         Plain(|a| Ok(as_query("/oauth/logout", a)));
    };
    routes.extend(table! { Door::Web;
        Get  "/oauth/authorize"      Anyone       => "openid::entering::authorize" Act(authorize);
        Post "/oauth/enter"          Anyone       => "openid::entering::enter"     Act(enter);
        Post "/oauth/again"          Anyone       => "openid::entering::again"     Act(again);
        Get  "/oauth/logout"         Anyone       => "openid::leaving::leave"      Act(leave);
        Post "/oauth/logout/confirm" Anyone       => "openid::leaving::confirmed"  Act(leave_confirmed);
        Get  "/pro/approvals"        Professional => "openid::pages::show"         Look(|tx, a| Ok(pages::show(tx, a.visit()?, a.query("after").unwrap_or_default())?.into()));
        Post "/pro/approvals/answer" Professional => "openid::approvals::answer"   Act(answer);
        Post "/pro/approvals/end"    Professional => "openid::approvals::end"      Act(end);
    });
    routes
}

/// What verbs stand on.
pub(super) fn terms(asked: &Asked) -> Terms<'_> {
    let house = &asked.house;
    Terms { issuer: &house.config.origin, now: house.clock.now(), chance: &house.chance }
}

/// Proofs that came beside a request.
pub(super) struct Evidence {
    proofs: Vec<String>,
    certificate: Option<Certificate>,
}

impl Evidence {
    /// Reads them. A certificate is believed when the operator's own proxy hands it over, and nobody else. A proxy that
    /// adds its header to one that the client sent would hand over the client's word: of two, neither is believed.
    pub(super) fn of(asked: &Asked) -> Self {
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let from = asked.house.config.certificate_from.as_ref();
        let certificate = from
            .filter(|(_, proxy)| *proxy == asked.peer)
            .and_then(|(header, _)| {
                let mut values = asked.headers.get_all(header).iter();
                values.next().filter(|_| values.next().is_none())
            })
            .and_then(|value| value.to_str().ok())
            .and_then(Certificate::from_header);
        Self { proofs: asked.headers.get_all("dpop").iter().map(text).collect(), certificate }
    }

    /// As the verbs of the room take them.
    pub(super) fn shown<'a>(&'a self, asked: &'a Asked, path: &'a str) -> Shown<'a> {
        Shown { form: &asked.fields, path, proofs: &self.proofs, certificate: self.certificate.as_ref() }
    }
}

/// The session of a professional; somebody else's is nobody's here.
fn held(asked: &Asked) -> Option<&Session> {
    asked.session().ok().filter(|session| matches!(session.actor, Actor::Professional(_)))
}

/// A JSON answer that nothing on the way keeps.
pub(super) fn told(status: u16, body: &Value) -> Reply {
    Reply::json(status, "application/json", body).header("pragma", "no-cache")
}

/// The answer to a service.
pub(super) fn answered(status: u16, done: Result<Value, Denial>) -> Reply {
    match done {
        Ok(body) => told(status, &body),
        Err(denial) => refused(denial.error.status(), &denial),
    }
}

fn refused(status: u16, denial: &Denial) -> Reply {
    told(status, &serde_json::to_value(denial).unwrap_or_default())
}

fn discovery(asked: &Asked) -> Answer<Reply> {
    let document = oauth::openid::discovery(
        &asked.house.config.origin,
        asked.house.config.certificate_origin.as_deref(),
    );
    Ok(Reply::json(200, "application/json", &document))
}

/// Our public keys. Looks first, because everybody asks and only the first answer ever writes.
fn jwks(asked: &Asked) -> Answer<Work> {
    let now = asked.house.clock.now();
    let published = asked.house.store.read(move |tx| keys::published(tx, now)).wait()?;
    let reply = |keys: &Value| Reply::json(200, "application/jwk-set+json", keys);
    if published["keys"].as_array().is_some_and(|keys| !keys.is_empty()) {
        return Ok(Work::Done(reply(&published)));
    }
    Ok(Work::Act(Box::new(move |tx| {
        keys::ensure(tx, now)?;
        Ok(reply(&keys::published(tx, now)?))
    })))
}

/// A service's form, posted by her browser, as the address that says the same. Her cookies do not come with a form
/// from another site; they do with the address that she is sent on to.
fn as_query(path: &str, asked: &Asked) -> Reply {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&asked.fields).finish();
    Reply::see(format!("{path}?{query}"))
}

fn par(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let evidence = Evidence::of(asked);
    Ok(answered(201, requests::push(tx, evidence.shown(asked, "/oauth/par"), terms(asked))?))
}

fn ciba(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let evidence = Evidence::of(asked);
    let done = approvals::ask(tx, evidence.shown(asked, "/oauth/ciba"), terms(asked))?;
    // CIBA Core §13 gives this one code another status here than at the token endpoint.
    match done {
        Err(denial) if denial.error == DenialCode::AccessDenied => Ok(refused(403, &denial)),
        done => Ok(answered(200, done)),
    }
}

fn userinfo(tx: &mut Tx<'_>, asked: &Asked, method: &str) -> Answer<Reply> {
    let evidence = Evidence::of(asked);
    let header = asked.header("authorization").and_then(|value| value.split_once(' '));
    let header = header.map(|(scheme, token)| (scheme, token.trim()));
    // RFC 6750 §2.2: a form may carry it, an address never.
    let Some(authorization) = header.or_else(|| asked.field("access_token").map(|token| ("Bearer", token)))
    else {
        return Ok(Reply::of(Content::Empty(StatusCode::UNAUTHORIZED.as_u16()))
            .header("www-authenticate", "Bearer realm=\"carnet\", DPoP algs=\"ES256 ES384 EdDSA PS256\""));
    };
    let shown = Presented {
        authorization,
        method,
        proofs: &evidence.proofs,
        certificate: evidence.certificate.as_ref(),
    };
    at_resource(authorization.0, tokens::userinfo(tx, shown, terms(asked)))
}

fn at_resource(scheme: &str, done: Said<Value>) -> Answer<Reply> {
    Ok(match done? {
        Ok(body) => told(200, &body),
        Err(denial) => {
            let scheme = if scheme.eq_ignore_ascii_case("dpop") { "DPoP" } else { "Bearer" };
            let told = format!(
                "{scheme} error=\"{}\", error_description=\"{}\"",
                denial.error.word(),
                denial.error_description.replace(['"', '\\'], "'")
            );
            refused(401, &denial).header("www-authenticate", told)
        }
    })
}

fn introspect(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let evidence = Evidence::of(asked);
    Ok(answered(200, tokens::introspect(tx, evidence.shown(asked, "/oauth/introspect"), terms(asked))?))
}

fn revoke(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if people::apps::calls(tx, &asked.fields)? {
        return apps::revoke(tx, asked);
    }
    let evidence = Evidence::of(asked);
    Ok(given_back(tokens::revoke(tx, evidence.shown(asked, "/oauth/revoke"), terms(asked))?))
}

/// The answer to who gives a token back.
pub(super) fn given_back(done: Result<(), Denial>) -> Reply {
    match done {
        Ok(()) => Reply::of(Content::Empty(StatusCode::OK.as_u16())),
        Err(denial) => refused(denial.error.status(), &denial),
    }
}

fn authorize(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if people::apps::calls(tx, &asked.query)? {
        return apps::authorize(tx, asked);
    }
    let next = entering::authorize(tx, &asked.query, held(asked), terms(asked))?;
    follow(asked, next)
}

fn follow(asked: &Asked, next: Next) -> Answer<Reply> {
    let visit = asked.visit()?;
    Ok(match next {
        Next::Leave(to) => Reply::see(to),
        Next::Onward { service, to } => {
            let refresh = format!("0; url={to}");
            Reply::from(pages::onward(visit, &service, &to)).header("refresh", refresh)
        }
        Next::SignIn(path) => sign_in(&path),
        Next::Choose(path) => Reply::see(ui::address::with_query(work::SITUATION, &[("next", &path)])),
        Next::Confirm(path) => Reply::see(ui::address::with_query(confirm::CONFIRM, &[("next", &path)])),
        Next::Again(asking) => pages::again(visit, &asking).into(),
        Next::Enter(asking) => {
            form_that_leads_to(Some(&asking.redirect_uri), pages::enter(visit, &asking).into())
        }
        Next::Wrong(denial) => pages::wrong(visit, &denial).into(),
    })
}

fn sign_in(path: &str) -> Reply {
    Reply::see(ui::address::with_query(people::openid::SIGN_IN, &[("next", path)]))
}

/// Lets a page's form end at a service's address: browsers hold a form to `form-action` through every redirect.
fn form_that_leads_to(address: Option<&str>, reply: Reply) -> Reply {
    let Some(origin) = address.and_then(oauth::service::origin) else { return reply };
    let ours = ui::page::CONTENT_SECURITY_POLICY;
    let policy = ours.replace("form-action 'self'", &format!("form-action 'self' {origin}"));
    reply.header("content-security-policy", policy)
}

fn enter(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let field = |name: &str| asked.field(name).unwrap_or_default();
    let agreed = field("answer") == "enter";
    let sent = (field("client_id"), field("request_uri"), agreed);
    let next = entering::enter(tx, sent, held(asked), terms(asked))?;
    follow(asked, next)
}

fn again(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let field = |name: &str| asked.field(name).unwrap_or_default();
    let path = entering::again(tx, field("client_id"), field("request_uri"), terms(asked))?;
    if held(asked).is_some() {
        session::sign_out(tx, asked.visit()?, &asked.token()?)?;
        return Ok(sign_in(&path).session(SessionChange::End));
    }
    Ok(sign_in(&path))
}

fn leave(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let visit = asked.visit()?;
    Ok(match leaving::leave(tx, &asked.query, held(asked), terms(asked))? {
        Leaving::Left { back, here } => left(tx, asked, back, here)?,
        Leaving::Ask { service, client_id, back } => {
            let page = pages::leave(visit, service.as_deref(), client_id.as_deref(), back.as_deref());
            form_that_leads_to(back.as_deref(), page.into())
        }
        Leaving::Wrong(denial) => pages::wrong(visit, &denial).into(),
    })
}

fn leave_confirmed(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let field = |name: &str| asked.field(name).unwrap_or_default();
    let sent = (field("client_id"), field("back"));
    let back = leaving::confirmed(tx, sent, held(asked), terms(asked))?;
    left(tx, asked, back, true)
}

fn left(tx: &mut Tx<'_>, asked: &Asked, back: Option<String>, here: bool) -> Answer<Reply> {
    let reply = match back {
        Some(back) => Reply::see(back),
        None => pages::left(asked.visit()?).into(),
    };
    if here && held(asked).is_some() {
        session::sign_out(tx, asked.visit()?, &asked.token()?)?;
        return Ok(reply.session(SessionChange::End));
    }
    Ok(reply)
}

/// Back to the list, which says what became of it.
fn listed(after: &str) -> Reply {
    Reply::see(ui::address::with_query(people::openid::APPROVALS, &[("after", after)]))
}

fn answer(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let approved = asked.field("answer") == Some("approve");
    if approved && let Some(reply) = super::work::proof_first(tx, asked, approvals::PROVEN_WITHIN)? {
        return Ok(reply);
    }
    let id = asked.field("id").unwrap_or_default();
    match approvals::answer(tx, asked.session()?, id, approved, terms(asked)) {
        Ok(()) => Ok(listed(if approved { "approved" } else { "refused" })),
        Err(refusal) if refusal.kind == RefusalKind::Gone => Ok(listed("late")),
        // Her session is older than a sign-on may be.
        Err(refusal) if refusal.kind == RefusalKind::SignIn => Ok(sign_in(people::openid::APPROVALS)),
        Err(refusal) => Err(refusal),
    }
}

fn end(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let Actor::Professional(of) = &asked.visit()?.actor else { return Err(Refusal::not_found()) };
    approvals::end(tx, &of.rpps, asked.field("sid").unwrap_or_default(), terms(asked))?;
    Ok(listed("ended"))
}
