//! The journal in plain sentences: who did what, how often, by what right. Pure.

use std::collections::HashMap;

use kernel::{Actor, EntryId, Instant, Language, PersonId, Purpose, Right, Seq};
use store::{Kind, Line, Outcome};
use ui::Words;

use super::professions;
use crate::documents::plain;

/// One act of the journal, as far as its line tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its rank.
    pub seq: Seq,
    /// When.
    pub at: Instant,
    /// What kind of act.
    pub kind: Kind,
    /// The document it is about.
    pub entry: Option<EntryId>,
    /// Its line.
    pub line: Line,
}

/// Acts of one day that make one sentence: the same person doing the same thing with the same outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<'a> {
    /// The acts, newest first; never empty.
    pub acts: Vec<&'a Entry>,
}

impl Told<'_> {
    /// How much was done: opening the page of a document and then its file is reading one document.
    #[must_use]
    pub fn count(&self) -> usize {
        let mut documents: Vec<EntryId> = self.acts.iter().filter_map(|act| act.entry).collect();
        documents.sort_unstable();
        documents.dedup();
        let without = self.acts.iter().filter(|act| act.entry.is_none()).count();
        documents.len() + without
    }
}

/// Groups the acts of one day (newest first) into what is told together: what somebody else did in a row,
/// and what the reader herself looked at all day.
#[must_use]
pub fn group<'a>(day: &[&'a Entry], reader: &Reader) -> Vec<Told<'a>> {
    let mut told: Vec<Told<'a>> = Vec::new();
    for entry in day {
        let own_look = is_look(entry.kind) && reader.is_me(&entry.line.actor);
        let last = told.len().saturating_sub(1);
        let place = told.iter().enumerate().position(|(i, group)| {
            let first = group.acts[0];
            (i == last || own_look)
                && first.kind == entry.kind
                && first.line.actor == entry.line.actor
                && first.line.outcome == entry.line.outcome
                && first.line.on_behalf_of == entry.line.on_behalf_of
                && (first.line.purpose, first.line.right) == (entry.line.purpose, entry.line.right)
                && is_look_up(first) == is_look_up(entry)
                && (first.kind != Kind::SignedIn || first.line.about == entry.line.about)
                && is_counted(entry.kind)
        });
        match place {
            Some(i) => told[i].acts.push(entry),
            None => told.push(Told { acts: vec![entry] }),
        }
    }
    told
}

/// What the line of a [`Kind::Searched`] is about when somebody looked whether the person has a space, and not for
/// something in it.
pub const LOOKED_UP: &str = "space";

/// Whether somebody only asked whether there is a space.
pub(crate) fn is_look_up(entry: &Entry) -> bool {
    entry.kind == Kind::Searched && entry.line.about.as_deref() == Some(LOOKED_UP)
}

/// Looking at something, as opposed to changing something.
#[must_use]
pub fn is_look(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ListRead
            | Kind::DocumentRead
            | Kind::Searched
            | Kind::JournalRead
            | Kind::ProfileRead
            | Kind::SharingRead
            | Kind::Downloaded
            | Kind::Indexed
    )
}

/// Kinds of acts of which several make one sentence with their number.
fn is_counted(kind: Kind) -> bool {
    is_look(kind)
        || matches!(
            kind,
            Kind::Deposited
                | Kind::DepositRefused
                | Kind::Refused
                | Kind::SignInRefused
                | Kind::SignedIn
                | Kind::ReportRead
        )
}

