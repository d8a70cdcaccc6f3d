//! Seeing with another's eyes: what changes before she saves, what a professional would see, who could see a document,
//! and what she hides.
//!
//! Everything here asks the code that decides when a professional or an app comes ([`consent::eyes`],
//! [`consent::app_eyes`]); nothing is decided here.
//!
//! | address | function |
//! | --- | --- |
//! | POST `/sharing/effect`, `/sharing/decide` | [`effect::ask`], [`effect::save`] |
//! | GET `/sharing/hidden`, `/sharing/hidden/choose` | [`hiding::show`], [`hiding::choose`] |
//! | GET `/sharing/preview` | [`preview::show`] |
//! | GET `/sharing/blocked`, `/sharing/senders` | [`met::blocked`], [`met::senders`] |
//! | GET `/documents/{entry}/who` | [`who::show`] |

pub mod effect;
pub mod hiding;
pub mod met;
pub mod preview;
pub mod who;

use kernel::rpps::Rpps;
use kernel::{Actor, Answer, App, Instant, Language, Professional, Purpose, Visit};
use people::consent::access::DOCTOR;
use people::consent::pages::ask;
use people::consent::{self, Action, Eyes, Mode, Pass, Sharing};
use store::Tx;
use ui::Words;

use super::fold::{self, Record, Seen};
use super::professions;
use crate::documents::model::Meta;
use crate::documents::shelf;

/// A space that is looked at with another's eyes.
pub(crate) struct Space {
    pass: Pass,
    record: Record,
}

impl Space {
    /// The space of the visitor, or of whom she acts for; `None` when she may decide who sees its documents but not
    /// read them herself.
    fn open(tx: &mut Tx<'_>, visit: &Visit, deciding: &Pass) -> Answer<Option<Self>> {
        if !deciding.may(Action::ReadRecord) {
            return Ok(None);
        }
        let pass = consent::open(tx, visit, deciding.person(), Action::ReadRecord)?;
        let record = Record::load(tx, pass.key())?;
        Ok(Some(Self { pass, record }))
    }

    /// What the visitor sees herself.
    fn own(&self) -> Seen {
        Seen::of(self.record.clone(), &self.pass)
    }

    /// What somebody else would see of it.
    fn seen_by(&self, eyes: &Eyes) -> Seen {
        Seen::through(self.record.clone(), &self.pass, eyes)
    }

    /// How many documents somebody's list would have.
    fn count(&self, eyes: &Eyes) -> usize {
        if eyes.opens() { shelf::standing(&self.seen_by(eyes)).len() } else { 0 }
    }
}

/// What the person decided, for whoever may decide it; nobody else is told.
pub(crate) fn decided(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Option<Sharing>> {
    let decides = matches!(pass.visit().actor, Actor::Citizen { .. }) && pass.may(Action::ManageSharing);
    Ok(if decides { Some(consent::sharing(tx, pass)?) } else { None })
}

/// Somebody through whose eyes the space is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Viewer {
    /// As the reader is told who it is.
    pub(crate) label: String,
    pub(crate) who: Professional,
    pub(crate) purpose: Purpose,
}

impl Viewer {
    fn eyes(&self, pass: &Pass, sharing: &Sharing) -> Answer<Eyes> {
        consent::eyes(pass, &self.who, self.purpose, sharing)
    }
}

/// An app, with who answers for it.
pub(crate) fn app_named(words: &Words, app: &App) -> String {
    let values = [("app", app.name.as_str().into()), ("organization", app.organization.as_str().into())];
    words.with("consent-who-app", &values).into_owned()
}

/// A professional with her profession: `Dr Claire MOREAU, cardiologue`.
pub(crate) fn named(words: &Words, who: &Professional) -> String {
    match professions::word(who, words.language()) {
        Some(job) => {
            let values = [("name", who.name.as_str().into()), ("job", job.into())];
            words.with("consent-who-job", &values).into_owned()
        }
        None => who.name.clone(),
    }
}

/// One of a profession whom nobody knows: the number is nobody's.
pub(crate) fn anybody(profession: &str, place: Option<(&str, &str)>) -> Option<Professional> {
    Some(Professional {
        rpps: Rpps::parse("00000000000")?,
        name: String::new(),
        profession: profession.to_owned(),
        specialty: None,
        structure: place.map(|(_, name)| name.to_owned()).unwrap_or_default(),
        finess: place.map(|(finess, _)| finess.to_owned()),
    })
}

