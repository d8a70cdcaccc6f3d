//! What she wishes, judged: which of her wishes become a decision, and which are refused, clearly.
//!
//! [`Wish`] is what a form says. [`resolve`] finds the names behind the numbers; [`problem`] is the rule, a pure
//! function; [`is_so`] says what need not be written again.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::rpps::Rpps;
use kernel::{Answer, App, Chance, EntryId, Instant, Professional, Refusal, RefusalKind};
use store::Tx;

use super::access::DOCTOR;
use super::decision::{Decision, Episode, Mode, Named, RefusedSender, Team};
use super::pass::{Action, Pass};
use super::sharing::{Sharing, Word};
use super::{queries, sharing};
use crate::{directory, registry};

/// What somebody wishes who may decide about sharing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says it; see Decision")]
pub enum Wish {
    Share(Mode),
    Block(Rpps),
    Unblock(Rpps),
    /// By FINESS number.
    AllowTeam(String),
    /// By FINESS number.
    DisallowTeam(String),
    NameTreatingDoctor(Rpps),
    EndTreatingDoctor,
    RefuseEmergency(bool),
    RefuseCallCentre(bool),
    /// The organisation as its software is registered: FINESS number, else name.
    RefuseSender {
        organization: String,
        motive: String,
    },
    /// The same organisation again.
    AcceptSender(String),
    Hide {
        entry: EntryId,
        hidden: bool,
    },
    /// A family of documents (TRE_A03).
    HideFamily {
        class: String,
        hidden: bool,
    },
    /// Documents of care from this day to that, both included.
    HideEpisode {
        name: String,
        from: Date,
        last: Date,
        organization: Option<String>,
    },
    /// By [`Episode::id`].
    ShowEpisode(String),
    /// By [`super::Loan::id`].
    EndLoan(String),
    /// By [`kernel::App::connection`].
    Disconnect(String),
}

/// The longest name and motive that are kept, in characters.
const LONGEST: usize = 500;
/// So many of one sort and no more: a fold is read at every request of a professional.
const MOST: usize = 200;
/// Documents hidden one by one.
const MOST_ENTRIES: usize = 2_000;
/// The longest time of care, in days.
const LONGEST_EPISODE: i64 = 366 * 5;

/// Judges a wish and says what would be written; `None` when it is so already. Reads only.
///
/// # Errors
/// `Invalid` at the field of what cannot be; a fault under another action's pass than [`Action::ManageSharing`].
pub fn intend(tx: &mut Tx<'_>, pass: &Pass, wish: Wish, chance: &Chance) -> Answer<Option<Decision>> {
    super::must_be(pass, Action::ManageSharing, "a decision was taken")?;
    let sharing = super::sharing(tx, pass)?;
    let decision = resolve(tx, pass, &sharing, wish, chance)?;
    if let Some((code, field)) = problem(&sharing, &decision) {
        return Err(Refusal::invalid(code, field, "This cannot be decided as it was said."));
    }
    // Whether a word on a document is still her last one hangs on documents that whoever acts for her may not know of:
    // to her it is said again.
    let is_hers_to_know = pass.standing().is_none() || !matches!(decision, Decision::Hide { .. });
    Ok((!(is_hers_to_know && is_so(&sharing, &decision))).then_some(decision))
}

/// As [`intend`], and writes it down. `false` when it was so already. Idempotent.
///
/// # Errors
/// As [`intend`]; faults of the store.
pub fn decide(tx: &mut Tx<'_>, pass: &Pass, wish: Wish, chance: &Chance) -> Answer<bool> {
    tx.lock_person(pass.person())?;
    let Some(decision) = intend(tx, pass, wish, chance)? else { return Ok(false) };
    sharing::append_decision(tx, pass, &decision)?;
    match &decision {
        Decision::RefuseSender(_) | Decision::AcceptSender(_) => keep_hint(tx, pass.key())?,
        Decision::EndLoan(id) => super::lending::forget(tx, pass.person(), id)?,
        _ => {}
    }
    Ok(true)
}

/// Makes what a deposit looks at first fit what she decided.
pub(super) fn keep_hint(tx: &mut Tx<'_>, key: &store::SpaceKey) -> Answer<()> {
    let refuses = !sharing::fold(tx, key)?.refused_senders.is_empty();
    Ok(queries::set_refuses(tx, key.person(), refuses)?)
}

