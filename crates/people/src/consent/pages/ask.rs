//! What a form of these pages asks for: read, shown before it is saved, saved.
//!
//! Every button posts to [`EFFECT`] first, which answers with what would change; the same fields posted to [`DECIDE`]
//! are saved. Both work without JavaScript, and nothing is kept between the two.

use kernel::rpps::Rpps;
use kernel::{Answer, App, Chance, EntryId, Instant, Issue, Language, Professional, Refusal};
use maud::Markup;
use store::Tx;
use ui::Words;
use ui::form::{self, Filled};

use crate::consent::{self, Connection, Given, Mode, Pass, Permission, Sharing, Wish, queries};
use crate::registry;

/// Where a POST shows what would change.
pub const EFFECT: &str = "/sharing/effect";
/// Where a POST saves it.
pub const DECIDE: &str = "/sharing/decide";
/// The field that names what is asked for.
pub const DO: &str = "do";
/// What asks to disconnect an app, under [`DO`]; [`APP`] says which connection.
pub const APP_END: &str = "app-end";
/// What the same is called where the app stays connected by somebody else's word, or hers.
const APP_END_ONE: &str = "app-end-one";
/// What it is called where there is nothing to cut any more.
const APP_ENDED: &str = "app-ended";
/// The field that names a connection of an app ([`App::connection`]).
pub const APP: &str = "app";

/// What is asked for.
#[derive(Clone, Debug)]
enum What {
    Allow(Professional),
    Disallow(Professional),
    Wishes(Vec<Wish>),
}

/// One form, read.
#[derive(Clone, Debug)]
pub struct Change {
    what: What,
    /// The word of its sentences: `consent-do-<key>`, `consent-do-<key>-what`.
    pub key: String,
    /// Whom or what it is about, as a reader knows it; empty where its sentences need no name.
    pub name: String,
    /// The professional it is about.
    pub about: Option<Professional>,
    /// The place it is about, by FINESS number.
    pub place: Option<String>,
    /// The app it is about.
    pub app: Option<App>,
    /// How many documents by themselves: to hide, to show.
    pub documents: (usize, usize),
    /// Where she is afterwards.
    pub back: String,
}

/// The fields of a form.
#[derive(Clone, Copy)]
pub struct Fields<'a>(pub &'a [(String, String)]);

impl<'a> Fields<'a> {
    /// The first value under this name.
    #[must_use]
    pub fn get(self, name: &str) -> &'a str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value under this name.
    pub fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        let wanted = name.to_owned();
        self.0.iter().filter(move |(known, _)| *known == wanted).map(|(_, value)| value.trim())
    }
}

/// A button that leads to the page of what would change.
#[must_use]
pub fn propose(label: &str, about: &str, fields: &[(&str, &str)]) -> Markup {
    form::button_post(label, about, EFFECT, fields)
}

