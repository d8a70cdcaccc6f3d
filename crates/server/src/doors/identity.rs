//! Pages of signing in and of one's own access, of opposition and closing, and of the operator's team.

use kernel::{Answer, Refusal};
use people::enrolment::pages::{self as enrolment, operator};
use people::identity::Side;
use people::identity::pages::{self as identity, account};
use people::identity::passkeys::{self, Started};
use people::identity::session::{self, Standing, Token};
use people::outside::pages::mine;
use serde_json::{Value, json};
use store::Tx;
use ui::form::Filled;

use super::{Does, Door, Route, Who, work};
use crate::adapter::cookies::Cookie;
use crate::adapter::{Asked, Reply, SessionChange};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look, Plain};
    use Who::{Activating, Anyone, Citizen, Operator};
    table! { Door::Web;
        Get  "/sign-in"                     Anyone     => "identity::pages::sign_in"                    Plain(super::outside::sign_in);
        Post "/sign-in/options"             Anyone     => "identity::passkeys::start_sign_in"           Plain(sign_in_options);
        Post "/sign-in/finish"              Anyone     => "identity::passkeys::finish_sign_in"          Act(sign_in_finish);
        Get  "/sign-in/recovery"            Anyone     => "identity::pages::recovery_form"              Plain(|a| Ok(identity::recovery_form(Side::Space, &a.filled()).into()));
        Post "/sign-in/recovery"            Anyone     => "identity::pages::recover"                    Act(|tx, a| recover(tx, a, Side::Space));
        Get  "/signed-out"                  Anyone     => "identity::pages::signed_out"                 Plain(super::outside::signed_out);
        Post "/sign-out"                    Anyone     => "identity::session::sign_out"                 Act(sign_out);
        Get  "/activation"                  Anyone     => "identity::pages::activation_form"            Plain(|a| Ok(identity::activation_form(&a.filled()).into()));
        Post "/activation"                  Anyone     => "identity::pages::activate"                   Act(activate);
        Get  "/activation/passkey"          Activating => "identity::pages::activation_passkey"         Look(|_, a| Ok(identity::activation_passkey(a.visit()?).into()));
        Post "/activation/passkey/options"  Activating => "identity::pages::register_options"           Look(first_options);
        Post "/activation/passkey/finish"   Activating => "identity::pages::activation_finish"          Act(activation_finish);
        Post "/activation/later"            Activating => "identity::pages::activation_later"           Act(activation_later);
        Get  "/activation/codes"            Citizen    => "identity::pages::activation_codes"           Look(|_, a| Ok(identity::activation_codes(a.visit()?).into()));
        Get  "/account"                     Citizen    => "identity::pages::account::show"              Look(show_account);
        Post "/account/passkey/options"     Citizen    => "identity::pages::register_options"           Look(another_options);
        Post "/account/passkey/finish"      Citizen    => "identity::pages::register_finish"            Act(register_finish);
        Post "/account/passkey/rename"      Citizen    => "identity::pages::account::rename"            Act(rename);
        Post "/account/passkey/remove"      Citizen    => "identity::pages::account::remove"            Act(remove);
        Post "/account/codes"               Citizen    => "identity::pages::account::codes"             Act(codes);
        Post "/account/session/end"         Citizen    => "identity::pages::account::end_session"       Act(end_session);
        Post "/account/sign-out-everywhere" Citizen    => "identity::session::sign_out_everywhere"      Act(everywhere);
        Get  "/account/close"               Citizen    => "enrolment::pages::close_form"                Look(|tx, a| Ok(enrolment::close_form(tx, a.visit()?)?.into()));
        Post "/account/close"               Citizen    => "enrolment::pages::close"                     Act(|tx, a| Ok(led(enrolment::close(tx, a.visit()?, &a.filled())?)));
        Get  "/account/reopen"              Citizen    => "enrolment::pages::reopen_form"               Look(|tx, a| Ok(enrolment::reopen_form(tx, a.visit()?)?.into()));
        Post "/account/reopen"              Citizen    => "enrolment::pages::reopen"                    Act(|tx, a| Ok(led(enrolment::reopen(tx, a.visit()?)?)));
        Get  "/opposition"                  Anyone     => "enrolment::pages::opposition_form"           Plain(|a| Ok(enrolment::opposition_form(&a.filled()).into()));
        Post "/opposition"                  Anyone     => "enrolment::pages::opposition_check"          Act(|tx, a| Ok(led(enrolment::opposition_check(tx, a.visit()?, a.filled(), &a.knock())?)));
        Post "/opposition/confirm"          Anyone     => "enrolment::pages::opposition_confirm"        Act(|tx, a| Ok(led(enrolment::opposition_confirm(tx, a.visit()?, a.filled(), &a.knock())?)));
        Get  "/operator"                    Operator   => "enrolment::pages::operator::figures"         Look(|tx, a| Ok(operator::figures(tx, a.visit()?)?.into()));
        Get  "/operator/enrolment"          Operator   => "enrolment::pages::operator::figures"         Look(|tx, a| Ok(operator::figures(tx, a.visit()?)?.into()));
        Get  "/operator/enrolment.csv"      Operator   => "enrolment::pages::operator::csv"             Look(figures_csv);
        Get  "/operator/opposition"         Operator   => "enrolment::pages::operator::opposition_form" Look(|_, a| Ok(operator::opposition_form(a.visit()?, &a.filled())?.into()));
        Post "/operator/opposition"         Operator   => "enrolment::pages::operator::oppose"          Act(|tx, a| Ok(led(operator::oppose(tx, a.visit()?, a.filled())?)));
    }
}