/// The word under which a kind's sentence stands in `journal.ftl`.
#[must_use]
pub fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Opened => "opened",
        Kind::Closed => "closed",
        Kind::Reopened => "reopened",
        Kind::IdentityUpdated => "identity-updated",
        Kind::Activated => "activated",
        Kind::SignedIn => "signed-in",
        Kind::SignInRefused => "sign-in-refused",
        Kind::SignedOut => "signed-out",
        Kind::PasskeyAdded => "passkey-added",
        Kind::PasskeyRemoved => "passkey-removed",
        Kind::RecoveryCodesMade => "recovery-codes-made",
        Kind::WayInClosed => "way-in-closed",
        Kind::WayInOpened => "way-in-opened",
        Kind::Deposited => "deposited",
        Kind::Withdrawn => "withdrawn",
        Kind::Amended => "amended",
        Kind::DepositRefused => "deposit-refused",
        Kind::Allowed => "allowed",
        Kind::Disallowed => "disallowed",
        Kind::DelegationOffered => "delegation-offered",
        Kind::DelegationAccepted => "delegation-accepted",
        Kind::DelegationRenewed => "delegation-renewed",
        Kind::DelegationEnded => "delegation-ended",
        Kind::GuardianBegan => "guardian-began",
        Kind::GuardianEnded => "guardian-ended",
        Kind::KeptSecret => "kept-secret",
        Kind::SecretLifted => "secret-lifted",
        Kind::ActingBegan => "acting-began",
        Kind::AssistedAtDesk => "assisted-at-desk",
        Kind::PermissionKept => "permission-kept",
        Kind::PermissionShown => "permission-shown",
        Kind::InvitationTaken => "invitation-taken",
        Kind::GuardiansRead => "guardians-read",
        Kind::ListRead => "list-read",
        Kind::DocumentRead => "document-read",
        Kind::Searched => "searched",
        Kind::JournalRead => "journal-read",
        Kind::Exported => "exported",
        Kind::ProfileRead => "profile-read",
        Kind::SharingRead => "sharing-read",
        Kind::Downloaded => "downloaded",
        Kind::Indexed => "indexed",
        Kind::Reported => "reported",
        Kind::ReportRead => "report-read",
        Kind::ReportAnswered => "report-answered",
        Kind::ReportClosed => "report-closed",
        Kind::NoticeChosen => "notice-chosen",
        Kind::NoticeSent => "notice-sent",
        Kind::Refused => "refused",
        Kind::Decided => "decided",
        Kind::GlassBroken => "glass-broken",
        Kind::CallAnswered => "call-answered",
        Kind::SecretBegan => "secret-began",
        Kind::SecretEnded => "secret-ended",
        Kind::Announced => "announced",
    }
}

/// Who reads the journal, and the names and ties its sentences need.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Whose journal it is.
    pub owner: PersonId,
    /// As others call her.
    pub name: String,
    /// Who reads: the owner, or somebody who acts for her.
    pub me: PersonId,
    /// What those who acted are to the owner, as the keys `journal-link-…` name it.
    pub links: HashMap<PersonId, String>,
    /// Names of professionals by their RPPS numbers.
    pub professionals: HashMap<String, String>,
}

impl Reader {
    /// The owner herself, without names.
    #[must_use]
    pub fn owner(owner: PersonId) -> Self {
        Self { owner, name: String::new(), me: owner, links: HashMap::new(), professionals: HashMap::new() }
    }

    /// True for what the reader did herself.
    pub(crate) fn is_me(&self, actor: &Actor) -> bool {
        matches!(actor, Actor::Citizen { person, .. } if *person == self.me)
    }
}

/// `Claire MARTIN, votre mère`, as the owner reads it; to others the bare name.
fn citizen(words: &Words, person: PersonId, name: &str, reader: &Reader) -> String {
    if person == reader.owner {
        return if reader.name.is_empty() { name.to_owned() } else { reader.name.clone() };
    }
    let link = reader.links.get(&person).filter(|_| reader.me == reader.owner);
    match link.and_then(|link| words.known(&format!("journal-link-{link}"))) {
        Some(link) => {
            words.with("journal-acting-as", &[("name", name.into()), ("link", link.into())]).into_owned()
        }
        None => name.to_owned(),
    }
}

/// Who acted, as a sentence begins: `Vous`, `Claire MARTIN, votre mère`, `Dr Claire Moreau, cardiologue (Clinique
/// des Tilleuls)`.
#[must_use]
pub fn who(words: &Words, actor: &Actor, reader: &Reader) -> String {
    match actor {
        _ if reader.is_me(actor) => words.t("journal-you").into_owned(),
        Actor::Citizen { person, name } => citizen(words, *person, name, reader),
        Actor::Professional(professional) => {
            let mut said = professional.name.clone();
            if let Some(word) = professions::word(professional, words.language()) {
                said.push_str(", ");
                said.push_str(word);
            }
            if !professional.structure.is_empty() {
                said = format!("{said} ({})", professional.structure);
            }
            said
        }
        Actor::App(app) => words
            .with(
                "journal-app",
                &[("app", app.name.as_str().into()), ("organization", app.organization.as_str().into())],
            )
            .into_owned(),
        Actor::Software(software) => software.organization.clone(),
        Actor::Operator { .. } => words.t("journal-operator").into_owned(),
        Actor::System { .. } => words.t("journal-system").into_owned(),
        Actor::Nobody => words.t("journal-nobody").into_owned(),
    }
}

/// `Claire MARTIN, votre mère, pour vous,`: the one who acted with the one whose rights she used.
fn who_for(words: &Words, line: &Line, reader: &Reader) -> String {
    let who = who(words, &line.actor, reader);
    // An app reads with her rights and not for her: what it does is its own doing.
    let acts_for_her = matches!(line.actor, Actor::Citizen { .. }) && line.on_behalf_of == Some(reader.owner);
    if !acts_for_her || reader.is_me(&line.actor) {
        return who;
    }
    let who = ("who", who.into());
    if reader.me == reader.owner {
        return words.with("journal-acting-for", &[who]).into_owned();
    }
    words.with("journal-acting-for-other", &[who, ("name", reader.name.as_str().into())]).into_owned()
}

