//! Recovery codes: ten, printed once, each good for one sign-in together with the matricule, or, for those who
//! work here, with the RPPS number or the name in the team.

use kernel::codes::{heard, spoken};
use kernel::{Answer, Chance, Instant, Visit};
use store::{Keyring, Tx};

use super::account::Event;
use super::guard::{self, Knock, Subject};
use super::holder::{Holder, Side};
use super::session::{self, Limits, Token};
use super::{Attempt, failed, queries};

/// How many codes are made at a time.
pub const COUNT: usize = 10;

/// What somebody types to sign in without her passkey.
#[derive(Clone, Debug)]
pub struct RecoveryForm {
    /// Where she knocks.
    pub side: Side,
    /// Matricule, RPPS number or name in the team, however it is typed.
    pub who: String,
    /// One of the codes, however it is typed.
    pub code: String,
}

fn code_hash(keyring: &Keyring, owner: i64, typed: &str) -> Vec<u8> {
    let name = format!("{owner}|{}", heard(typed));
    keyring.keyed_hash("recovery-code", name.as_bytes())[..16].to_vec()
}

/// Makes ten new codes; those from before stop working. They are not kept: show them now, once.
///
/// # Errors
/// Faults of the store.
pub fn make_codes(tx: &mut Tx<'_>, holder: &Holder, visit: &Visit, chance: &Chance) -> Answer<Vec<String>> {
    let (owner, now) = (holder.number(), visit.now);
    // Who asks twice at once has the ten of the later answer, not twenty.
    holder.lock(tx)?;
    queries::forget_recovery_codes(tx, owner)?;
    let codes: Vec<String> = (0..COUNT).map(|_| spoken(&chance.secret::<10>())).collect();
    for code in &codes {
        let hash = code_hash(tx.keyring(), owner, code);
        queries::add_recovery_code(tx, owner, &hash, now)?;
    }
    holder.journal(tx, visit, Event::CodesMade, &COUNT.to_string(), None)?;
    Ok(codes)
}

/// How many codes are left and when they were made; `None` when there are none.
///
/// # Errors
/// Faults of the store.
pub fn left(tx: &mut Tx<'_>, holder: &Holder) -> Answer<Option<(i64, Instant)>> {
    Ok(queries::recovery_codes(tx, holder.number())?)
}

/// Signs in with a code, which is then used up. She is told of it ([`crate::notice`]): who finds a code is not she.
///
/// # Errors
/// Faults; inside, `sign-in-failed` whatever was wrong, `slow-down`, or what keeps her account from opening.
pub fn sign_in(
    tx: &mut Tx<'_>,
    form: &RecoveryForm,
    visit: &Visit,
    knock: &Knock,
    terms: (Limits, &Chance),
) -> Attempt<Token> {
    let named = Subject::of(form.side, &form.who);
    let subjects = [named.clone(), Subject::network(knock)];
    if let Err(slow) = guard::admit(tx, visit.now, &subjects)? {
        return Ok(Err(slow));
    }
    let holder = Holder::typed(tx, form.side, &form.who)?;
    // Somebody who is not there is asked for like one who is: number 0 has no row anywhere.
    let owner = holder.as_ref().map_or(0, Holder::number);
    let hash = code_hash(tx.keyring(), owner, &form.code);
    let used = queries::use_recovery_code(tx, owner, &hash, visit.now)?;
    match holder {
        Some(holder) if used => {
            guard::forgive(tx, &named)?;
            session::signed_in(tx, visit, &holder, session::How::RecoveryCode, knock, terms)
        }
        holder => {
            guard::count(tx, visit.now, &subjects)?;
            if let Some(holder) = holder {
                holder.journal(tx, visit, Event::SignInRefused, "recovery-code", Some("sign-in-failed"))?;
            }
            Ok(Err(failed()))
        }
    }
}