impl Change {
    /// Reads a form.
    ///
    /// # Errors
    /// `Invalid` (`choose`) for what is no form of ours, and at the field that cannot be read; `not-found` for what her
    /// decisions do not have.
    pub fn read(
        tx: &mut Tx<'_>,
        sharing: &Sharing,
        words: &'static Words,
        fields: Fields<'_>,
    ) -> Answer<Self> {
        let word = fields.get(DO);
        let read = Reading { sharing, words, fields };
        match word {
            "allow" | "disallow" | "block" | "unblock" | "treating" => read.professional(tx, word),
            "treating-end" => {
                let named = sharing.treating.as_ref().map(|named| named.professional.clone());
                let mut change = wish("treating-end", super::lists::TREATING, Wish::EndTreatingDoctor);
                change.name = named.as_ref().map(|p| p.name.clone()).unwrap_or_default();
                change.about = named;
                Ok(change)
            }
            "team" | "team-end" => read.team(tx, word),
            "mode" => {
                let mode = Mode::CHOICES.into_iter().find(|mode| mode.word() == fields.get("mode"));
                let mode = mode.ok_or_else(|| Refusal::invalid("choose", "mode", "no such answer"))?;
                let key = format!("mode-{}", mode.word());
                Ok(wish(&key, super::SHARING, Wish::Share(mode)))
            }
            "emergency" | "call-centre" => {
                let refused = match fields.get("refused") {
                    "yes" => true,
                    "no" => false,
                    _ => return Err(Refusal::invalid("choose", word, "yes or no")),
                };
                let key = format!("{word}-{}", if refused { "refuse" } else { "accept" });
                let wanted = if word == "emergency" {
                    Wish::RefuseEmergency(refused)
                } else {
                    Wish::RefuseCallCentre(refused)
                };
                Ok(wish(&key, super::switches::EMERGENCY, wanted))
            }
            "sender" | "sender-end" => read.sender(tx, word),
            "documents" => read.documents(),
            "family" | "family-end" => {
                let class = fields.get("family").to_owned();
                let hidden = word == "family";
                let mut change = wish(word, super::HIDDEN, Wish::HideFamily { class: class.clone(), hidden });
                change.name = family_name(words.language(), &class).to_owned();
                Ok(change)
            }
            "episode" => read.episode(),
            "episode-end" => {
                let id = fields.get("episode").to_owned();
                let known = sharing.episodes.iter().find(|episode| episode.id == id);
                let name = known.ok_or_else(Refusal::not_found)?.name.clone();
                Ok(Self { name, ..wish(word, super::HIDDEN, Wish::ShowEpisode(id)) })
            }
            "loan-end" => {
                let id = fields.get("loan").to_owned();
                Ok(wish(word, super::code::CODE, Wish::EndLoan(id)))
            }
            APP_END => {
                let id = fields.get(APP).to_owned();
                let known = sharing.apps.iter().find(|connection| connection.app.connection == id);
                let wanted = Wish::Disconnect(id);
                // A button that was pressed twice, or a day that has come meanwhile: it is cut already.
                let Some(app) = known.map(|connection| connection.app.clone()) else {
                    return Ok(wish(APP_ENDED, crate::apps::APPS, wanted));
                };
                let stays = |other: &Connection| {
                    other.app.client_id == app.client_id && other.app.connection != app.connection
                };
                let key = if sharing.apps.iter().any(stays) { APP_END_ONE } else { APP_END };
                let change = wish(key, crate::apps::APPS, wanted);
                Ok(Self { name: app.name.clone(), app: Some(app), ..change })
            }
            _ => Err(Refusal::invalid("choose", DO, "nothing that is known is asked for")),
        }
    }

    /// Her decisions as they would be after it; `None` when they are so already.
    ///
    /// # Errors
    /// As [`consent::intend`].
    pub fn after(
        &self,
        tx: &mut Tx<'_>,
        pass: &Pass,
        sharing: &Sharing,
        chance: &Chance,
    ) -> Answer<Option<Sharing>> {
        let now = pass.visit().now;
        match &self.what {
            What::Allow(who) => {
                if sharing.permission(&who.rpps, now).is_some_and(|p| p.until.is_none()) {
                    return Ok(None);
                }
                Ok(Some(consent::as_if_allowed(sharing, who, now)))
            }
            What::Disallow(who) => {
                if !sharing.allows(&who.rpps) {
                    return Ok(None);
                }
                let mut after = sharing.clone();
                after.allowed.retain(|p| p.professional.rpps != who.rpps);
                Ok(Some(after))
            }
            What::Wishes(wishes) => {
                let (mut after, mut changes) = (sharing.clone(), false);
                for wish in wishes {
                    if let Some(decision) = consent::intend(tx, pass, wish.clone(), chance)? {
                        after = after.after(&decision);
                        changes = true;
                    }
                }
                Ok(changes.then_some(after))
            }
        }
    }

    /// Saves it.
    ///
    /// # Errors
    /// As [`consent::allow`], [`consent::disallow`], [`consent::decide`].
    pub fn save(&self, tx: &mut Tx<'_>, pass: &Pass, chance: &Chance) -> Answer<()> {
        match &self.what {
            What::Allow(who) => consent::allow(tx, pass, who, Given::OnTheWeb),
            What::Disallow(who) => consent::disallow(tx, pass, &who.rpps),
            What::Wishes(wishes) => {
                for wish in wishes {
                    consent::decide(tx, pass, wish.clone(), chance)?;
                }
                Ok(())
            }
        }
    }

    /// One of each sort, for the test that renders every page.
    #[must_use]
    pub fn samples(who: Option<Professional>) -> Vec<Self> {
        const OF_SOMEBODY: [&str; 5] = ["allow", "disallow", "block", "unblock", "treating"];
        const NAMED: [&str; 9] = [
            "treating-end",
            "team",
            "team-end",
            "sender",
            "sender-end",
            "family",
            "family-end",
            "episode",
            "episode-end",
        ];
        const PLAIN: [&str; 9] = [
            "mode-team",
            "mode-ask",
            "mode-nobody",
            "emergency-refuse",
            "emergency-accept",
            "call-centre-refuse",
            "call-centre-accept",
            "loan-end",
            APP_ENDED,
        ];
        let sample = |key: &&str| wish(key, super::SHARING, Wish::EndTreatingDoctor);
        let name = who.map(|who| who.name).unwrap_or_default();
        let of_somebody = OF_SOMEBODY.iter().map(|key| Self { name: name.clone(), ..sample(key) });
        let named = NAMED.iter().map(|key| Self { name: "Hôpital des Tilleuls".into(), ..sample(key) });
        let documents = [("documents-hide", (1, 0)), ("documents-show", (0, 3)), ("documents", (2, 1))]
            .map(|(key, documents)| Self { documents, ..sample(&key) });
        let apps = [APP_END, APP_END_ONE].map(|key| Self { name: "Mon suivi".into(), ..sample(&key) });
        of_somebody.chain(named).chain(PLAIN.iter().map(sample)).chain(documents).chain(apps).collect()
    }

