//! What the person has decided about sharing: the fold of her permissions and decisions, each kept as a FHIR
//! `Consent`.

use std::collections::{BTreeMap, BTreeSet};

use kernel::rpps::Rpps;
use kernel::{Answer, App, EntryId, Fault, Instant, Professional, Purpose, Seq};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Act, ActRow, Kind, Line, Slot, SpaceKey, Tx, Want};

use super::decision::{Connection, Decision, Episode, Exception, Loan, Mode, Named, RefusedSender, Team};
use super::fhir;
use super::pass::Pass;

/// How a permission was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Given {
    /// By the person herself, signed in.
    #[serde(rename = "web")]
    OnTheWeb,
    /// She agreed in the professional's presence, who recorded it.
    #[serde(rename = "presence")]
    InPresence,
    /// The professional typed the code that she showed.
    #[serde(rename = "code")]
    ByCode,
}

/// One professional who may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Who, as she was known when it was given.
    #[serde(rename = "p")]
    pub professional: Professional,
    /// Since when.
    #[serde(rename = "s")]
    pub since: Instant,
    /// How it was given.
    #[serde(rename = "g")]
    pub given: Given,
    /// When it ends by itself; `None` when it lasts until she takes it back.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The code that it came by ([`Loan::id`]).
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub loan: Option<String>,
}

impl Permission {
    /// A permission that lasts until she takes it back.
    #[must_use]
    pub fn lasting(professional: Professional, since: Instant, given: Given) -> Self {
        Self { professional, since, given, until: None, loan: None }
    }

    /// Whether it holds at this moment.
    #[must_use]
    pub fn holds(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// What the person has decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sharing {
    /// Her answer to who may look in general.
    #[serde(rename = "m")]
    pub mode: Mode,
    /// Professionals who may read, oldest permission first; some may be over ([`Permission::holds`]).
    #[serde(rename = "a")]
    pub allowed: Vec<Permission>,
    /// Professionals whom she keeps from those who act for her, by RPPS number: everything about one of them is
    /// hidden, or what came before the act of this rank, by which somebody who acts for her allowed the same one
    /// without knowing. Who is no secret any more, or never can be, has a rank too.
    #[serde(rename = "k", skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, Option<u32>>,
    /// Those whom she blocked.
    #[serde(rename = "b", skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<Named>,
    /// Places whose whole team she allowed by name.
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Team>,
    /// Her treating doctor.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub treating: Option<Named>,
    /// No emergency access.
    #[serde(rename = "e", skip_serializing_if = "std::ops::Not::not")]
    pub refuses_emergency: bool,
    /// No access for the emergency call centre.
    #[serde(rename = "c", skip_serializing_if = "std::ops::Not::not")]
    pub refuses_call_centre: bool,
    /// Those who declared an emergency about her; the last of each.
    #[serde(rename = "g", skip_serializing_if = "Vec::is_empty")]
    pub broke: Vec<Exception>,
    /// Those who took a call about her; the last of each.
    #[serde(rename = "o", skip_serializing_if = "Vec::is_empty")]
    pub on_call: Vec<Exception>,
    /// Those to whom she, a minor, came in secret; the last of each.
    #[serde(rename = "s", skip_serializing_if = "Vec::is_empty")]
    pub secretly: Vec<Exception>,
    /// Organisations whose feeding she opposes.
    #[serde(rename = "f", skip_serializing_if = "Vec::is_empty")]
    pub refused_senders: Vec<RefusedSender>,
    /// Documents that she hid from professionals, or shows them again.
    #[serde(rename = "h", skip_serializing_if = "BTreeMap::is_empty")]
    pub entries: BTreeMap<EntryId, Word>,
    /// Families of documents that she hides.
    #[serde(rename = "y", skip_serializing_if = "BTreeSet::is_empty")]
    pub families: BTreeSet<String>,
    /// Times of care that she hides.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub episodes: Vec<Episode>,
    /// Codes that she made and did not end.
    #[serde(rename = "l", skip_serializing_if = "Vec::is_empty")]
    pub loans: Vec<Loan>,
    /// Who typed which code, and by which act: RPPS numbers by [`Loan::id`]. Stays when a permission is taken back, so
    /// that a use is not given back with it.
    #[serde(rename = "u", skip_serializing_if = "BTreeMap::is_empty")]
    pub typed: BTreeMap<String, BTreeMap<String, Seq>>,
    /// Apps that she connected and did not disconnect, the oldest first; some may be over ([`Connection::holds`]).
    #[serde(rename = "n", skip_serializing_if = "Vec::is_empty")]
    pub apps: Vec<Connection>,
}

/// Her last word on one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// She hides it (true), or shows it although something else hides it (false).
    #[serde(rename = "h")]
    pub hidden: bool,
    /// The act that says so.
    #[serde(rename = "s")]
    pub seq: Seq,
}