/// The decision behind a wish: names as the directory has them today, moments, a name of its own.
fn resolve(tx: &mut Tx<'_>, pass: &Pass, sharing: &Sharing, wish: Wish, chance: &Chance) -> Answer<Decision> {
    let since = pass.visit().now;
    Ok(match wish {
        Wish::Share(mode) => Decision::Share(mode),
        Wish::Block(rpps) => Decision::Block(Named { professional: known(tx, &rpps)?, since }),
        Wish::Unblock(rpps) => Decision::Unblock(rpps),
        Wish::AllowTeam(finess) => {
            let name = place(tx, sharing, &finess)?;
            Decision::AllowTeam(Team { finess, name, since })
        }
        Wish::DisallowTeam(finess) => Decision::DisallowTeam(finess),
        Wish::NameTreatingDoctor(rpps) => {
            Decision::NameTreatingDoctor(Named { professional: doctor(tx, &rpps)?, since })
        }
        Wish::EndTreatingDoctor => Decision::EndTreatingDoctor,
        Wish::RefuseEmergency(refused) => Decision::RefuseEmergency(refused),
        Wish::RefuseCallCentre(refused) => Decision::RefuseCallCentre(refused),
        Wish::RefuseSender { organization, motive } => {
            let name = sender(tx, &organization)?;
            let motive = motive.trim().chars().take(LONGEST).collect();
            Decision::RefuseSender(RefusedSender { organization, name, motive, since })
        }
        Wish::AcceptSender(organization) => Decision::AcceptSender(organization),
        Wish::Hide { entry, hidden } => {
            if entry.person != pass.person() {
                return Err(Refusal::invalid("entry-unknown", "entry", "This is not a document of hers."));
            }
            Decision::Hide { entry, hidden }
        }
        Wish::HideFamily { class, hidden } => Decision::HideFamily { class, hidden },
        Wish::HideEpisode { name, from, last, organization } => Decision::HideEpisode(Episode {
            id: format!("{:016x}", chance.u64()),
            name: name.trim().chars().take(LONGEST).collect(),
            from: midnight(from)?,
            // The first moment that is not of the last day any more.
            until: midnight(last.checked_add(1.day()).map_err(|_| wrong_days())?)?,
            organization: organization.filter(|only| !only.trim().is_empty()),
        }),
        Wish::ShowEpisode(id) => Decision::ShowEpisode(id),
        Wish::EndLoan(id) => Decision::EndLoan(id),
        Wish::Disconnect(connection) => {
            let its = sharing.apps.iter().find(|known| known.app.connection == connection);
            // One that is not there is cut already.
            let cut = || App {
                connection,
                client_id: String::new(),
                name: String::new(),
                organization: String::new(),
            };
            Decision::Disconnect(its.map_or_else(cut, |known| known.app.clone()))
        }
    })
}

/// The first moment of a day, on a clock of metropolitan France.
fn midnight(day: Date) -> Answer<Instant> {
    let zone = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
    let moment = day.to_zoned(zone).map_err(|_| wrong_days())?;
    Ok(Instant::from(moment.timestamp()))
}

fn wrong_days() -> Refusal {
    Refusal::invalid("episode-days", "last", "These days are no time of care.")
}