/// Those who may see something by these decisions: her treating doctor, those allowed by name, teams, a doctor in an
/// emergency, and one who answers calls.
pub(crate) fn viewers(words: &Words, sharing: &Sharing, now: Instant) -> Answer<Vec<Viewer>> {
    let care = |label: String, who: Professional| Viewer { label, who, purpose: Purpose::Care };
    let mut all: Vec<Viewer> = Vec::new();
    if let Some(named) = &sharing.treating {
        let name = named.professional.name.as_str();
        let label = words.with("consent-who-treating", &[("name", name.into())]).into_owned();
        all.push(care(label, named.professional.clone()));
    }
    for permission in sharing.allowed.iter().rev().filter(|p| p.holds(now)) {
        let who = &permission.professional;
        if all.iter().all(|known| known.who.rpps != who.rpps) {
            all.push(care(named(words, who), who.clone()));
        }
    }
    for (finess, name) in places(sharing, now) {
        let label = words.with("consent-who-team", &[("place", name.as_str().into())]).into_owned();
        all.extend(anybody(DOCTOR, Some((&finess, &name))).map(|who| care(label, who)));
    }
    let mut without_asking = |key: &str, purpose: Purpose, place: Option<(&str, &str)>| {
        let label = words.t(key).into_owned();
        all.extend(anybody(DOCTOR, place).map(|who| Viewer { label, who, purpose }));
    };
    without_asking("consent-who-emergency", Purpose::Emergency, None);
    if let Some(finess) = consent::access::table()?.a_call_centre() {
        without_asking("consent-who-call-centre", Purpose::CallCentre, Some((finess, "")));
    }
    Ok(all)
}

/// Places whose team may look: FINESS number and name.
fn places(sharing: &Sharing, now: Instant) -> Vec<(String, String)> {
    let by_name = sharing.teams.iter().map(|team| (team.finess.clone(), team.name.clone()));
    let shared = (sharing.mode == Mode::Team).then(|| {
        let allowed = sharing.allowed.iter().filter(|p| p.holds(now)).map(|p| &p.professional);
        allowed.chain(sharing.treating.iter().map(|named| &named.professional))
    });
    let mut all: Vec<(String, String)> = by_name.collect();
    for who in shared.into_iter().flatten() {
        if let Some(finess) = &who.finess
            && sharing.allows_team(finess, now)
            && all.iter().all(|(known, _)| known != finess)
        {
            all.push((finess.clone(), who.structure.clone()));
        }
    }
    all
}

/// By what a document is hidden from professionals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    Document,
    Author,
    Family(String),
    Episode(String),
}

impl Hidden {
    /// How it is, by her decisions; `None` for a document that professionals may see.
    pub(crate) fn of(sharing: &Sharing, meta: &Meta, language: Language) -> Option<Self> {
        if !fold::is_hidden(sharing, meta) {
            return None;
        }
        if fold::word(sharing, meta) == Some(true) {
            return Some(Self::Document);
        }
        if sharing.families.contains(&meta.facts.class.code) {
            return Some(Self::Family(ask::family_name(language, &meta.facts.class.code).to_owned()));
        }
        // Where it is shown it bears a mark already ([`mark`]), which says nothing of who hid it.
        let mut bare = meta.clone();
        bare.facts.security.masked = false;
        let alone = |episode: &consent::Episode| {
            fold::is_hidden(&Sharing { episodes: vec![episode.clone()], ..Sharing::default() }, &bare)
        };
        let episode = sharing.episodes.iter().find(|episode| alone(episode));
        Some(episode.map_or(Self::Author, |episode| Self::Episode(episode.name.clone())))
    }

    /// Said.
    pub(crate) fn said(&self, words: &Words) -> String {
        let with = |key: &str, name: &str| words.with(key, &[("name", name.into())]).into_owned();
        match self {
            Self::Document => words.t("consent-hidden-by-document").into_owned(),
            Self::Author => words.t("consent-hidden-by-author").into_owned(),
            Self::Family(name) => with("consent-hidden-by-family", name),
            Self::Episode(name) => with("consent-hidden-by-episode", name),
        }
    }
}

/// Marks what professionals do not see by her decisions, for the lists of her own space: `masked` then says what is
/// so today, whoever wished it.
pub(crate) fn mark(seen: &mut Seen, sharing: &Sharing) {
    for meta in &mut seen.documents {
        meta.facts.security.masked = fold::is_hidden(sharing, meta);
    }
}