/// What her decisions about hiding look at in a document.
#[derive(Clone, Copy, Debug)]
pub struct Hideable<'a> {
    /// Which.
    pub entry: EntryId,
    /// All that are the same document to her, it among them: its versions and its copies. Empty when it is alone.
    pub same: &'a [EntryId],
    /// Of these, those that are open to the same people as it: whoever sees one sees the others, but for her word.
    pub alike: &'a [EntryId],
    /// The act that brought it.
    pub seq: Seq,
    /// TRE_A03 code of its family.
    pub class: &'a str,
    /// When the care it tells of took place, else when it was written.
    pub care: Instant,
    /// Organisations of its authors, as identifiers and as names.
    pub organizations: &'a [&'a str],
    /// MASQUE_PS: its author asked for it.
    pub masked: bool,
}

impl Sharing {
    /// True when this professional has a permission by name that is not known to be over; for what holds at a moment
    /// see [`Permission::holds`].
    #[must_use]
    pub fn allows(&self, rpps: &Rpps) -> bool {
        self.allowed.iter().any(|p| p.professional.rpps == *rpps)
    }

    /// The permissions of this professional that hold at this moment: her word, and a code, may stand side by side.
    pub fn permissions(&self, rpps: &Rpps, now: Instant) -> impl Iterator<Item = &Permission> {
        self.allowed.iter().filter(move |p| p.professional.rpps == *rpps && p.holds(now))
    }

    /// The longest of them.
    #[must_use]
    pub fn permission(&self, rpps: &Rpps, now: Instant) -> Option<&Permission> {
        self.permissions(rpps, now).max_by_key(|p| p.until.unwrap_or(Instant(i64::MAX)))
    }

    /// How many professionals have typed this code ([`Loan::id`]).
    #[must_use]
    pub fn uses(&self, loan: &str) -> usize {
        self.typed.get(loan).map_or(0, BTreeMap::len)
    }

    /// Until when this professional may act for an emergency, for a call, or in secret, as she declared; `None` when
    /// none of them runs at this moment.
    #[must_use]
    pub fn exception(&self, rpps: &Rpps, purpose: Purpose, now: Instant) -> Option<&Exception> {
        let declared = match purpose {
            Purpose::Emergency => &self.broke,
            Purpose::CallCentre => &self.on_call,
            Purpose::Secret => &self.secretly,
            _ => return None,
        };
        declared.iter().find(|e| e.professional.rpps == *rpps && now < e.until)
    }

    /// The connection that an app's token was given under, while it holds.
    #[must_use]
    pub fn connection(&self, app: &App, now: Instant) -> Option<&Connection> {
        let its = |c: &&Connection| {
            c.app.connection == app.connection && c.app.client_id == app.client_id && c.holds(now)
        };
        self.apps.iter().find(its)
    }

    /// True when she blocked this professional.
    #[must_use]
    pub fn blocks(&self, rpps: &Rpps) -> bool {
        self.blocked.iter().any(|named| named.professional.rpps == *rpps)
    }

    /// True when this professional is her treating doctor.
    #[must_use]
    pub fn is_treating(&self, rpps: &Rpps) -> bool {
        self.treating.as_ref().is_some_and(|named| named.professional.rpps == *rpps)
    }

