//! Whose passkeys, codes and sessions these are: one path for everybody who signs in.
//!
//! A person's lie under her number and are sealed with her key; those of an account of somebody who works here
//! lie under the account's number with a minus and are sealed with the house's. What either does with them is
//! in her own journal.

use kernel::rpps::Rpps;
use kernel::{Answer, Fault, Instant, PersonId, Visit};
use store::{Keyring, Kind, Line, SpaceKey, Tx};
use webauthn_rs::prelude::Uuid;

use super::account::{self, Account, AccountKind, Event};
use super::{find_typed, may_sign_in, number_of, numbered, queries};
use crate::consent::Pass;
use crate::directory;
use crate::enrolment::Scope;
use crate::person::Person;
use crate::vigilance;

/// Which of the two ways in somebody takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To one's own health space.
    Space,
    /// To one's work: professionals and the operator's team.
    Work,
}

/// Somebody who signs in, and manages what lets her in.
#[derive(Clone, Debug)]
pub struct Holder {
    whose: Whose,
    /// As she is shown to herself.
    pub name: String,
    /// Wave and department of a person, for statistics.
    pub(super) scope: Scope,
}

#[derive(Clone, Debug)]
enum Whose {
    Person(PersonId, SpaceKey),
    Account(Account),
}

const PERSON: &str = "passkey-user";
const ACCOUNT: &str = "passkey-account";
const SEAL: &str = "account-passkey";
const FIELD: &str = "passkey";

impl Holder {
    /// The person of a pass to manage access.
    #[must_use]
    pub fn of_pass(pass: &Pass) -> Self {
        let whose = Whose::Person(pass.person(), pass.key().clone());
        Self { whose, name: pass.identity().display_name(), scope: Scope::default() }
    }

    pub(super) fn of_person(person: &Person) -> Self {
        let whose = Whose::Person(person.id, person.key.clone());
        Self { whose, name: person.identity.display_name(), scope: Scope::of(person) }
    }

    pub(super) fn of_account(tx: &mut Tx<'_>, account: Account) -> Answer<Self> {
        let name = match account.rpps() {
            Some(rpps) => directory::name(tx, &rpps)?.unwrap_or_else(|| account.name.clone()),
            None => account.name.clone(),
        };
        Ok(Self { whose: Whose::Account(account), name, scope: Scope::default() })
    }

    /// The holder behind a number of the tables: a person who may sign in, or an account.
    pub(super) fn numbered(tx: &mut Tx<'_>, number: i64) -> Answer<Option<Self>> {
        if number > 0 {
            return Ok(may_sign_in(tx, PersonId(number))?.map(|person| Self::of_person(&person)));
        }
        match queries::account(tx, -number)? {
            Some(account) => Self::of_account(tx, account).map(Some),
            None => Ok(None),
        }
    }

    /// The holder behind what somebody typed on a side's page: a matricule; an RPPS number or a team's name.
    pub(super) fn typed(tx: &mut Tx<'_>, side: Side, typed: &str) -> Answer<Option<Self>> {
        match side {
            Side::Space => {
                let id = find_typed(tx, typed)?.unwrap_or(PersonId(0));
                Ok(may_sign_in(tx, id)?.map(|person| Self::of_person(&person)))
            }
            Side::Work => {
                let typed = typed.trim();
                let bare: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
                let found = match Rpps::parse(&bare) {
                    Some(rpps) => account::account(tx, AccountKind::Professional, rpps.as_str())?,
                    None => account::account(tx, AccountKind::Operator, typed)?,
                };
                found.map(|account| Self::of_account(tx, account)).transpose()
            }
        }
    }

    /// The holder behind what an authenticator keeps; `None` when we did not make it.
    pub(super) fn of_handle(tx: &mut Tx<'_>, handle: Uuid) -> Answer<Option<Self>> {
        let Some((tag, body)) = handle.as_bytes().split_first_chunk::<8>() else { return Ok(None) };
        let Ok(body) = body.try_into() else { return Ok(None) };
        let person = number_of::<8, 8>(tx.keyring(), PERSON, tag, body);
        let account = number_of::<8, 8>(tx.keyring(), ACCOUNT, tag, body).map(|id| -id);
        match person.or(account) {
            Some(number) => Self::numbered(tx, number),
            None => Ok(None),
        }
    }