/// The sentence: `Dr Claire Moreau, cardiologue (Clinique des Tilleuls) a lu 2 documents`.
#[must_use]
pub fn sentence(words: &Words, told: &Told<'_>, reader: &Reader) -> String {
    let first = told.acts[0];
    let me = reader.is_me(&first.line.actor);
    let person = if me { "you" } else { "other" };
    let presence = first.kind == Kind::Allowed && matches!(first.line.actor, Actor::Professional(_));
    let refused = matches!(first.line.outcome, Outcome::Refused(_))
        && !matches!(first.kind, Kind::Refused | Kind::DepositRefused | Kind::SignInRefused);
    let word = if presence && first.line.right == Some(Right::Code) {
        "code-typed"
    } else if presence {
        "presence"
    } else if refused {
        "refused"
    } else if is_look_up(first) {
        "looked-up"
    } else if let Some((connected, _)) = app(first) {
        if connected { "app-connected" } else { "app-disconnected" }
    } else {
        word(first.kind)
    };
    let about = first.line.about.clone().unwrap_or_default();
    let how = match (first.kind, &first.line.actor) {
        _ if people::outside::told(&about).is_some() => "outside".to_owned(),
        (Kind::SignedOut, Actor::System { .. }) => "service".to_owned(),
        _ => about.clone(),
    };
    let whom = match first.kind {
        Kind::Allowed | Kind::Disallowed | Kind::PermissionKept | Kind::PermissionShown => {
            reader.professionals.get(&about).cloned().unwrap_or_else(|| format!("RPPS {about}"))
        }
        Kind::ActingBegan if about.is_empty() => "none".to_owned(),
        Kind::Decided => app(first).map(|(_, name)| name.to_owned()).unwrap_or_default(),
        Kind::SignedIn | Kind::SignedOut => {
            people::outside::told(&about).map(str::to_owned).unwrap_or_default()
        }
        Kind::DelegationOffered
        | Kind::DelegationAccepted
        | Kind::DelegationRenewed
        | Kind::DelegationEnded
        | Kind::GuardianBegan
        | Kind::GuardianEnded
        | Kind::ActingBegan
        | Kind::WayInClosed
        | Kind::WayInOpened => about,
        _ => String::new(),
    };
    let values = [
        ("who", who_for(words, &first.line, reader).into()),
        ("person", person.into()),
        ("count", told.count().into()),
        ("whom", whom.into()),
        ("how", how.into()),
    ];
    // A number that goes without saying leaves a space behind.
    let said = words.with(&format!("journal-{word}"), &values).trim_end().to_owned();
    // What the reader did for the owner, in the owner's journal.
    if me && reader.me != reader.owner {
        let values = [("sentence", said.into()), ("name", reader.name.as_str().into())];
        return words.with("journal-you-for", &values).into_owned();
    }
    said
}