    /// Its name as a sentence that a button bears: `Bloquer Dr Claire MOREAU`.
    #[must_use]
    pub fn title(&self, words: &Words) -> String {
        self.said(words, &format!("consent-do-{}", self.key))
    }

    /// What it means.
    #[must_use]
    pub fn meaning(&self, words: &Words) -> String {
        self.said(words, &format!("consent-do-{}-what", self.key))
    }

    fn said(&self, words: &Words, key: &str) -> String {
        let (hide, show) = self.documents;
        let values = [("name", self.name.as_str().into()), ("hide", hide.into()), ("show", show.into())];
        words.with(key, &values).into_owned()
    }
}

/// A change that is one wish.
fn wish(key: &str, back: &str, wish: Wish) -> Change {
    Change {
        what: What::Wishes(vec![wish]),
        key: key.to_owned(),
        name: String::new(),
        about: None,
        place: None,
        app: None,
        documents: (0, 0),
        back: back.to_owned(),
    }
}

struct Reading<'a> {
    sharing: &'a Sharing,
    words: &'static Words,
    fields: Fields<'a>,
}

impl Reading<'_> {
    fn professional(&self, tx: &mut Tx<'_>, word: &str) -> Answer<Change> {
        let unknown =
            || Refusal::invalid("professional-unknown", "rpps", "No professional has this RPPS number.");
        let rpps = Rpps::parse(self.fields.get("rpps")).ok_or_else(unknown)?;
        let who = known(tx, self.sharing, &rpps)?.ok_or_else(unknown)?;
        let (what, back) = match word {
            "allow" => (What::Allow(who.clone()), super::SHARING),
            "disallow" => (What::Disallow(who.clone()), super::SHARING),
            "block" => (What::Wishes(vec![Wish::Block(rpps)]), super::lists::BLOCKED),
            "unblock" => (What::Wishes(vec![Wish::Unblock(rpps)]), super::lists::BLOCKED),
            _ => (What::Wishes(vec![Wish::NameTreatingDoctor(rpps)]), super::lists::TREATING),
        };
        let key = word.to_owned();
        let (name, back) = (who.name.clone(), back.to_owned());
        Ok(Change { what, key, name, about: Some(who), place: None, app: None, documents: (0, 0), back })
    }

    fn team(&self, tx: &mut Tx<'_>, word: &str) -> Answer<Change> {
        let finess = self.fields.get("finess").to_owned();
        let allowed = self.sharing.teams.iter().find(|team| team.finess == finess);
        let name = match allowed {
            Some(team) => team.name.clone(),
            None => {
                let unknown = || Refusal::invalid("team-unknown", "finess", "No such establishment.");
                queries::place(tx, &finess)?.ok_or_else(unknown)?
            }
        };
        let wanted =
            if word == "team" { Wish::AllowTeam(finess.clone()) } else { Wish::DisallowTeam(finess.clone()) };
        let back = if word == "team" { super::lists::TEAM } else { super::SHARING };
        Ok(Change { name, place: Some(finess), ..wish(word, back, wanted) })
    }

    fn sender(&self, tx: &mut Tx<'_>, word: &str) -> Answer<Change> {
        let organization = self.fields.get("organization").to_owned();
        if word == "sender" {
            let nobody = organization.is_empty().then_some(("sender-unknown", "organization"));
            let short = !consent::says_why(self.fields.get("motive"));
            let wrong: Vec<_> =
                nobody.into_iter().chain(short.then_some(("motive-short", "motive"))).collect();
            if !wrong.is_empty() {
                return Err(refused(&wrong));
            }
        }
        let refused = self.sharing.refused_senders.iter().find(|s| s.organization == organization);
        let clients = registry::clients(tx)?;
        let known = clients.iter().find(|client| client.software().sender() == organization);
        let name = refused.map(|s| &s.name).or(known.map(|client| &client.organization)).cloned();
        let wanted = if word == "sender" {
            Wish::RefuseSender { organization, motive: self.fields.get("motive").to_owned() }
        } else {
            Wish::AcceptSender(organization)
        };
        Ok(Change { name: name.unwrap_or_default(), ..wish(word, super::switches::SENDERS, wanted) })
    }

    fn documents(&self) -> Answer<Change> {
        let read = |name: &str, hidden: bool| {
            let entries = self.fields.all(name).flat_map(str::split_whitespace).map(str::parse::<EntryId>);
            entries
                .map(|entry| entry.map(|entry| Wish::Hide { entry, hidden }))
                .collect::<Result<Vec<_>, _>>()
        };
        let ids = |name: &str, hidden: bool| read(name, hidden).map_err(|_| Refusal::not_found());
        let (hide, show) = (ids("hide", true)?, ids("show", false)?);
        let documents = (hide.len(), show.len());
        let key = match documents {
            (0, 0) => return Err(Refusal::invalid("choose", "documents", "no document")),
            (_, 0) => "documents-hide",
            (0, _) => "documents-show",
            _ => "documents",
        };
        let one = match (hide.as_slice(), show.as_slice()) {
            ([Wish::Hide { entry, .. }], []) | ([], [Wish::Hide { entry, .. }]) => Some(*entry),
            _ => None,
        };
        let back = match one {
            Some(entry) => format!("/documents/{entry}"),
            None => super::HIDDEN.to_owned(),
        };
        let what = What::Wishes(hide.into_iter().chain(show).collect());
        Ok(Change {
            what,
            key: key.to_owned(),
            name: String::new(),
            about: None,
            place: None,
            app: None,
            documents,
            back,
        })
    }

    fn episode(&self) -> Answer<Change> {
        let filled = Filled::sent(self.words, self.fields.0.iter().cloned());
        let name = self.fields.get("name").to_owned();
        let mut wrong: Vec<(&'static str, &str)> = Vec::new();
        if name.is_empty() {
            wrong.push(("episode-name", "name"));
        }
        let read = [("from", "episode-from"), ("last", "episode-last")].map(|(field, missing)| {
            filled.date_or(field, missing).map_err(|code| wrong.push((code, field))).ok()
        });
        let days = match read {
            [Some(from), Some(last)] if last < from => {
                wrong.push(("episode-days", "last"));
                None
            }
            [Some(from), Some(last)] => Some((from, last)),
            _ => None,
        };
        let (Some((from, last)), []) = (days, wrong.as_slice()) else { return Err(refused(&wrong)) };
        let organization = Some(self.fields.get("organization")).filter(|o| !o.is_empty()).map(str::to_owned);
        let wanted = Wish::HideEpisode { name: name.clone(), from, last, organization };
        Ok(Change { name, ..wish("episode", super::HIDDEN, wanted) })
    }
}

