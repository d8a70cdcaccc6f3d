//! Pages of signing in for those who work here, the choice of an activity, and the passkey once more.

use care::record::professions;
use kernel::{Answer, Refusal};
use people::identity::pages::{self as identity, account, confirm, work};
use people::identity::session::{self, Draft, Standing, Token};
use people::identity::{Side, passkeys};
use store::Tx;
use ui::form::Filled;
use ui::menu::Nav;

use super::identity::{
    activation_finish, activation_later, another_options, ceremony, codes, end_session, everywhere, finished,
    first_options, go, led, recover, register_finish, remove, rename, sent, show_account,
};
use super::{Does, Door, Route, Who};
use crate::adapter::{Asked, Reply, SessionChange};

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Does::{Act, Look, Plain};
    use Who::{Anyone, Arriving, SignedIn, Worker};
    table! { Door::Web;
        Get  "/pro/sign-in"                     Anyone   => "identity::pages::work::sign_in"           Plain(|a| super::outside::sign_in_to_work(a, next(a)));
        Post "/pro/sign-in/finish"              Anyone   => "identity::passkeys::finish_sign_in"       Act(sign_in_finish);
        Get  "/pro/recovery"                    Anyone   => "identity::pages::recovery_form"           Plain(|a| Ok(identity::recovery_form(Side::Work, &a.filled()).into()));
        Post "/pro/recovery"                    Anyone   => "identity::pages::recover"                 Act(|tx, a| recover(tx, a, Side::Work));
        Get  "/pro/activation"                  Anyone   => "identity::pages::work::activation_form"   Plain(|a| Ok(work::activation_form(&a.filled()).into()));
        Post "/pro/activation"                  Anyone   => "identity::pages::work::activate"          Act(activate);
        Get  "/pro/activation/passkey"          Arriving => "identity::pages::activation_passkey"      Look(|_, a| Ok(identity::activation_passkey(a.visit()?).into()));
        Post "/pro/activation/passkey/options"  Arriving => "identity::pages::register_options"        Look(first_options);
        Post "/pro/activation/passkey/finish"   Arriving => "identity::pages::activation_finish"       Act(activation_finish);
        Post "/pro/activation/later"            Arriving => "identity::pages::activation_later"        Act(activation_later);
        Get  "/pro/activation/codes"            Worker   => "identity::pages::activation_codes"        Look(|_, a| Ok(identity::activation_codes(a.visit()?).into()));
        Get  "/pro/account"                     Worker   => "identity::pages::account::show"           Look(show_account);
        Post "/pro/account/passkey/options"     Worker   => "identity::pages::register_options"        Look(another_options);
        Post "/pro/account/passkey/finish"      Worker   => "identity::pages::register_finish"         Act(register_finish);
        Post "/pro/account/passkey/rename"      Worker   => "identity::pages::account::rename"         Act(rename);
        Post "/pro/account/passkey/remove"      Worker   => "identity::pages::account::remove"         Act(remove);
        Post "/pro/account/codes"               Worker   => "identity::pages::account::codes"          Act(codes);
        Post "/pro/account/session/end"         Worker   => "identity::pages::account::end_session"    Act(end_session);
        Post "/pro/account/sign-out-everywhere" Worker   => "identity::session::sign_out_everywhere"   Act(everywhere);
        Get  "/pro/situation"                   Worker   => "identity::pages::work::situations"        Look(situations);
        Post "/pro/situation"                   Worker   => "identity::session::choose"                Act(choose);
        Get  "/confirm"                         SignedIn => "identity::pages::confirm::ask"            Look(|tx, a| Ok(confirm::ask(tx, a.visit()?, next(a))?.into()));
        Post "/confirm/finish"                  SignedIn => "identity::passkeys::finish_confirmation"  Act(confirm_finish);
        Get  "/confirm/resume"                  SignedIn => "identity::pages::confirm::resume"         Look(|tx, a| Ok(confirm::resume(tx, a.visit()?, a.session()?)?.into()));
    }
}

/// Where she wanted to go, when that is a path of this site; empty for nowhere in particular.
fn next(asked: &Asked) -> &str {
    local(asked.query("next").unwrap_or_default())
}

fn local(next: &str) -> &str {
    match ui::address::local(next) {
        "/" => "",
        local => local,
    }
}

fn sign_in_finish(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let (house, body, ceremony) = (&asked.house, sent(asked)?, ceremony(asked));
    let (visit, knock, terms) = (asked.visit()?, asked.knock(), (house.sessions, &house.chance));
    let answer = (ceremony.as_str(), &body["credential"]);
    let done = passkeys::finish_sign_in(tx, &house.site, Side::Work, answer, visit, &knock, terms)?;
    let wanted = local(body["next"].as_str().unwrap_or_default());
    let reply = match done {
        Ok(token) => {
            let to = arrival(tx, asked, &token, wanted)?;
            Ok(go(&to).session(SessionChange::Start(token.cookie())))
        }
        Err(refusal) => Err(refusal),
    };
    Ok(finished(asked, reply))
}