    /// Whether the team of this place may look: by name, or as her care team.
    #[must_use]
    pub fn allows_team(&self, finess: &str, now: Instant) -> bool {
        self.names_team(finess) || self.has_team_at(finess, now)
    }

    /// Whether she allowed the whole team of this place.
    #[must_use]
    pub fn names_team(&self, finess: &str) -> bool {
        !finess.is_empty() && self.teams.iter().any(|team| team.finess == finess)
    }

    /// Whether she shares with her care team and somebody whom she allowed, or her treating doctor, works at this
    /// place. One whom she keeps from those who act for her brings nobody along: that others come by him, whom they
    /// see, would tell of him.
    #[must_use]
    pub fn has_team_at(&self, finess: &str, now: Instant) -> bool {
        let works_there = |professional: &Professional| {
            professional.finess.as_deref() == Some(finess) && !self.keeps_now(&professional.rpps)
        };
        !finess.is_empty()
            && self.mode == Mode::Team
            && (self
                .allowed
                .iter()
                .any(|p| p.given == Given::OnTheWeb && p.holds(now) && works_there(&p.professional))
                || self.treating.as_ref().is_some_and(|named| works_there(&named.professional)))
    }

    /// Her last word on this document, said of any of its versions and copies: what she hides stays hidden when it
    /// comes again. What she shows is what she saw when she said so; what comes later stands by itself. And it is shown
    /// to those to whom she said so: her word on a version that she keeps from her parents opens none that they see,
    /// or they would wonder why a doctor reads it.
    #[must_use]
    pub fn word(&self, document: &Hideable<'_>) -> Option<bool> {
        let reaches = |entry: &EntryId, word: &Word| {
            word.hidden || *entry == document.entry || document.alike.contains(entry)
        };
        let said = std::iter::once(&document.entry)
            .chain(document.same)
            .filter_map(|entry| self.entries.get(entry).filter(|word| reaches(entry, word)));
        let last = said.max_by_key(|word| word.seq)?;
        (last.hidden || document.seq < last.seq).then_some(last.hidden)
    }

    /// Whether she hides this document from professionals. Her word on the document itself goes before what she said
    /// of its family or of a time of care, and before what its author asked for.
    #[must_use]
    pub fn hides(&self, document: &Hideable<'_>) -> bool {
        if let Some(hidden) = self.word(document) {
            return hidden;
        }
        document.masked
            || self.families.contains(document.class)
            || self.episodes.iter().any(|episode| {
                (episode.from..episode.until).contains(&document.care)
                    && episode
                        .organization
                        .as_deref()
                        .is_none_or(|only| document.organizations.contains(&only))
            })
    }

    /// True when an act of this rank by or about this professional is kept from those who act for her.
    #[must_use]
    pub fn keeps(&self, rpps: &str, seq: Seq) -> bool {
        self.kept.get(rpps).is_some_and(|until| until.is_none_or(|until| seq.0 < until))
    }

    /// True when she keeps this professional from those who act for her, now.
    #[must_use]
    pub fn keeps_now(&self, rpps: &Rpps) -> bool {
        self.kept.get(rpps.as_str()).is_some_and(Option::is_none)
    }

    /// What an act says about who is kept from whom.
    pub(super) fn keep(&mut self, kind: Kind, seq: Seq, line: &Line) {
        let Some(rpps) = &line.about else { return };
        match kind {
            Kind::PermissionKept => {
                self.kept.insert(rpps.clone(), None);
            }
            Kind::PermissionShown => {
                self.kept.remove(rpps);
            }
            Kind::Allowed if line.on_behalf_of.is_some() => self.becomes_known(rpps, seq),
            Kind::Decided => match rpps.split_once(' ') {
                // Whoever acts for her knows whom she blocked herself.
                Some((Decision::BLOCK, who)) if line.on_behalf_of.is_some() => self.becomes_known(who, seq),
                // Her treating doctor is told to those who act for her, whoever names him.
                Some((Decision::TREATING, who)) => self.becomes_known(who, seq),
                _ => {}
            },
            _ => {}
        }
    }

