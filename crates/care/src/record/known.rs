//! What of a journal its reader may know.
//!
//! Acts about what she does not see are left out. For somebody who acts for the person (a parent, a guardian, a
//! delegate) nothing may even be missed: acts are numbered as she sees them, without gaps, and what would tell of
//! a secret without naming it is left out too. A parent's answers are those of a space from which the secret acts
//! had been removed; `crates/server/tests/it/acting_secrets.rs` holds that over generated worlds.

use std::collections::HashSet;

use kernel::{Actor, Answer, Seq};
use people::consent::{self, Pass, Sharing};
use store::{ActRow, Kind, Tx, Want};

use super::fold::Seen;

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
        Ok(Self { hidden: seen.hidden, acting, sharing, rank: 0 })
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
        if let Some(line) = &mut row.line {
            let named = line.entries.len();
            line.entries.retain(|tag| !self.hidden.contains(tag));
            if named > 0 && line.entries.is_empty() {
                return None;
            }
            if self.acting && COUNTS.contains(&row.kind) {
                line.about = None;
            }
        }
        if !self.acting {
            return Some(row.seq);
        }
        if NOT_FOR_THOSE_WHO_ACT.contains(&row.kind) || tells_of_secrecy(row) || self.is_of_kept(row) {
            return None;
        }
        self.rank += 1;
        Some(Seq(self.rank))
    }

    /// True for what a professional who is kept from those who act did, and for what was decided about her.
    fn is_of_kept(&self, row: &ActRow) -> bool {
        let Some(line) = &row.line else { return false };
        let about = match (&line.actor, row.kind) {
            (Actor::Professional(professional), _) => Some(professional.rpps.as_str()),
            (_, Kind::Allowed | Kind::Disallowed) => line.about.as_deref(),
            // `block 10001045367`: a decision about one professional ends with her number.
            (_, Kind::Decided) => line.about.as_deref().and_then(|about| about.rsplit(' ').next()),
            _ => None,
        };
        about.is_some_and(|rpps| self.sharing.keeps(rpps, row.seq))
    }
}

/// Whether this is a refusal to keep something secret: that she tried is a secret too.
fn tells_of_secrecy(row: &ActRow) -> bool {
    let about = row.line.as_ref().and_then(|line| line.about.as_deref());
    row.kind == Kind::Refused && about == Some(consent::Action::KeepSecret.word())
}

#[cfg(test)]
mod tests {
    use kernel::{Instant, Language, PersonId, Purpose, Visit};
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
            let mut known = Known { hidden: HashSet::new(), acting, sharing: Sharing::default(), rank: 0 };
            assert_eq!(known.rank(&mut refusal(about)), told, "{acting} {about}");
        }
    }
}
