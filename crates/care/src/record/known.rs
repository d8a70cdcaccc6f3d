//! What of a journal its reader may know.
//!
//! Acts about what she does not see are left out. For somebody who acts for the person (a parent, a guardian, a
//! delegate) nothing may even be missed: acts are numbered as she sees them, without gaps, and what would tell of
//! a secret without naming it is left out too: everything that a professional did in a secret connection, and that one
//! looked for a minor at all, since he may go on in secret. A parent's answers are those of a space from which the secret
//! acts had been removed; `crates/server/tests/it/acting_secrets.rs` holds that over generated worlds.

use std::collections::HashSet;

use kernel::{Actor, Answer, Purpose, Seq};
use people::consent::{self, Pass, Sharing};
use store::{ActRow, Kind, Tx, Want};

use super::fold::Seen;
use super::sentences::LOOKED_UP;
use crate::documents::model::Security;

/// Acts that somebody who acts for the person is never told of: keeping something secret and no longer doing so,
/// and deposits that were refused, which may have been secret ones; nor of what is between her and the service: how
/// she is told of news, and lines that she did not recognise. A refusal to keep something secret is one more
/// ([`tells_of_secrecy`]).
const NOT_FOR_THOSE_WHO_ACT: [Kind; 11] = [
    Kind::KeptSecret,
    Kind::SecretLifted,
    Kind::PermissionKept,
    Kind::PermissionShown,
    Kind::DepositRefused,
    Kind::Reported,
    Kind::ReportRead,
    Kind::ReportAnswered,
    Kind::ReportClosed,
    Kind::NoticeChosen,
    Kind::NoticeSent,
];

/// Kinds whose detail is a number of documents, which counts secret ones when somebody else looked.
const COUNTS: [Kind; 4] = [Kind::ListRead, Kind::Searched, Kind::JournalRead, Kind::Exported];

/// What the holder of a pass may know, act by act, from the first one on.
#[derive(Debug)]
pub(crate) struct Known {
    hidden: HashSet<i64>,
    acting: bool,
    /// Whether the person is under age.
    minor: bool,
    /// Whether what was done in secret is left out although the reader is the person herself.
    discreet: bool,
    /// Professionals kept from those who act; empty for anybody else.
    sharing: Sharing,
    rank: u32,
}