    /// Somebody who acts for her knows of what comes after her own word on a professional; of nothing before it when he
    /// was kept from her, of everything when he was not. What he had been given in secret ends: by that he would still
    /// come in when her word is over, and she would ask why. Of codes see [`Self::without_kept`].
    fn becomes_known(&mut self, rpps: &str, seq: Seq) {
        let kept = self.kept.entry(rpps.to_owned()).or_insert(Some(0));
        if kept.is_some() {
            return;
        }
        *kept = Some(seq.0);
        let another = |one: &Professional| one.rpps.as_str() != rpps;
        self.allowed.retain(|p| p.given == Given::ByCode || another(&p.professional));
        self.broke.retain(|exception| another(&exception.professional));
        self.on_call.retain(|exception| another(&exception.professional));
    }

    /// As those who act for her see it.
    pub(super) fn without_kept(mut self) -> Self {
        // A code that he typed before she who acts for her knew of him stays unknown to her, whatever she decides of him.
        let unseen: BTreeSet<(String, String)> = self
            .typed
            .iter()
            .flat_map(|(loan, who)| who.iter().map(move |(rpps, seq)| (loan, rpps, *seq)))
            .filter(|(_, rpps, seq)| self.keeps(rpps, *seq))
            .map(|(loan, rpps, _)| (loan.clone(), rpps.clone()))
            .collect();
        let typed_unseen = |loan: &str, rpps: &str| unseen.contains(&(loan.to_owned(), rpps.to_owned()));
        let kept = std::mem::take(&mut self.kept);
        let shown = |rpps: &Rpps| kept.get(rpps.as_str()).is_none_or(Option::is_some);
        self.allowed.retain(|p| {
            let rpps = &p.professional.rpps;
            shown(rpps) && !p.loan.as_ref().is_some_and(|loan| typed_unseen(loan, rpps.as_str()))
        });
        self.blocked.retain(|named| shown(&named.professional.rpps));
        self.broke.retain(|exception| shown(&exception.professional.rpps));
        self.on_call.retain(|exception| shown(&exception.professional.rpps));
        self.secretly.clear();
        for (loan, who) in &mut self.typed {
            who.retain(|rpps, _| !typed_unseen(loan, rpps));
        }
        self.treating = self.treating.filter(|named| shown(&named.professional.rpps));
        self
    }

    /// One act further.
    fn apply(&mut self, row: &ActRow, data: &[u8]) -> Result<(), Fault> {
        match row.kind {
            Kind::Allowed => {
                let permission = fhir::to_permission(data)?;
                if let Some(loan) = &permission.loan {
                    let rpps = permission.professional.rpps.as_str().to_owned();
                    self.typed.entry(loan.clone()).or_default().entry(rpps).or_insert(row.seq);
                }
                self.give(permission, row.at);
            }
            Kind::Disallowed => {
                let permission = fhir::to_permission(data)?;
                self.allowed.retain(|p| p.professional.rpps != permission.professional.rpps);
            }
            Kind::Decided => self.decide(fhir::to_decision(data)?, row.seq),
            Kind::GlassBroken => renew(&mut self.broke, fhir::to_exception(data)?),
            Kind::CallAnswered => renew(&mut self.on_call, fhir::to_exception(data)?),
            Kind::SecretBegan | Kind::SecretEnded => renew(&mut self.secretly, fhir::to_exception(data)?),
            _ => {}
        }
        Ok(())
    }

    /// A permission replaces what the same professional had by the same way, or by the other way of her word; a code
    /// takes nothing away that lasts. What is over by then is forgotten.
    pub(super) fn give(&mut self, permission: Permission, at: Instant) {
        let by_code = permission.given == Given::ByCode;
        let same = |p: &Permission| {
            p.professional.rpps == permission.professional.rpps && (p.given == Given::ByCode) == by_code
        };
        self.allowed.retain(|p| !same(p) && p.holds(at));
        self.allowed.push(permission);
    }