    /// What an authenticator keeps to name her.
    pub(super) fn handle(&self, keyring: &Keyring) -> Answer<Uuid> {
        let domain = if self.number() > 0 { PERSON } else { ACCOUNT };
        let (tag, body) = numbered::<8, 8>(keyring, domain, self.number().abs())
            .ok_or_else(|| Fault::Internal(format!("number {} has no handle", self.number())))?;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&tag);
        bytes[8..].copy_from_slice(&body);
        Ok(Uuid::from_bytes(bytes))
    }

    /// Her number in the tables: a person's own, or an account's with a minus.
    #[must_use]
    pub fn number(&self) -> i64 {
        match &self.whose {
            Whose::Person(person, _) => person.0,
            Whose::Account(account) => -account.id,
        }
    }

    /// Her account, when she works here.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match &self.whose {
            Whose::Person(..) => None,
            Whose::Account(account) => Some(account),
        }
    }

    /// Which way in is hers.
    #[must_use]
    pub fn side(&self) -> Side {
        if self.account().is_some() { Side::Work } else { Side::Space }
    }

    pub(super) fn seal(&self, keyring: &Keyring, plain: &[u8]) -> Answer<Vec<u8>> {
        Ok(match &self.whose {
            Whose::Person(_, key) => key.seal_field(FIELD, plain)?,
            Whose::Account(account) => keyring.seal(&domain(account), plain),
        })
    }

    pub(super) fn open(&self, keyring: &Keyring, sealed: &[u8]) -> Answer<Vec<u8>> {
        Ok(match &self.whose {
            Whose::Person(_, key) => key.open_field(FIELD, sealed)?.to_vec(),
            Whose::Account(account) => keyring.open(&domain(account), sealed)?,
        })
    }

    /// Makes others who change what lets her in wait for this transaction.
    pub(super) fn lock(&self, tx: &mut Tx<'_>) -> Answer<()> {
        match &self.whose {
            Whose::Person(person, _) => tx.lock_person(*person)?,
            Whose::Account(account) => queries::lock_account(tx, account.id)?,
        }
        Ok(())
    }

    /// Writes down what was done, or tried and refused with the word given, in her own journal.
    pub(super) fn journal(
        &self,
        tx: &mut Tx<'_>,
        visit: &Visit,
        event: Event,
        about: &str,
        refused: Option<&'static str>,
    ) -> Answer<()> {
        match &self.whose {
            Whose::Account(account) => {
                account::journal(tx, account, visit, event, about, refused.unwrap_or_default())
            }
            Whose::Person(_, key) => {
                let Some(kind) = kind(event) else { return Ok(()) };
                let mut line = Line::of(visit);
                if let Some(code) = refused {
                    line = line.refused(code);
                }
                if !about.is_empty() {
                    line = line.about(about);
                }
                super::journal(tx, key, visit.now, kind, line)
            }
        }
    }

    /// Tells the operator's team that a professional has made a passkey behind a printed code alone. A person is told of
    /// it herself, as of all news in her journal ([`crate::notice`]).
    pub(super) fn raise(&self, tx: &mut Tx<'_>, now: Instant) -> Answer<()> {
        match self.account().and_then(Account::rpps) {
            Some(rpps) => vigilance::made_key(tx, &rpps, now),
            None => Ok(()),
        }
    }

    /// When it was that she came in.
    pub(super) fn came_in(&self, tx: &mut Tx<'_>, now: Instant) -> Answer<()> {
        match self.account() {
            Some(account) => Ok(queries::account_came_in(tx, account.id, now)?),
            None => Ok(()),
        }
    }
}

/// The same sealed value under another account's number does not open.
fn domain(account: &Account) -> String {
    format!("{SEAL} {}", account.id)
}

/// The act of a space that says the same; what only accounts know has none.
fn kind(event: Event) -> Option<Kind> {
    match event {
        Event::Activated => Some(Kind::Activated),
        Event::SignedIn | Event::Confirmed => Some(Kind::SignedIn),
        Event::SignInRefused => Some(Kind::SignInRefused),
        Event::SignedOut => Some(Kind::SignedOut),
        Event::PasskeyAdded => Some(Kind::PasskeyAdded),
        Event::PasskeyRemoved => Some(Kind::PasskeyRemoved),
        Event::CodesMade => Some(Kind::RecoveryCodesMade),
        Event::WayInClosed => Some(Kind::WayInClosed),
        Event::WayInOpened => Some(Kind::WayInOpened),
        Event::CodeIssued
        | Event::SituationChosen
        | Event::Suspended
        | Event::Admitted
        | Event::ServiceEntered => None,
    }
}
