//! Somebody is back, proven by her provider: whose space or account is hers.

use kernel::ins::Traits;
use kernel::rpps::Rpps;
use kernel::{Answer, Chance, PersonId, Refusal, Visit};
use oauth::relying::claims::claimed;
use store::Tx;

use super::ended::sign_on;
use super::model::{Held, Proven, Provider, Whom};
use super::{KEPT, PATIENCE, opened, queries, remember, sealed};
use crate::directory;
use crate::identity::guard::{self, Knock, Subject};
use crate::identity::outside::{Outsider, exists, keeps_out, typed};
use crate::identity::session::{Came, Limits, Token};
use crate::person::{self, Person, State};

/// What became of a sign-in whose proof is good. All of it is committed: journals and counts stay.
#[derive(Debug)]
pub enum Arrived {
    /// She is in.
    In {
        /// Her session.
        token: Token,
        /// What this room's cookie holds now: how to sign out of the provider.
        cookie: String,
        /// Where she wanted to go.
        next: String,
    },
    /// Nobody here is hers to open: no space, an opposed one, or traits that nearly fit. One answer for all of them.
    Unknown,
    /// More than one person has these traits; the cookie holds what was proven until she says which one she is.
    Several {
        /// This room's cookie.
        cookie: String,
    },
    /// Her provider said something else about her when she came before.
    Changed,
    /// She closed this way in herself.
    Shut,
    /// The directory does not know this professional, or no activity of hers.
    NotListed,
    /// Her account does not open.
    Closed(Refusal),
}

/// Takes over what a provider has proven: finds whose it is, signs her in, and remembers the link.
///
/// # Errors
/// Faults.
pub fn arrive(
    tx: &mut Tx<'_>,
    visit: &Visit,
    provider: &Provider,
    (proven, next): (&Proven, &str),
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Arrived> {
    let coming = Coming { provider, proven, next, visit, knock, terms };
    let linked = coming.linked(tx)?;
    match (&proven.whom, linked) {
        (None, _) => Ok(if provider.kind.is_work() { Arrived::NotListed } else { Arrived::Unknown }),
        (Some(Whom::Professional(rpps)), linked) => coming.professional(tx, rpps, linked),
        (Some(Whom::Traits(traits)), Some(owner)) => coming.again(tx, owner, Some(traits)),
        (Some(Whom::Ins(_, traits)), Some(owner)) => coming.again(tx, owner, traits.as_ref()),
        (Some(Whom::Traits(traits)), None) => coming.by_traits(tx, traits),
        (Some(Whom::Ins(ins, traits)), None) => {
            let found = person::find_by_ins(tx, ins)?.filter(|id| id.0 > 0);
            let found = match found {
                Some(id) => fitting(tx, id, traits.as_ref())?,
                None => None,
            };
            coming.or_unknown(tx, found)
        }
    }
}

/// She says which of several persons she is, by her INS. Wrong numbers are counted; too many make her wait.
///
/// # Errors
/// Faults; inside, `sign-in-failed` or `slow-down`, to be shown in the form; `None` when it took her too long.
pub fn decide<'p>(
    tx: &mut Tx<'_>,
    visit: &Visit,
    providers: &'p [Provider],
    (cookie, matricule): (&str, &str),
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Answer<Option<(&'p Provider, Result<Arrived, Refusal>)>> {
    let Some(Held::Deciding { provider, proven, next }) = opened(tx.keyring(), cookie, visit.now) else {
        return Ok(None);
    };
    let Some(provider) = providers.iter().find(|known| known.name == provider) else { return Ok(None) };
    let Some(Whom::Traits(traits)) = &proven.whom else { return Ok(None) };
    let named = Subject::named("outside", &format!("{}|{}", provider.name, proven.sub));
    let subjects = [named.clone(), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Some((provider, Err(slow))));
    }
    let coming = Coming { provider, proven: &proven, next: &next, visit, knock, terms };
    let found = typed(tx, matricule)?;
    let hers = candidates(tx, traits)?.into_iter().find(|person| Some(person.id) == found);
    match hers {
        Some(person) => {
            guard::forgive(tx, &named)?;
            coming.or_unknown(tx, Some(person)).map(|arrived| Some((provider, Ok(arrived))))
        }
        None => {
            guard::count(tx, visit.now, &subjects)?;
            let said = "This is the INS of nobody with these traits.";
            Ok(Some((provider, Err(Refusal::forbidden("sign-in-failed", said)))))
        }
    }
}

/// A space that its person may come to: closed ones too, for she may open hers again.
fn comes_in(person: &Person) -> bool {
    matches!(person.state, State::Open | State::Closed)
}

/// The persons whose every strict trait fits, the place of birth too.
fn candidates(tx: &mut Tx<'_>, traits: &Traits) -> Answer<Vec<Person>> {
    let mut found = Vec::new();
    for id in person::find_by_traits(tx, traits)? {
        found.extend(fitting(tx, id, Some(traits))?);
    }
    Ok(found)
}