    /// As it will be after this decision: what she is shown before she saves.
    #[must_use]
    pub fn after(&self, decision: &Decision) -> Self {
        let mut after = self.clone();
        let last = self.entries.values().map(|word| word.seq.0).max().unwrap_or_default();
        after.decide(decision.clone(), Seq(last.max(NOT_YET).saturating_add(1)));
        after
    }

    fn decide(&mut self, decision: Decision, seq: Seq) {
        match decision {
            Decision::Share(mode) => self.mode = mode,
            Decision::Block(named) => {
                // Whom she blocks has no role left: unblocking gives nothing back by itself.
                let rpps = named.professional.rpps.clone();
                self.allowed.retain(|p| p.professional.rpps != rpps);
                self.treating = self.treating.take().filter(|treating| treating.professional.rpps != rpps);
                self.broke.retain(|exception| exception.professional.rpps != rpps);
                self.on_call.retain(|exception| exception.professional.rpps != rpps);
                self.blocked.retain(|known| known.professional.rpps != rpps);
                self.blocked.push(named);
            }
            Decision::Unblock(rpps) => self.blocked.retain(|named| named.professional.rpps != rpps),
            Decision::AllowTeam(team) => {
                self.teams.retain(|known| known.finess != team.finess);
                self.teams.push(team);
            }
            Decision::DisallowTeam(finess) => self.teams.retain(|team| team.finess != finess),
            Decision::NameTreatingDoctor(named) => self.treating = Some(named),
            Decision::EndTreatingDoctor => self.treating = None,
            // Whom that puts out does not come back by her changing her mind: he would have to say again why.
            Decision::RefuseEmergency(refused) => {
                self.refuses_emergency = refused;
                self.broke.retain(|_| !refused);
            }
            Decision::RefuseCallCentre(refused) => {
                self.refuses_call_centre = refused;
                self.on_call.retain(|_| !refused);
            }
            Decision::RefuseSender(sender) => {
                self.refused_senders.retain(|known| known.organization != sender.organization);
                self.refused_senders.push(sender);
            }
            Decision::AcceptSender(organization) => {
                self.refused_senders.retain(|sender| sender.organization != organization);
            }
            Decision::Hide { entry, hidden } => {
                self.entries.insert(entry, Word { hidden, seq });
            }
            Decision::HideFamily { class, hidden: true } => {
                self.families.insert(class);
            }
            Decision::HideFamily { class, hidden: false } => {
                self.families.remove(&class);
            }
            Decision::HideEpisode(episode) => {
                self.episodes.retain(|known| known.id != episode.id);
                self.episodes.push(episode);
            }
            Decision::ShowEpisode(id) => self.episodes.retain(|episode| episode.id != id),
            Decision::Lend(loan) => {
                self.loans.retain(|known| !known.is_over(loan.made));
                let loans = &self.loans;
                self.typed.retain(|id, _| loans.iter().any(|known| known.id == *id));
                self.loans.push(loan);
            }
            Decision::Connect(connection) => {
                self.apps.retain(|known| {
                    !known.is_of(&connection.app, connection.by) && known.holds(connection.since)
                });
                self.apps.push(connection);
            }
            Decision::Disconnect(app) => {
                self.apps.retain(|known| known.app.connection != app.connection);
            }
            Decision::EndLoan(id) => {
                // Whoever typed it loses what it gave, at once.
                self.loans.retain(|loan| loan.id != id);
                self.typed.remove(&id);
                self.allowed.retain(|p| p.loan.as_deref() != Some(id.as_str()));
            }
        }
    }
}

/// Decisions that are not saved yet come after every act that is; they rank from here.
const NOT_YET: u32 = u32::MAX / 2;

/// One act further, for tests of what an act says.
#[cfg(test)]
pub(super) fn apply(sharing: &mut Sharing, row: &ActRow, data: &[u8]) -> Result<(), Fault> {
    sharing.apply(row, data)
}