/// The refusal of a form in which all this is wrong: codes, with the fields they stand at. She mends it at once.
fn refused(wrong: &[(&'static str, &str)]) -> Refusal {
    let issue = |(code, field): &(&'static str, &str)| Issue {
        code,
        path: Some((*field).to_owned()),
        diagnostics: "This cannot be decided as it was said.".into(),
    };
    Refusal::invalid_all(wrong.iter().map(issue).collect())
}

/// A professional whom we know, or whom her decisions know.
fn known(tx: &mut Tx<'_>, sharing: &Sharing, rpps: &Rpps) -> Answer<Option<Professional>> {
    if let Some(known) = registry::professional(tx, rpps)? {
        return Ok(Some(known.professional));
    }
    let decided = sharing
        .allowed
        .iter()
        .map(|p: &Permission| &p.professional)
        .chain(sharing.blocked.iter().chain(&sharing.treating).map(|named| &named.professional));
    Ok(decided.into_iter().find(|known| known.rpps == *rpps).cloned())
}

/// The families of documents (TRE_A03): code and name.
pub fn families(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    cda::types::Table::built_in().classes.iter().map(move |class| {
        let name = match language {
            Language::Fr => class.fr_family.as_str(),
            Language::En => class.en_family.as_str(),
        };
        (class.code.as_str(), name)
    })
}

/// What a family of documents is called; its code when nobody has named it.
#[must_use]
pub fn family_name(language: Language, class: &str) -> &str {
    families(language).find(|(code, _)| *code == class).map_or(class, |(_, name)| name)
}

/// Whether a permission of this moment ends by itself, and when.
pub(super) fn ends(permission: &Permission, now: Instant) -> Option<Instant> {
    permission.until.filter(|until| now < *until)
}
