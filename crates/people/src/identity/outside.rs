//! The way in for those whom an outside provider has proven (`crate::outside`): it says who it is, we say what she may
//! do, exactly as after a passkey.

use kernel::rpps::Rpps;
use kernel::{Answer, Chance, Instant, PersonId, Refusal, Visit};
use store::Tx;

use super::account::{self, AccountKind, Event};
use super::arrival::{self, How};
use super::guard::Knock;
use super::holder::Holder;
use super::session::{Came, Limits, Token};
use super::{Attempt, passkeys, queries, recovery};
use crate::enrolment::tally;
use crate::person::Person;

/// Somebody whom an outside provider has proven.
pub(crate) struct Outsider(Holder);

impl Outsider {
    /// A person whose space is open or closed; whether it is, the caller has looked.
    pub(crate) fn person(person: &Person) -> Self {
        Self(Holder::of_person(person))
    }

    /// A professional of the directory. She gets an account if she has none: a national provider's word is worth more
    /// than a code from a letter.
    pub(crate) fn professional(tx: &mut Tx<'_>, rpps: &Rpps, now: Instant, chance: &Chance) -> Answer<Self> {
        let known = account::account(tx, AccountKind::Professional, rpps.as_str())?;
        let account = match known {
            Some(account) => account,
            None => account::open(tx, AccountKind::Professional, rpps.as_str(), now, chance)?,
        };
        Holder::of_account(tx, account).map(Self)
    }

    /// The number of her account or person in the tables.
    pub(crate) fn number(&self) -> i64 {
        self.0.number()
    }

    /// Whoever acts, at what lets her in.
    ///
    /// # Errors
    /// As `consent::open`; `SignIn` for whoever has no account.
    pub(crate) fn acting(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Self> {
        super::pages::own(tx, visit).map(Self)
    }

    /// Whether she comes in without any outside provider: by a passkey or a recovery code. Others who change what lets
    /// her in wait until this transaction is over.
    pub(crate) fn has_key(&self, tx: &mut Tx<'_>) -> Answer<bool> {
        self.0.lock(tx)?;
        Ok(!passkeys::list(tx, &self.0)?.is_empty() || recovery::left(tx, &self.0)?.is_some())
    }

    /// Writes into her journal that she changed how she comes in.
    pub(crate) fn changed(&self, tx: &mut Tx<'_>, visit: &Visit, event: Event, provider: &str) -> Answer<()> {
        self.0.journal(tx, visit, event, provider, None)
    }

    /// Signs her in. `through` names the provider and the level, for her journal; `proven` is when she proved there that
    /// it is she, which an open session at the provider makes older than now; `came` lets the provider end it.
    ///
    /// # Errors
    /// Faults; inside, what keeps an account from opening.
    pub(crate) fn sign_in(
        &self,
        tx: &mut Tx<'_>,
        visit: &Visit,
        through: &str,
        (proven, came): (Option<Instant>, Came),
        knock: &Knock,
        terms: (Limits, &Chance),
    ) -> Attempt<Token> {
        let proven = proven.map(|at| at.min(visit.now));
        let how = (How::Outside { proven, came }, through);
        let arrived = arrival::signed_in_through(tx, visit, &self.0, how, knock, terms)?;
        // Who comes in for the first time this way needs no code from a letter: her space is in use from now on.
        let person = PersonId(self.number());
        if arrived.is_ok() && self.0.account().is_none() && queries::activated(tx, person, visit.now)? {
            tally::add(tx, visit.now, &self.0.scope, "activated", "", 1)?;
        }
        Ok(arrived)
    }

    /// Writes into her journal that somebody came with her outside identity and was not let in.
    pub(crate) fn refused(
        &self,
        tx: &mut Tx<'_>,
        visit: &Visit,
        through: &str,
        code: &'static str,
    ) -> Answer<()> {
        self.0.journal(tx, visit, Event::SignInRefused, through, Some(code))
    }
}

/// Whether the number of a link still leads to somebody: to an account, or to a person who is not erased.
pub(crate) fn exists(tx: &mut Tx<'_>, number: i64) -> Answer<bool> {
    if number > 0 {
        return Ok(crate::person::load(tx, PersonId(number))?.is_some());
    }
    Ok(queries::account(tx, -number)?.is_some())
}

/// The person behind a matricule as she typed it.
pub(crate) fn typed(tx: &mut Tx<'_>, matricule: &str) -> Answer<Option<PersonId>> {
    super::find_typed(tx, matricule)
}

/// Whether it is the account that keeps somebody out whose proof is good.
pub(crate) fn keeps_out(refusal: &Refusal) -> bool {
    matches!(refusal.code(), "account-suspended" | "no-situation")
}