/// The last of each professional is the one that counts.
fn renew(exceptions: &mut Vec<Exception>, exception: Exception) {
    exceptions.retain(|known| known.professional.rpps != exception.professional.rpps);
    exceptions.push(exception);
}

const KINDS: &[Kind] = &[
    Kind::Allowed,
    Kind::Disallowed,
    Kind::PermissionKept,
    Kind::PermissionShown,
    Kind::Decided,
    Kind::GlassBroken,
    Kind::CallAnswered,
    Kind::SecretBegan,
    Kind::SecretEnded,
];

/// Looks make a sequence long and say nothing about sharing: after this many acts the fold is kept.
const KEEP_AFTER: u32 = 256;

/// The decisions as they stand: the kept fold, and the acts after it.
pub(super) fn fold(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<Sharing, Fault> {
    Ok(fold_from_snapshot(tx, key)?.1)
}

fn fold_from_snapshot(tx: &mut Tx<'_>, key: &SpaceKey) -> Result<(Seq, Sharing), Fault> {
    let kept = tx.snapshot(key, Slot::Sharing)?;
    // A fold in another form than today's is made again from her acts.
    let kept = kept.and_then(|(seq, bytes)| Some((seq, serde_json::from_slice(&bytes).ok()?)));
    let (after, mut sharing) = kept.unwrap_or((Seq(0), Sharing::default()));
    tx.acts(key, after, Want { line: true, data: true, kinds: KINDS }, |row| {
        if let Some(line) = &row.line {
            sharing.keep(row.kind, row.seq, line);
        }
        match &row.data {
            Some(data) => sharing.apply(&row, data),
            None => Ok(()),
        }
    })?;
    Ok((after, sharing))
}

/// Writes a permission down, or that it is taken back.
pub(super) fn append(tx: &mut Tx<'_>, pass: &Pass, kind: Kind, permission: &Permission) -> Answer<()> {
    let consent = fhir::of_permission(pass, kind, permission);
    let line = pass.line().about(permission.professional.rpps.as_str());
    write(tx, pass, kind, line, None, &consent)
}

/// Writes a decision down.
pub(super) fn append_decision(tx: &mut Tx<'_>, pass: &Pass, decision: &Decision) -> Answer<()> {
    let consent = fhir::of_decision(pass, decision)?;
    let line = pass.line().about(decision.about());
    write(tx, pass, Kind::Decided, line, decision.entry(), &consent)
}

/// Writes an emergency, a call or a secret connection down, with its reason where the journal shows it.
pub(super) fn append_exception(
    tx: &mut Tx<'_>,
    pass: &Pass,
    kind: Kind,
    exception: &Exception,
) -> Answer<()> {
    let consent = fhir::of_exception(pass, exception)?;
    let mut line = pass.line().about(exception.professional.rpps.as_str());
    if !exception.reason.is_empty() {
        line = line.reason(exception.reason.as_str());
    }
    // It is for this that she comes, from this act on.
    line.purpose = match kind {
        Kind::CallAnswered => Purpose::CallCentre,
        Kind::SecretBegan | Kind::SecretEnded => Purpose::Secret,
        _ => Purpose::Emergency,
    };
    write(tx, pass, kind, line, None, &consent)
}

/// Appends the act, and keeps the fold when the sequence has grown long.
fn write(
    tx: &mut Tx<'_>,
    pass: &Pass,
    kind: Kind,
    line: Line,
    entry: Option<EntryId>,
    consent: &Value,
) -> Answer<()> {
    let data = serde_json::to_vec(consent).map_err(|e| Fault::Internal(e.to_string()))?;
    let act = Act { kind, at: pass.visit().now, entry, line, data: Some(data), blob: None };
    let seq = tx.append(pass.key(), act)?;
    let (after, sharing) = fold_from_snapshot(tx, pass.key())?;
    if seq.0 - after.0 > KEEP_AFTER {
        let bytes = serde_json::to_vec(&sharing).map_err(|e| Fault::Internal(e.to_string()))?;
        tx.put_snapshot(pass.key(), Slot::Sharing, seq, &bytes)?;
    }
    Ok(())
}