/// What a form led to, as the adapter says it.
pub(super) fn led(reply: identity::Reply) -> Reply {
    match reply {
        identity::Reply::Page { page, retry_after } => {
            let reply = Reply::from(*page);
            match retry_after {
                Some(seconds) => reply.header("retry-after", seconds.to_string()),
                None => reply,
            }
        }
        identity::Reply::Begin { token, to } => begun(&token, to),
        identity::Reply::Go(to) => Reply::see(to),
    }
}

fn begun(token: &Token, to: &str) -> Reply {
    Reply::see(to).session(SessionChange::Start(token.cookie()))
}

/// The first half of a ceremony: options for the script, state in a cookie that no script can read.
pub(super) fn started(asked: &Asked, started: &Started) -> Reply {
    Reply::json(200, "application/json", &started.options)
        .header("set-cookie", Cookie::Ceremony.set(&started.ceremony, &asked.house.config))
}

/// The second half: where the script goes next. What was refused inside is committed with its consequences.
pub(super) fn finished(asked: &Asked, done: Result<Reply, Refusal>) -> Reply {
    let reply = done.unwrap_or_else(|refusal| {
        let words = ui::Words::of(asked.language);
        let said: Vec<_> = refusal.issues.iter().map(|issue| ui::refusal::sentence(words, issue)).collect();
        Reply::json(ui::refusal::status(&refusal), "application/json", &json!({"message": said.join(" ")}))
    });
    reply.header("set-cookie", Cookie::Ceremony.set("", &asked.house.config))
}

pub(super) fn go(to: &str) -> Reply {
    Reply::json(200, "application/json", &json!({"location": to}))
}

pub(super) fn ceremony(asked: &Asked) -> String {
    Cookie::Ceremony.read(&asked.headers, asked.house.config.is_https()).unwrap_or_default().to_owned()
}

/// What the script sent.
pub(super) fn sent(asked: &Asked) -> Answer<Value> {
    serde_json::from_slice(&asked.body)
        .map_err(|_| Refusal::invalid("form-broken", "body", "this address takes JSON"))
}

fn sign_in_options(asked: &Asked) -> Answer<Reply> {
    let house = &asked.house;
    let start = passkeys::start_sign_in(house.store.keyring(), &house.site, asked.visit()?.now)?;
    Ok(started(asked, &start))
}

fn sign_in_finish(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let (house, body, ceremony) = (&asked.house, sent(asked)?, ceremony(asked));
    let terms = (house.sessions, &house.chance);
    let answer = (ceremony.as_str(), &body["credential"]);
    let (visit, knock) = (asked.visit()?, asked.knock());
    let done = passkeys::finish_sign_in(tx, &house.site, Side::Space, answer, visit, &knock, terms)?;
    let back = body["back"].as_str().map_or("/", ui::address::local).to_owned();
    Ok(finished(asked, done.map(|token| go(&back).session(SessionChange::Start(token.cookie())))))
}

pub(super) fn recover(tx: &mut Tx<'_>, asked: &Asked, side: Side) -> Answer<Reply> {
    let terms = (asked.house.sessions, &asked.house.chance);
    Ok(led(identity::recover(tx, (asked.visit()?, side), asked.filled(), &asked.knock(), terms)?))
}

fn sign_out(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    // A session that has ended by itself, or none, is signed out like any other: its cookie goes.
    if let Ok(token) = asked.token() {
        session::sign_out(tx, asked.visit()?, &token)?;
    }
    Ok(Reply::see("/signed-out").session(SessionChange::End))
}