/// The names of the documents' types a sentence is about, once each, at most four.
#[must_use]
pub fn types(told: &Told<'_>, language: Language) -> Vec<String> {
    let about_types = matches!(
        told.acts[0].kind,
        Kind::Deposited
            | Kind::DocumentRead
            | Kind::Downloaded
            | Kind::Indexed
            | Kind::Withdrawn
            | Kind::Amended
            | Kind::DepositRefused
            | Kind::KeptSecret
            | Kind::SecretLifted
    );
    let mut names: Vec<String> = Vec::new();
    if about_types {
        for act in &told.acts {
            let Some(code) = act.line.about.as_deref().filter(|code| !code.is_empty()) else { continue };
            let name = plain::type_name(code, language).to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.len() > 4 {
        names.truncate(4);
        names.push("…".to_owned());
    }
    names
}

/// Why it was refused, as a person understands it; `None` for what was done.
#[must_use]
pub fn why(words: &Words, line: &Line) -> Option<String> {
    let Outcome::Refused(code) = &line.outcome else { return None };
    let known = words.known(&format!("journal-why-{code}"));
    Some(known.unwrap_or_else(|| words.t("journal-why-other")).into_owned())
}

/// By what right she was let in, as the journal's owner understands it: `Parce que vous avez autorisé cette personne`;
/// `None` for who needs none, and where the sentence itself says it.
#[must_use]
pub fn right(words: &Words, entry: &Entry, reader: &Reader) -> Option<String> {
    let right = entry.line.right?;
    let said_already = matches!(entry.kind, Kind::GlassBroken | Kind::CallAnswered | Kind::SecretBegan)
        || (right == Right::Code && entry.kind == Kind::Allowed)
        || (right == Right::Asking && entry.kind == Kind::Allowed);
    if said_already {
        return None;
    }
    let place = match &entry.line.actor {
        Actor::Professional(professional) => professional.structure.as_str(),
        _ => "",
    };
    let hers = if reader.me == reader.owner { "yes" } else { "no" };
    let values = [("hers", hers.into()), ("name", reader.name.as_str().into()), ("place", place.into())];
    Some(words.with(&format!("journal-right-{}", right.word()), &values).into_owned())
}

/// What the line of a decision about an app says: whether it was connected, and its name (`app Mon suivi`, `app-end Mon
/// suivi`: `Decision::about`).
#[must_use]
pub(crate) fn app(entry: &Entry) -> Option<(bool, &str)> {
    let about = entry.line.about.as_deref().filter(|_| entry.kind == Kind::Decided);
    let (word, name) = about?.split_once(' ')?;
    match word {
        "app" => Some((true, name)),
        "app-end" => Some((false, name)),
        _ => None,
    }
}

/// Under which exception it was done; `None` for what needs none.
#[must_use]
pub fn mode(words: &Words, line: &Line) -> Option<String> {
    let key = match line.purpose {
        Purpose::Emergency => "journal-mode-emergency",
        Purpose::CallCentre => "journal-mode-call-centre",
        Purpose::Secret => "journal-mode-secret",
        Purpose::Own | Purpose::Care | Purpose::Operation => return None,
    };
    Some(words.t(key).into_owned())
}

#[cfg(test)]
mod tests {
    use kernel::{App, Visit};

    use super::*;

    const HER: PersonId = PersonId(7);

    fn visit(actor: Actor, on_behalf_of: Option<PersonId>) -> Visit {
        let purpose = Purpose::Own;
        Visit { actor, on_behalf_of, purpose, now: Instant(1), language: Language::Fr, request_id: 1 }
    }

    fn her() -> Visit {
        visit(Actor::Citizen { person: HER, name: "Odette ROY".into() }, None)
    }

    fn her_app() -> Visit {
        let (client_id, name) = ("mon-suivi".to_owned(), "Mon suivi".to_owned());
        let (organization, connection) = ("Cœur & Santé".to_owned(), "1".to_owned());
        visit(Actor::App(App { client_id, name, organization, connection }), Some(HER))
    }

    fn guardian() -> Visit {
        visit(Actor::Citizen { person: PersonId(8), name: "Luc ROY".into() }, Some(HER))
    }

    /// Who did what, how it ended, and what she reads of it.
    #[test]
    fn what_is_done_with_apps_and_by_them_is_told_in_words() {
        let words = Words::of(Language::Fr);
        let refused = "app-not-granted";
        for (visit, kind, about, why, told) in [
            (her(), Kind::Decided, "app Mon suivi", "", "Vous avez connecté l’application Mon suivi"),
            (her(), Kind::Decided, "app-end Mon suivi", "", "Vous avez déconnecté l’application Mon suivi"),
            (guardian(), Kind::Decided, "app Suivi", "", "Luc ROY pour vous, a connecté l’application Suivi"),
            // Names are the app's own: nothing in one makes it another decision.
            (
                her(),
                Kind::Decided,
                "app block 10001045367",
                "",
                "Vous avez connecté l’application block 10001045367",
            ),
            (
                her(),
                Kind::Decided,
                "block 10001045367",
                "",
                "Vous avez changé qui peut voir quoi dans votre espace",
            ),
            (her(), Kind::Decided, "loan-end", "", "Vous avez changé qui peut voir quoi dans votre espace"),
            // An app reads with her rights, and not for her.
            (
                her_app(),
                Kind::DocumentRead,
                "11502-2",
                "",
                "L’application Mon suivi (Cœur & Santé) a lu un document",
            ),
            (
                her_app(),
                Kind::Refused,
                "readRecord",
                refused,
                "L’application Mon suivi (Cœur & Santé) a voulu accéder à votre espace\u{a0}: refusé",
            ),
        ] {
            let mut line = Line::of(&visit).about(about);
            if !why.is_empty() {
                line = line.refused(why);
                let said = super::why(words, &line).unwrap_or_default();
                assert!(said.contains("n’était plus connectée"), "{said}");
            }
            let entry = Entry { seq: Seq(1), at: Instant(1), kind, entry: None, line };
            let said = sentence(words, &Told { acts: vec![&entry] }, &Reader::owner(HER));
            assert_eq!(said.replace(['\u{2068}', '\u{2069}'], ""), told);
        }
    }
}
