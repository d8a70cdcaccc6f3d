//! Accounts of those who work here: professionals and the operator's team.
//!
//! A professional's account is named by her RPPS number and is worth what the directory says of her: without an
//! activity she does not come in. The operator opens an account by printing a code; the passkey that the code
//! leads to is the account's owner's alone. A suspended account keeps everything and opens nothing.

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, Chance, Instant, Refusal, RefusalKind, Visit};
use store::Tx;

use super::{Attempt, activation, queries, session};
use crate::{directory, vigilance};

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// A health professional of the directory; named by her RPPS number.
    Professional,
    /// A member of the operator's team; named as the team calls her.
    Operator,
}

impl AccountKind {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Operator => "operator",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Professional, Self::Operator].into_iter().find(|kind| kind.word() == word)
    }
}

/// Since when an account is suspended, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub since: Instant,
    /// Why, in the operator's words; her owner reads it.
    pub reason: String,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number, 1 or more; never re-used.
    pub id: i64,
    /// Whose.
    pub kind: AccountKind,
    /// RPPS number, or the name in the team.
    pub name: String,
    /// Present while the account of a member of the team is suspended; a professional's suspension is kept by
    /// [`crate::vigilance`]. Ask [`may_come_in`].
    pub suspended: Option<Suspension>,
    /// Since when it exists.
    pub opened_at: Instant,
    /// When its owner first came in.
    pub activated_at: Option<Instant>,
    /// When its owner last came in.
    pub last_at: Option<Instant>,
    /// The activity chosen last; empty for none.
    pub situation: String,
}

impl Account {
    /// The RPPS number of a professional's account.
    #[must_use]
    pub fn rpps(&self) -> Option<Rpps> {
        (self.kind == AccountKind::Professional).then(|| Rpps::parse(&self.name)).flatten()
    }
}

/// What is done with an account, or with what lets a person in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A code was printed.
    CodeIssued,
    /// The code was used.
    Activated,
    /// She came in.
    SignedIn,
    /// Somebody tried and was not let in.
    SignInRefused,
    /// She went.
    SignedOut,
    /// A passkey was made.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// New recovery codes.
    CodesMade,
    /// The passkey was shown again, for something that asks for it.
    Confirmed,
    /// An activity was chosen.
    SituationChosen,
    /// The operator suspended the account.
    Suspended,
    /// The operator let it in again.
    Admitted,
    /// She closed an outside provider as a way in.
    WayInClosed,
    /// She opened it again.
    WayInOpened,
    /// She entered a service with this identity.
    ServiceEntered,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 15] = [
        Self::CodeIssued,
        Self::Activated,
        Self::SignedIn,
        Self::SignInRefused,
        Self::SignedOut,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::CodesMade,
        Self::Confirmed,
        Self::SituationChosen,
        Self::Suspended,
        Self::Admitted,
        Self::WayInClosed,
        Self::WayInOpened,
        Self::ServiceEntered,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CodeIssued => "code-issued",
            Self::Activated => "activated",
            Self::SignedIn => "signed-in",
            Self::SignInRefused => "sign-in-refused",
            Self::SignedOut => "signed-out",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::CodesMade => "codes-made",
            Self::Confirmed => "confirmed",
            Self::SituationChosen => "situation-chosen",
            Self::Suspended => "suspended",
            Self::Admitted => "admitted",
            Self::WayInClosed => "way-in-closed",
            Self::WayInOpened => "way-in-opened",
            Self::ServiceEntered => "service-entered",
        }
    }
}

/// A line of an account's journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAct {
    /// When.
    pub at: Instant,
    /// What: the word of an [`Event`].
    pub event: String,
    /// Why not, when it was refused: the refusal's machine word.
    pub refused: String,
    /// Which passkey, which activity, which way of coming in.
    pub about: String,
    /// Who, where it was not the owner.
    pub by: String,
}

/// The account of this name.
///
/// # Errors
/// Faults of the store.
pub fn account(tx: &mut Tx<'_>, kind: AccountKind, name: &str) -> Answer<Option<Account>> {
    Ok(queries::account_named(tx, kind, name)?)
}

/// The account behind a visit; `None` for citizens, software, and whoever has none.
///
/// # Errors
/// Faults of the store.
pub fn of_actor(tx: &mut Tx<'_>, actor: &Actor) -> Answer<Option<Account>> {
    match actor {
        Actor::Professional(of) => account(tx, AccountKind::Professional, of.rpps.as_str()),
        Actor::Operator { name } => account(tx, AccountKind::Operator, name),
        _ => Ok(None),
    }
}

/// The account of this name, made if there is none.
pub(super) fn open(
    tx: &mut Tx<'_>,
    kind: AccountKind,
    name: &str,
    now: Instant,
    chance: &Chance,
) -> Answer<Account> {
    // 40 random bits: what does not count up tells nobody how many accounts there are.
    let id = i64::try_from((chance.u64() >> 24).max(1)).unwrap_or(1);
    queries::add_account(tx, id, kind, name, now)?;
    let opened = queries::account_named(tx, kind, name)?;
    opened.ok_or_else(|| kernel::Fault::Busy("an account's number was taken".to_owned()).into())
}

