//! Recovery codes: ten, printed once, each good for one sign-in together with the matricule.

use kernel::codes::{heard, spoken};
use kernel::{Answer, Chance, Instant, PersonId, Visit};
use serde::Deserialize;
use store::{Keyring, Kind, Line, Tx};

use super::guard::{self, Knock, Subject};
use super::session::{self, Limits, Token};
use super::{Attempt, failed, find_typed, journal, may_sign_in, queries};
use crate::consent::Pass;

/// How many codes are made at a time.
pub const COUNT: usize = 10;

/// What somebody types to sign in without her passkey.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RecoveryForm {
    /// Matricule, with or without key and spaces.
    pub matricule: String,
    /// One of the codes, however it is typed.
    pub code: String,
}

fn code_hash(keyring: &Keyring, person: PersonId, typed: &str) -> Vec<u8> {
    let name = format!("{person}|{}", heard(typed));
    keyring.keyed_hash("recovery-code", name.as_bytes())[..16].to_vec()
}

/// Makes ten new codes; those from before stop working. They are not kept: show them now, once.
///
/// # Errors
/// Faults of the store.
pub fn make_codes(tx: &mut Tx<'_>, pass: &Pass, chance: &Chance) -> Answer<Vec<String>> {
    let (person, now) = (pass.person(), pass.visit().now);
    queries::forget_recovery_codes(tx, person)?;
    let codes: Vec<String> = (0..COUNT).map(|_| spoken(&chance.secret::<10>())).collect();
    for code in &codes {
        let hash = code_hash(tx.keyring(), person, code);
        queries::add_recovery_code(tx, person, &hash, now)?;
    }
    let line = pass.line().about(COUNT.to_string());
    journal(tx, pass.key(), now, Kind::RecoveryCodesMade, line)?;
    Ok(codes)
}

/// How many codes are left and when they were made; `None` when there are none.
///
/// # Errors
/// Faults of the store.
pub fn left(tx: &mut Tx<'_>, person: PersonId) -> Answer<Option<(i64, Instant)>> {
    Ok(queries::recovery_codes(tx, person)?)
}

/// Signs in with a code, which is then used up.
///
/// # Errors
/// Faults; inside, `sign-in-failed` whatever was wrong, or `slow-down`.
pub fn sign_in(
    tx: &mut Tx<'_>,
    form: &RecoveryForm,
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let named = Subject::named("ins", &form.matricule);
    let subjects = [named.clone(), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    let id = find_typed(tx, &form.matricule)?.unwrap_or(PersonId(0));
    let hash = code_hash(tx.keyring(), id, &form.code);
    let person = may_sign_in(tx, id)?;
    let used = queries::use_recovery_code(tx, id, &hash, visit.now)?;
    match person {
        Some(person) if used => {
            guard::forgive(tx, &named)?;
            session::signed_in(tx, visit, &person, "recovery-code", knock, terms).map(Ok)
        }
        person => {
            guard::count(tx, visit.now, &subjects)?;
            if let Some(person) = person {
                let line = Line::of(visit).refused("sign-in-failed").about("recovery-code");
                journal(tx, &person.key, visit.now, Kind::SignInRefused, line)?;
            }
            Ok(Err(failed()))
        }
    }
}