/// This person, when she may come in and nothing said about her contradicts what we know.
fn fitting(tx: &mut Tx<'_>, id: PersonId, traits: Option<&Traits>) -> Answer<Option<Person>> {
    let fits = |person: &Person| {
        let own = &person.identity.traits;
        comes_in(person) && traits.is_none_or(|said| own.contradictions(&claimed(said)).is_empty())
    };
    Ok(person::load(tx, id)?.filter(fits))
}

/// Names whom a provider calls `sub` in the table.
pub(super) fn subject(tx: &Tx<'_>, provider: &Provider, sub: &str) -> Vec<u8> {
    let name = format!("{}\n{sub}", provider.issuer);
    tx.keyring().keyed_hash("outside-subject", name.as_bytes())[..16].to_vec()
}

struct Coming<'a> {
    provider: &'a Provider,
    proven: &'a Proven,
    next: &'a str,
    visit: &'a Visit,
    knock: &'a Knock,
    terms: (Limits, &'a Chance),
}

impl Coming<'_> {
    fn subject(&self, tx: &Tx<'_>) -> Vec<u8> {
        subject(tx, self.provider, &self.proven.sub)
    }

    /// For her journal: which provider, which level.
    fn through(&self) -> String {
        super::through(self.provider, &self.proven.acr)
    }

    /// Whose this outside identity was before. One whose owner is erased is nobody's.
    fn linked(&self, tx: &mut Tx<'_>) -> Answer<Option<i64>> {
        let subject = self.subject(tx);
        let Some(owner) = queries::owner(tx, &self.provider.name, &subject)? else { return Ok(None) };
        if exists(tx, owner)? {
            return Ok(Some(owner));
        }
        queries::unlink(tx, &self.provider.name, &subject)?;
        Ok(None)
    }

    /// She came before: what the provider says now must still fit. An INS leads to her or it has changed.
    fn again(&self, tx: &mut Tx<'_>, owner: i64, traits: Option<&Traits>) -> Answer<Arrived> {
        let Some(person) = person::load(tx, PersonId(owner))? else { return Ok(Arrived::Unknown) };
        if !comes_in(&person) {
            return Ok(Arrived::Unknown);
        }
        let same = match &self.proven.whom {
            Some(Whom::Ins(ins, _)) => *ins == person.identity.ins,
            _ => true,
        };
        let own = &person.identity.traits;
        if same && traits.is_none_or(|said| own.contradictions(&claimed(said)).is_empty()) {
            return self.or_unknown(tx, Some(person));
        }
        Outsider::person(&person).refused(tx, self.visit, &self.through(), "outside-changed")?;
        Ok(Arrived::Changed)
    }

    fn by_traits(&self, tx: &mut Tx<'_>, traits: &Traits) -> Answer<Arrived> {
        let mut found = candidates(tx, traits)?;
        if found.len() > 1 {
            let held = Held::Deciding {
                provider: self.provider.name.clone(),
                proven: self.proven.clone(),
                next: self.next.to_owned(),
            };
            let cookie = sealed(tx.keyring(), &held, self.visit.now.plus(PATIENCE))?;
            return Ok(Arrived::Several { cookie });
        }
        self.or_unknown(tx, found.pop())
    }

    fn or_unknown(&self, tx: &mut Tx<'_>, found: Option<Person>) -> Answer<Arrived> {
        match found {
            Some(person) => self.come_in(tx, &Outsider::person(&person)),
            None => Ok(Arrived::Unknown),
        }
    }

    fn professional(&self, tx: &mut Tx<'_>, rpps: &Rpps, linked: Option<i64>) -> Answer<Arrived> {
        // Without an activity she would come in nowhere, and gets no account.
        if directory::situations(tx, rpps)?.is_empty() {
            return Ok(Arrived::NotListed);
        }
        let her = Outsider::professional(tx, rpps, self.visit.now, self.terms.1)?;
        if linked.is_some_and(|owner| owner != her.number()) {
            her.refused(tx, self.visit, &self.through(), "outside-changed")?;
            return Ok(Arrived::Changed);
        }
        self.come_in(tx, &her)
    }

    fn come_in(&self, tx: &mut Tx<'_>, her: &Outsider) -> Answer<Arrived> {
        let (visit, proven) = (self.visit, self.proven);
        if queries::is_closed(tx, her.number(), &self.provider.name)? {
            her.refused(tx, visit, &self.through(), "outside-closed")?;
            return Ok(Arrived::Shut);
        }
        let came = Came { provider: self.provider.name.clone(), sid: proven.sid.clone() };
        let proof = (proven.auth_time, came);
        match her.sign_in(tx, visit, &self.through(), proof, self.knock, self.terms)? {
            Ok(token) => {
                if let Some(sid) = &proven.sid {
                    let hash = sign_on(tx, self.provider, sid);
                    queries::signed_on(tx, &hash, her.number(), visit.now.plus(KEPT))?;
                }
                let subject = self.subject(tx);
                queries::link(tx, &self.provider.name, &subject, her.number(), visit.now)?;
                let cookie = remember(tx, self.provider, &proven.id_token, visit, self.terms.1)?;
                Ok(Arrived::In { token, cookie, next: self.next.to_owned() })
            }
            Err(refusal) if keeps_out(&refusal) => Ok(Arrived::Closed(refusal)),
            Err(refusal) => Err(refusal),
        }
    }
}