/// Prints a code with which the owner of an account comes in for the first time, or again after she lost
/// everything; the code before stops working. Makes the account if there is none.
///
/// # Errors
/// `NotFound` for anybody but the operator's team; `Invalid` (`professional-unknown`, `operator-name`); `Conflict`
/// (`account-suspended`).
pub fn issue_code(
    tx: &mut Tx<'_>,
    visit: &Visit,
    kind: AccountKind,
    name: &str,
    chance: &Chance,
) -> Answer<String> {
    team(visit)?;
    match kind {
        AccountKind::Professional => {
            let rpps = Rpps::parse(name).filter(|rpps| rpps.as_str() == name);
            let active = match &rpps {
                Some(rpps) => !directory::situations(tx, rpps)?.is_empty(),
                None => false,
            };
            if !active {
                let said = "the directory knows nobody who practises under this RPPS number";
                return Err(Refusal::invalid("professional-unknown", "rpps", said));
            }
        }
        AccountKind::Operator => {
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
            // A name of digits could be taken for an RPPS number on the page of activation.
            let digits = name.chars().all(|c| c.is_ascii_digit());
            if !(2..=64).contains(&name.chars().count()) || digits || !name.chars().all(plain) {
                let said = "2 to 64 letters, digits, - _ . or @, and not digits alone";
                return Err(Refusal::invalid("operator-name", "name", said));
            }
        }
    }
    let account = open(tx, kind, name, visit.now, chance)?;
    if may_come_in(tx, &account)?.is_err() {
        let said = "The account is suspended; admit it first.";
        return Err(Refusal::new(RefusalKind::Conflict, "account-suspended", said));
    }
    let code = activation::new_code(tx, -account.id, visit.now, chance)?;
    journal(tx, &account, visit, Event::CodeIssued, "", "")?;
    Ok(code)
}

/// Accounts are the affair of the operator's team, and of the commands it runs on the machine itself.
fn team(visit: &Visit) -> Answer<()> {
    match &visit.actor {
        Actor::Operator { .. } | Actor::System { .. } => Ok(()),
        _ => Err(Refusal::not_found()),
    }
}

/// Whether the account is let in at all; inside, `account-suspended`.
pub(super) fn may_come_in(tx: &mut Tx<'_>, account: &Account) -> Attempt<()> {
    if account.suspended.is_some() {
        return Ok(Err(Refusal::forbidden("account-suspended", "This account is suspended.")));
    }
    let Some(rpps) = account.rpps() else { return Ok(Ok(())) };
    match vigilance::may_sign_in(tx, &rpps) {
        Err(refusal) if refusal.fault.is_some() => Err(refusal),
        answer => Ok(answer),
    }
}

/// Suspends an account at once: its sessions end, and it opens nothing until it is admitted again.
///
/// # Errors
/// `NotFound`, also for anybody but the operator's team; `Invalid` (`reason-missing`).
pub fn suspend(tx: &mut Tx<'_>, visit: &Visit, kind: AccountKind, name: &str, reason: &str) -> Answer<()> {
    team(visit)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::invalid("reason-missing", "reason", "A suspension says why."));
    }
    let account = account(tx, kind, name)?.ok_or_else(Refusal::not_found)?;
    match account.rpps() {
        Some(rpps) => vigilance::suspend(tx, visit, &rpps, reason)?,
        None => queries::suspend_account(tx, account.id, Some(visit.now), reason)?,
    }
    journal(tx, &account, visit, Event::Suspended, reason, "")?;
    session::end_all_of_account(tx, visit, &account)?;
    Ok(())
}

/// Lets a suspended account in again.
///
/// # Errors
/// `NotFound`, also for anybody but the operator's team.
pub fn admit(tx: &mut Tx<'_>, visit: &Visit, kind: AccountKind, name: &str) -> Answer<()> {
    team(visit)?;
    let account = account(tx, kind, name)?.ok_or_else(Refusal::not_found)?;
    match account.rpps() {
        Some(rpps) => vigilance::lift(tx, visit, &rpps)?,
        None => queries::suspend_account(tx, account.id, None, "")?,
    }
    journal(tx, &account, visit, Event::Admitted, "", "")
}

/// The last acts of an account, the newest first.
///
/// # Errors
/// Faults of the store.
pub fn acts(tx: &mut Tx<'_>, account: &Account, most: u32) -> Answer<Vec<AccountAct>> {
    Ok(queries::account_acts(tx, account.id, most)?)
}

/// Writes a line of an account's journal.
pub(crate) fn journal(
    tx: &mut Tx<'_>,
    account: &Account,
    visit: &Visit,
    event: Event,
    about: &str,
    refused: &str,
) -> Answer<()> {
    let by = match &visit.actor {
        Actor::Operator { name } if *name != account.name => name.clone(),
        Actor::System { task } => task.clone(),
        _ => String::new(),
    };
    let act = AccountAct {
        at: visit.now,
        event: event.word().to_owned(),
        refused: refused.to_owned(),
        about: about.to_owned(),
        by,
    };
    // The request's number tells apart what two requests did in one microsecond.
    let n = i64::try_from(visit.request_id >> 1).unwrap_or_default();
    Ok(queries::add_account_act(tx, account.id, n, &act)?)
}