fn activate(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let terms = (asked.house.sessions, &asked.house.chance);
    Ok(led(identity::activate(tx, asked.visit()?, asked.filled(), &asked.knock(), terms)?))
}

/// For the first passkey: only in the middle of an activation. Any other session shows what it must show for another.
pub(super) fn first_options(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    activating(asked)?;
    register_options(tx, asked)
}

fn activating(asked: &Asked) -> Answer<()> {
    if asked.session()?.standing == Standing::Activating {
        return Ok(());
    }
    Err(Refusal::forbidden("activation-over", "There is no activation to finish."))
}

fn register_options(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let body = sent(asked)?;
    let name = body["name"].as_str().unwrap_or_default();
    let start = identity::register_options(tx, asked.visit()?, &asked.house.site, name)?;
    Ok(started(asked, &start))
}

/// The same for another passkey than the first.
pub(super) fn another_options(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    may_change(tx, asked)?;
    register_options(tx, asked)
}

/// Refuses a script, which no page can send elsewhere first, what [`work::before_change`] asks of forms.
fn may_change(tx: &mut Tx<'_>, asked: &Asked) -> Answer<()> {
    if account::may_change(tx, asked.visit()?, asked.session()?)? {
        return Ok(());
    }
    Err(Refusal::forbidden("proof-needed", "Show a passkey first: this session is older than ten minutes."))
}

pub(super) fn codes(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = work::before_taking_away(tx, asked)? {
        return Ok(first);
    }
    Ok(account::codes(tx, asked.visit()?, &asked.house.chance)?.into())
}

pub(super) fn activation_finish(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    activating(asked)?;
    let (house, body, ceremony) = (&asked.house, sent(asked)?, ceremony(asked));
    let terms = (house.sessions, &house.chance);
    let answer = (ceremony.as_str(), &body["credential"]);
    let who = (asked.session()?, &asked.knock());
    let done = identity::activation_finish(tx, asked.visit()?, &house.site, answer, who, terms)?;
    let to = identity::codes_address(asked.visit()?);
    let next = |token: Token| go(to).session(SessionChange::Start(token.cookie()));
    Ok(finished(asked, done.map(next)))
}

pub(super) fn activation_later(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let terms = (asked.house.sessions, &asked.house.chance);
    Ok(led(identity::activation_later(tx, asked.visit()?, asked.session()?, &asked.knock(), terms)?))
}

pub(super) fn show_account(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let after = asked.query("after").unwrap_or_default();
    let filled = Filled::empty(ui::Words::of(asked.language));
    let page = account::show(tx, asked.visit()?, &asked.token()?, after, &filled)?;
    Ok(mine::below(page, asked.visit()?, &asked.house.config.providers).into())
}

pub(super) fn register_finish(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    may_change(tx, asked)?;
    let (body, ceremony) = (sent(asked)?, ceremony(asked));
    let answer = (ceremony.as_str(), &body["credential"]);
    let done = identity::register_finish(tx, asked.visit()?, &asked.house.site, answer, asked.session()?)?;
    let to = identity::account_address(asked.visit()?);
    Ok(finished(asked, done.map(|_| go(to))))
}

/// Back to the security page, or the page again with what was refused.
fn account_after(tx: &mut Tx<'_>, asked: &Asked, done: Answer<()>) -> Answer<Reply> {
    match done {
        Ok(()) => Ok(Reply::see(identity::account_address(asked.visit()?))),
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        Err(refusal) => Ok(account::refused(tx, asked.visit()?, &asked.token()?, &refusal)?.into()),
    }
}

pub(super) fn rename(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let done = account::rename(tx, asked.visit()?, &asked.filled());
    account_after(tx, asked, done)
}

pub(super) fn remove(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = work::before_taking_away(tx, asked)? {
        return Ok(first);
    }
    let done = account::remove(tx, asked.visit()?, &asked.filled());
    account_after(tx, asked, done)
}

pub(super) fn end_session(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = work::before_change(tx, asked)? {
        return Ok(first);
    }
    let done = account::end_session(tx, asked.visit()?, &asked.filled());
    account_after(tx, asked, done)
}

pub(super) fn everywhere(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    if let Some(first) = work::before_change(tx, asked)? {
        return Ok(first);
    }
    session::sign_out_everywhere(tx, asked.visit()?, &asked.token()?)?;
    Ok(Reply::see(identity::account_address(asked.visit()?)))
}

fn figures_csv(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let csv = operator::csv(tx, asked.visit()?)?;
    Ok(Reply::file("text/csv; charset=utf-8", Some("enrolment.csv".to_owned()), csv.into_bytes()))
}