impl Known {
    /// For the holder of `pass`.
    pub(crate) fn of(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Self> {
        let seen = Seen::load(tx, pass)?;
        let acting = pass.visit().on_behalf_of.is_some();
        let sharing = if acting { consent::kept(tx, pass)? } else { Sharing::default() };
        Ok(Self { hidden: seen.hidden, acting, minor: pass.is_minor(), discreet: false, sharing, rank: 0 })
    }

    /// As [`Known::of`], for a message outside: a minor's letter box may be the family's, so that it tells her of
    /// nothing that those who represent her are not told. She finds it in her space.
    pub(crate) fn outside(tx: &mut Tx<'_>, pass: &Pass) -> Answer<Self> {
        if !pass.is_minor() || !pass.is_owner() {
            return Self::of(tx, pass);
        }
        let mut seen = Seen::load(tx, pass)?;
        let secret = |security: &Security| security.kept || security.invisible_to_representatives;
        let secrets = seen.documents.iter().filter(|meta| secret(&meta.facts.security));
        seen.hidden.extend(secrets.map(|meta| meta.entry.tag));
        let sharing = consent::kept(tx, pass)?;
        Ok(Self { hidden: seen.hidden, acting: false, minor: true, discreet: true, sharing, rank: 0 })
    }

    /// Where to begin reading to know all acts after `after`: ranks without gaps are counted from the first act.
    pub(crate) fn begin(&self, after: Seq) -> Seq {
        if self.acting { Seq(0) } else { after }
    }

    /// The parts of acts that must be opened to decide, besides those that are wanted: a line may name what is hidden.
    pub(crate) fn want(&self, want: Want) -> Want {
        Want { line: want.line || self.acting || !self.hidden.is_empty(), ..want }
    }

    /// The rank under which the reader knows this act, and `None` for what she may not know of. Takes from its
    /// line what she may not know. Ask for every act, in their order.
    pub(crate) fn rank(&mut self, row: &mut ActRow) -> Option<Seq> {
        if row.entry.is_some_and(|entry| self.hidden.contains(&entry.tag)) {
            return None;
        }
        let look_up = is_look_up(row);
        if let Some(line) = &mut row.line {
            let named = line.entries.len();
            line.entries.retain(|tag| !self.hidden.contains(tag));
            if named > 0 && line.entries.is_empty() {
                return None;
            }
        }
        if !self.acting {
            return (!self.discreet || !self.is_secret(row)).then_some(row.seq);
        }
        if NOT_FOR_THOSE_WHO_ACT.contains(&row.kind) || tells_of_secrecy(row) || self.is_secret(row) {
            return None;
        }
        if let Some(line) = row.line.as_mut().filter(|_| COUNTS.contains(&row.kind) && !look_up) {
            line.about = None;
        }
        self.rank += 1;
        Some(Seq(self.rank))
    }

    /// True for what was done in secret, or by somebody who is: of no such act those who act for her are told.
    fn is_secret(&self, row: &ActRow) -> bool {
        let in_secret = row.line.as_ref().is_some_and(|line| line.purpose == Purpose::Secret);
        in_secret || (self.minor && is_look_up(row)) || self.is_of_kept(row)
    }

    /// True for what a professional who is kept from those who act did, and for what was decided about her.
    fn is_of_kept(&self, row: &ActRow) -> bool {
        let Some(line) = &row.line else { return false };
        let about = match (&line.actor, row.kind) {
            (Actor::Professional(professional), _) => Some(professional.rpps.as_str()),
            (_, Kind::Allowed | Kind::Disallowed) => line.about.as_deref(),
            // `block 10001045367`: a decision about one professional is a word and her number.
            (_, Kind::Decided) => {
                line.about.as_deref().and_then(|about| about.split_once(' ')).map(|(_, who)| who)
            }
            _ => None,
        };
        about.is_some_and(|rpps| self.sharing.keeps(rpps, row.seq))
    }
}

/// Whether a professional only looked whether she has a space.
fn is_look_up(row: &ActRow) -> bool {
    let about = row.line.as_ref().and_then(|line| line.about.as_deref());
    row.kind == Kind::Searched && about == Some(LOOKED_UP)
}

/// Whether this is a refusal to keep something secret: that she tried is a secret too.
fn tells_of_secrecy(row: &ActRow) -> bool {
    let about = row.line.as_ref().and_then(|line| line.about.as_deref());
    row.kind == Kind::Refused && about == Some(consent::Action::KeepSecret.word())
}

#[cfg(test)]
mod tests {
    use kernel::rpps::Rpps;
    use kernel::{Instant, Language, PersonId, Professional, Visit};
    use store::Line;

    use super::*;

    #[test]
    fn whoever_acts_is_not_told_that_a_secret_was_tried() {
        let visit = Visit {
            actor: Actor::Citizen { person: PersonId(7), name: "Léa PETIT".into() },
            on_behalf_of: None,
            purpose: Purpose::Own,
            now: Instant(1),
            language: Language::Fr,
            request_id: 1,
        };
        let refusal = |about: &str| ActRow {
            seq: Seq(4),
            at: Instant(1),
            kind: Kind::Refused,
            entry: None,
            line: Some(Line::of(&visit).refused("not-found").about(about)),
            data: None,
            blob_len: None,
            hash: [0; 32],
        };
        for (acting, about, told) in [
            (true, consent::Action::KeepSecret.word(), None),
            (true, consent::Action::ReadRecord.word(), Some(Seq(1))),
            (false, consent::Action::KeepSecret.word(), Some(Seq(4))),
        ] {
            assert_eq!(known(acting, true).rank(&mut refusal(about)), told, "{acting} {about}");
        }
    }

    fn known(acting: bool, minor: bool) -> Known {
        let discreet = false;
        Known { hidden: HashSet::new(), acting, minor, discreet, sharing: Sharing::default(), rank: 0 }
    }