fn known(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<Professional> {
    let known = registry::professional(tx, rpps)?.map(|known| known.professional);
    let said = "No professional has this RPPS number.";
    known.ok_or_else(|| Refusal::invalid("professional-unknown", "rpps", said))
}

/// A professional who is a doctor in one of her activities (TRE_G15 code 10).
fn doctor(tx: &mut Tx<'_>, rpps: &Rpps) -> Answer<Professional> {
    let professional = known(tx, rpps)?;
    let is_doctor = professional.profession == DOCTOR
        || directory::situations(tx, rpps)?.iter().any(|one| one.profession == DOCTOR);
    if is_doctor {
        return Ok(professional);
    }
    Err(Refusal::invalid("not-a-doctor", "rpps", "Only a doctor is somebody's treating doctor."))
}

/// The name of a place: of somebody whom she knows there, else the directory's.
fn place(tx: &mut Tx<'_>, sharing: &Sharing, finess: &str) -> Answer<String> {
    let hers = sharing.allowed.iter().map(|p| &p.professional);
    let hers = hers.chain(sharing.treating.iter().map(|named| &named.professional));
    let there = hers.filter(|one| !finess.is_empty() && one.finess.as_deref() == Some(finess));
    if let Some(one) = there.into_iter().next() {
        return Ok(one.structure.clone());
    }
    let said = "No place has this FINESS number.";
    queries::place(tx, finess)?.ok_or_else(|| Refusal::invalid("team-unknown", "finess", said))
}

/// The name of a registered sender.
fn sender(tx: &mut Tx<'_>, organization: &str) -> Answer<String> {
    let clients = registry::clients(tx)?.into_iter();
    let mut named = clients.filter(|client| client.software().sender() == organization);
    let said = "No organisation that may send documents has this name.";
    let found = named.next().ok_or_else(|| Refusal::invalid("sender-unknown", "organization", said))?;
    Ok(found.organization)
}

/// Whether these are words that say something: three of them at least.
#[must_use]
pub fn says_why(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    words >= 3 && text.chars().filter(|c| c.is_alphanumeric()).count() >= 8
}

/// The rule: what is wrong with a decision, as a code and the field it stands at.
#[must_use]
pub fn problem(sharing: &Sharing, decision: &Decision) -> Option<(&'static str, &'static str)> {
    let full = |count: usize, most: usize| count >= most && !is_so(sharing, decision);
    match decision {
        Decision::Share(Mode::Unasked) => Some(("mode-unknown", "mode")),
        Decision::NameTreatingDoctor(named) if sharing.blocks(&named.professional.rpps) => {
            Some(("blocked", "rpps"))
        }
        // Those who act for her are told who is her treating doctor.
        Decision::NameTreatingDoctor(named) if sharing.keeps_now(&named.professional.rpps) => {
            Some(("treating-kept", "rpps"))
        }
        Decision::RefuseSender(sender) if !says_why(&sender.motive) => Some(("motive-short", "motive")),
        Decision::HideFamily { class, .. } if !is_code(class) => Some(("family-unknown", "family")),
        Decision::HideEpisode(episode) if episode.name.is_empty() => Some(("episode-name", "name")),
        Decision::HideEpisode(episode)
            if episode.until <= episode.from
                || episode.until.0 - episode.from.0 > LONGEST_EPISODE * Instant::DAY =>
        {
            Some(("episode-days", "last"))
        }
        Decision::Block(_) if full(sharing.blocked.len(), MOST) => Some(("many", "rpps")),
        Decision::AllowTeam(_) if full(sharing.teams.len(), MOST) => Some(("many", "finess")),
        Decision::RefuseSender(_) if full(sharing.refused_senders.len(), MOST) => {
            Some(("many", "organization"))
        }
        Decision::HideEpisode(_) if full(sharing.episodes.len(), MOST) => Some(("many", "name")),
        Decision::Hide { .. } if full(sharing.entries.len(), MOST_ENTRIES) => Some(("many", "entry")),
        _ => None,
    }
}

/// A code as terminologies write them.
fn is_code(code: &str) -> bool {
    (1..=20).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Whether things are as the decision says already.
#[must_use]
pub fn is_so(sharing: &Sharing, decision: &Decision) -> bool {
    match decision {
        Decision::Share(mode) => sharing.mode == *mode,
        Decision::Block(named) => sharing.blocks(&named.professional.rpps),
        Decision::Unblock(rpps) => !sharing.blocks(rpps),
        Decision::AllowTeam(team) => sharing.teams.iter().any(|known| known.finess == team.finess),
        Decision::DisallowTeam(finess) => sharing.teams.iter().all(|team| team.finess != *finess),
        Decision::NameTreatingDoctor(named) => sharing.is_treating(&named.professional.rpps),
        Decision::EndTreatingDoctor => sharing.treating.is_none(),
        Decision::RefuseEmergency(refused) => sharing.refuses_emergency == *refused,
        Decision::RefuseCallCentre(refused) => sharing.refuses_call_centre == *refused,
        Decision::RefuseSender(sender) => sharing
            .refused_senders
            .iter()
            .any(|known| known.organization == sender.organization && known.motive == sender.motive),
        Decision::AcceptSender(organization) => {
            sharing.refused_senders.iter().all(|known| known.organization != *organization)
        }
        // What she shows is what she sees as she says so: a copy that has come since is shown by saying it again.
        Decision::Hide { hidden: false, .. } => false,
        Decision::Hide { entry, hidden: true } => sharing.entries.get(entry).is_some_and(|word| {
            // A later word on another version or copy of it may have said the contrary.
            let unsaid = |later: &Word| later.seq > word.seq && !later.hidden;
            word.hidden && !sharing.entries.values().any(unsaid)
        }),
        Decision::HideFamily { class, hidden } => sharing.families.contains(class) == *hidden,
        Decision::HideEpisode(episode) => {
            let same = |known: &Episode| Episode { id: episode.id.clone(), ..known.clone() } == *episode;
            sharing.episodes.iter().any(same)
        }
        Decision::ShowEpisode(id) => sharing.episodes.iter().all(|episode| episode.id != *id),
        Decision::Lend(_) => false,
        Decision::EndLoan(id) => sharing.loans.iter().all(|loan| loan.id != *id),
        Decision::Connect(_) => false,
        Decision::Disconnect(app) => {
            sharing.apps.iter().all(|connection| connection.app.connection != app.connection)
        }
    }
}

/// The refusal of one thing more than there is room for.
pub(super) fn many() -> Refusal {
    Refusal::new(RefusalKind::Conflict, "many", "There are too many of these already; end one first.")
}