/// Where somebody goes who has just signed in: through the choice of an activity when she has several.
fn arrival(tx: &mut Tx<'_>, asked: &Asked, token: &Token, wanted: &str) -> Answer<String> {
    let begun = session::session(tx, token, asked.visit()?.now)?;
    Ok(match begun {
        Some(session) if session.standing == Standing::Choosing => {
            ui::address::with_query(work::SITUATION, &[("next", wanted)])
        }
        Some(session) if wanted.is_empty() => home(&session.actor).to_owned(),
        _ if wanted.is_empty() => work::SIGN_IN.to_owned(),
        _ => wanted.to_owned(),
    })
}

fn home(actor: &kernel::Actor) -> &'static str {
    match actor {
        kernel::Actor::Operator { .. } => Nav::operator("").side.home(),
        _ => Nav::professional("").side.home(),
    }
}

fn activate(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let terms = (asked.house.sessions, &asked.house.chance);
    Ok(led(work::activate(tx, asked.visit()?, asked.filled(), &asked.knock(), terms)?))
}

fn situations(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let filled = Filled::empty(ui::Words::of(asked.language)).with("next", next(asked));
    Ok(work::situations(tx, asked.visit()?, asked.session()?, filled, professions::word)?.into())
}

fn choose(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let terms = (asked.house.sessions, &asked.house.chance);
    let wanted = local(asked.field("next").unwrap_or_default());
    let to = if wanted.is_empty() { Nav::professional("").side.home() } else { wanted };
    let chosen =
        work::choose(tx, asked.visit()?, asked.session()?, asked.filled(), professions::word, terms)?;
    Ok(match chosen {
        Ok(Some(token)) => Reply::see(to).session(SessionChange::Start(token.cookie())),
        Ok(None) => Reply::see(to),
        Err(page) => page.into(),
    })
}

fn confirm_finish(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let (body, ceremony) = (sent(asked)?, ceremony(asked));
    let (visit, held) = (asked.visit()?, asked.session()?);
    let answer = (ceremony.as_str(), &body["credential"]);
    let site = &asked.house.site;
    let done = passkeys::finish_confirmation(tx, site, answer, (visit, held))?;
    let to = match local(body["next"].as_str().unwrap_or_default()) {
        "" => Nav::of(Some(visit)).side.home(),
        next => next,
    };
    Ok(finished(asked, done.map(|()| go(to))))
}

/// What a route asks first that needs a passkey shown within the last `within` microseconds: nothing when that
/// is so; otherwise the way to the page that asks for it, with the form sent set aside for afterwards. Call it in
/// an `Act` route before anything is written:
///
/// ```ignore
/// if let Some(reply) = work::proof_first(tx, asked, 5 * MINUTE)? { return Ok(reply) }
/// ```
///
/// # Errors
/// `SignIn` without a session; faults.
pub fn proof_first(tx: &mut Tx<'_>, asked: &Asked, within: i64) -> Answer<Option<Reply>> {
    let (held, now) = (asked.session()?, asked.visit()?.now);
    if session::fresh(tx, held, within, now)? { Ok(None) } else { ask_again(tx, asked).map(Some) }
}

/// The same before somebody changes what lets her in: it is enough that she has just come in.
///
/// # Errors
/// `SignIn` without a session; faults.
pub(super) fn before_change(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Option<Reply>> {
    let may = account::may_change(tx, asked.visit()?, asked.session()?)?;
    if may { Ok(None) } else { ask_again(tx, asked).map(Some) }
}

/// The same before she takes away a passkey or her codes: who came in with a printed code shows a passkey first.
///
/// # Errors
/// `SignIn` without a session; faults.
pub(super) fn before_taking_away(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Option<Reply>> {
    let may = account::may_take_away(tx, asked.visit()?, asked.session()?)?;
    if may { Ok(None) } else { ask_again(tx, asked).map(Some) }
}

/// The way to the page that asks for the passkey; a form is set aside meanwhile.
fn ask_again(tx: &mut Tx<'_>, asked: &Asked) -> Answer<Reply> {
    let held = asked.session()?;
    let is_form = asked.house.routes[asked.route].method == super::Method::Post;
    let next = if is_form {
        let fields = asked.fields.iter().filter(|(name, _)| name != ui::page::CSRF_FIELD).cloned().collect();
        let space = asked.visit()?.on_behalf_of;
        session::set_aside(tx, held, Draft { path: asked.path.clone(), fields, space })?;
        confirm::RESUME
    } else {
        asked.path.as_str()
    };
    Ok(Reply::see(ui::address::with_query(confirm::CONFIRM, &[("next", next)])))
}

/// The page that a refusal of a coarse kind sends somebody to who works here: to the choice of an activity, or to
/// sign in; `None` for everybody else.
#[must_use]
pub fn way_in(refusal: &Refusal, path: &str) -> Option<String> {
    let looks = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
    let address = match refusal.code() {
        "situation-needed" => work::SITUATION,
        _ if looks("/pro") || looks("/operator") => work::SIGN_IN,
        _ => return None,
    };
    Some(ui::address::with_query(address, &[("next", local(path))]))
}