    /// What a professional did, why, how it ended, and who is told: the person; who acts for her as a minor, of age.
    #[test]
    fn whoever_acts_is_not_told_of_what_was_done_in_secret() {
        let doctor = Professional {
            rpps: Rpps::parse("10001045367").unwrap(),
            name: "Dr Claire MOREAU".into(),
            profession: "10".into(),
            specialty: None,
            structure: String::new(),
            finess: None,
        };
        let (care, secret) = (Purpose::Care, Purpose::Secret);
        for (kind, about, purpose, told) in [
            (Kind::ListRead, "3", care, [true, true, true]),
            (Kind::ListRead, "3", secret, [true, false, false]),
            (Kind::DocumentRead, "11502-2", secret, [true, false, false]),
            (Kind::SecretBegan, "10001045367", secret, [true, false, false]),
            (Kind::SecretEnded, "10001045367", secret, [true, false, false]),
            (Kind::Refused, "connectSecretly", secret, [true, false, false]),
            (Kind::Refused, "readRecord", secret, [true, false, false]),
            (Kind::Refused, "readRecord", care, [true, true, true]),
            // Whoever looks for a minor has not said yet in which way he comes.
            (Kind::Searched, LOOKED_UP, care, [true, false, true]),
            (Kind::Searched, "3", care, [true, true, true]),
        ] {
            let visit = Visit {
                actor: Actor::Professional(doctor.clone()),
                on_behalf_of: None,
                purpose,
                now: Instant(1),
                language: Language::Fr,
                request_id: 1,
            };
            let act = || ActRow {
                seq: Seq(1),
                at: Instant(1),
                kind,
                entry: None,
                line: Some(Line::of(&visit).about(about)),
                data: None,
                blob_len: None,
                hash: [0; 32],
            };
            let asked = [(false, true), (true, true), (true, false)];
            let is_told = asked.map(|(acting, minor)| known(acting, minor).rank(&mut act()).is_some());
            assert_eq!(is_told, told, "{kind:?} {about} {purpose:?}");
        }
    }

    /// What is kept from whoever acts: decisions about a professional, whatever an app is called.
    #[test]
    fn whoever_acts_is_told_of_apps_and_of_no_professional_who_is_kept() {
        let kept = || Sharing { kept: [("10001045367".to_owned(), None)].into(), ..Sharing::default() };
        let hers = people::testing::citizen(PersonId(7), Instant(1));
        for (about, told) in [
            ("block 10001045367", false),
            ("block 10104335319", true),
            ("treating 10001045367", false),
            ("app Mon suivi", true),
            ("app Suivi 10001045367", true),
            ("app-end Suivi 10001045367", true),
            ("loan-end", true),
        ] {
            let mut row = ActRow {
                seq: Seq(1),
                at: Instant(1),
                kind: Kind::Decided,
                entry: None,
                line: Some(Line::of(&hers).about(about)),
                data: None,
                blob_len: None,
                hash: [0; 32],
            };
            let mut known = Known { sharing: kept(), ..known(true, true) };
            assert_eq!(known.rank(&mut row).is_some(), told, "{about}");
        }
    }

    #[test]
    fn that_somebody_only_looked_for_her_stays_readable_as_that() {
        let mut row = ActRow {
            seq: Seq(1),
            at: Instant(1),
            kind: Kind::Searched,
            entry: None,
            line: None,
            data: None,
            blob_len: None,
            hash: [0; 32],
        };
        for (about, left) in [(LOOKED_UP, Some(LOOKED_UP)), ("3", None)] {
            let visit = Visit {
                actor: Actor::Nobody,
                on_behalf_of: None,
                purpose: Purpose::Care,
                now: Instant(1),
                language: Language::Fr,
                request_id: 1,
            };
            row.line = Some(Line::of(&visit).about(about));
            known(true, false).rank(&mut row);
            assert_eq!(row.line.as_ref().and_then(|line| line.about.as_deref()), left);
        }
    }
}
