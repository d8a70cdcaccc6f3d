//! Who acts, and for whom: the band that stands first on every page.
//!
//! Somebody who may open only her own space sees nothing of it. Whoever may open another one sees, always in
//! the same place, which one is open: a quiet line in her own, a coloured band with a picture and a sentence in
//! somebody else's, so that colour alone is never the sign. It stays in sight while the page scrolls, it is
//! printed, and the name stands in the title of the browser's tab. A professional with a chosen activity sees
//! which one it is.
//!
//! Changing the space is a POST to [`menu::ACTING`] with the field [`SPACE_FIELD`]: the person's id, or
//! [`OWN_SPACE`]. The list unfolds, and its buttons work, without JavaScript.

use jiff::civil::Date;
use kernel::{PersonId, Sex};
use maud::{Markup, html};

use crate::dates;
use crate::form::{csrf, hidden};
use crate::icons::Icon;
use crate::menu;
use crate::words::Words;

/// The name of the field that says which space to open.
pub const SPACE_FIELD: &str = "person";

/// The value of [`SPACE_FIELD`] for the visitor's own space.
pub const OWN_SPACE: &str = "self";

/// What the person of a space is to the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Her daughter or son, under age.
    Child(Sex),
    /// Her mother or father.
    Parent(Sex),
    /// Her wife, husband or companion.
    Partner(Sex),
    /// A protected adult whom she represents by a judge's decision.
    Ward,
    /// Anybody else who asked her for help: a relative, a friend, somebody who chose her as trusted person.
    Helped,
}

impl Relation {
    /// `votre fille`, `la personne que vous aidez`: reads on after « espace de ».
    fn says(self, words: &Words) -> String {
        let (key, sex) = match self {
            Self::Child(sex) => ("shell-relation-child", sex),
            Self::Parent(sex) => ("shell-relation-parent", sex),
            Self::Partner(sex) => ("shell-relation-partner", sex),
            Self::Ward => ("shell-relation-ward", Sex::I),
            Self::Helped => ("shell-relation-helped", Sex::I),
        };
        let sex = match sex {
            Sex::F => "F",
            Sex::M => "M",
            Sex::I => "I",
        };
        words.with(key, &[("sex", sex.into())]).into_owned()
    }
}

/// Somebody else's space that the visitor may open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Whose it is.
    pub person: PersonId,
    /// Her used name: `Léa Martin`.
    pub name: String,
    /// What she is to the visitor.
    pub relation: Relation,
    /// The last day, where there is one: a delegation lasts a year at most, a child's space is handed over.
    pub until: Option<Date>,
    /// Entries of the menu that are not the visitor's affair there: she was given less.
    pub closed: Vec<&'static str>,
}

/// For whom a citizen acts, and for whom she may. The default is somebody who has only her own space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acting {
    /// Whose space is open, when it is not her own.
    pub person: Option<PersonId>,
    /// Every space she may open besides her own, the open one too, in the order in which they are shown.
    pub spaces: Vec<Space>,
}

impl Acting {
    /// The open space, when it is somebody else's.
    #[must_use]
    pub fn space(&self) -> Option<&Space> {
        let person = self.person?;
        self.spaces.iter().find(|space| space.person == person)
    }

    /// The band; `name` is the visitor's own. Nothing for somebody who has only her own space.
    pub(crate) fn band(&self, words: &Words, name: &str) -> Markup {
        let open = self.space();
        html! {
            @if let Some(space) = open {
                section.band.acting aria-label=(words.t("shell-acting-label")) {
                    p { (Icon::People.svg()) span { (sentence(words, space)) } }
                    (self.back(words))
                    (self.switch(words, name))
                }
            } @else if !self.spaces.is_empty() {
                section.band.no-print aria-label=(words.t("shell-acting-label")) {
                    p { (Icon::Person.svg()) span { (words.t("shell-acting-own")) } }
                    (self.switch(words, name))
                }
            }
        }
    }

    /// The way back to one's own space, one press away on every page.
    fn back(&self, words: &Words) -> Markup {
        html! {
            form.no-print method="post" action=(menu::ACTING) {
                (csrf())
                (hidden(SPACE_FIELD, OWN_SPACE))
                button type="submit" { (words.t("shell-acting-stop")) }
            }
        }
    }

    /// Every space by name and relation, the open one marked; unfolded by whoever wants it.
    fn switch(&self, words: &Words, name: &str) -> Markup {
        html! {
            details.switch.no-print {
                summary {
                    span { (words.t("shell-acting-switch")) span.ds-sr-only { " " (words.t("shell-acting-switch-what")) } }
                }
                form method="post" action=(menu::ACTING) {
                    (csrf())
                    ul {
                        (entry(words, OWN_SPACE, self.person.is_none(), Icon::Person, name, &[
                            words.t("shell-relation-own").into_owned(),
                        ]))
                        @for space in &self.spaces {
                            @let about: Vec<String> =
                                [Some(space.relation.says(words)), until(words, space)].into_iter().flatten().collect();
                            (entry(words, &space.person.to_string(), self.person == Some(space.person),
                                Icon::People, &space.name, &about))
                        }
                    }
                }
            }
        }
    }
}

/// « Vous agissez pour Léa Martin — espace de votre fille, jusqu’au 3 mars 2027 »
fn sentence(words: &Words, space: &Space) -> Markup {
    let relation = space.relation.says(words);
    html! {
        strong { (words.with("shell-acting", &[("name", space.name.as_str().into())])) }
        " " (words.with("shell-acting-relation", &[("relation", relation.into())]))
        @if let Some(until) = until(words, space) { ", " (until) }
    }
}

fn until(words: &Words, space: &Space) -> Option<String> {
    let day = dates::date(words, space.until?);
    Some(words.with("shell-acting-until", &[("date", day.into())]).into_owned())
}

/// One line of the list: a button, or the space that is open already.
fn entry(words: &Words, value: &str, open: bool, icon: Icon, name: &str, about: &[String]) -> Markup {
    let said = html! {
        (icon.svg())
        span {
            strong { (name) }
            @for line in about { span.relation { ", " (line) } }
        }
    };
    html! {
        li {
            @if open {
                p aria-current="true" { (said) " " span.here { (Icon::Check.svg()) (words.t("shell-acting-here")) } }
            } @else {
                button type="submit" name=(SPACE_FIELD) value=(value) { (said) }
            }
        }
    }
}

/// The activity in which a professional acts: part of every decision and of every journal line, so she sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// As patients know her: `Dr Claire Moreau`.
    pub name: String,
    /// What she is, in words of the page's language: `cardiologue`; `None` when no word is known.
    pub profession: Option<String>,
    /// Where she acts: `CH des Trois-Rivières`.
    pub structure: String,
    /// True when she has another activity: a link to [`menu::SITUATION`] then stands beside it.
    pub has_others: bool,
}

impl Situation {
    pub(crate) fn line(&self, words: &Words) -> Markup {
        html! {
            p.situation {
                span.ds-sr-only { (words.t("shell-situation")) " " }
                strong { (self.name) }
                @if let Some(profession) = &self.profession { span { " · " (profession) } }
                @if !self.structure.is_empty() { span { " · " (self.structure) } }
                @if self.has_others {
                    " " a.no-print href=(menu::SITUATION) {
                        (words.t("shell-situation-change"))
                        span.ds-sr-only { " " (words.t("shell-situation-change-what")) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::{Language, PersonId, Sex};

    use super::{Acting, Relation, Space};
    use crate::words::Words;

    fn family(person: Option<i64>) -> Acting {
        let space = |person, name: &str, relation, until| Space {
            closed: Vec::new(),
            person: PersonId(person),
            name: name.into(),
            relation,
            until,
        };
        Acting {
            person: person.map(PersonId),
            spaces: vec![
                space(43, "Léa Martin", Relation::Child(Sex::F), None),
                space(44, "Odette <Roy>", Relation::Helped, Some(date(2027, 3, 3))),
            ],
        }
    }

    fn band(acting: &Acting) -> String {
        acting.band(Words::of(Language::Fr), "Anne Martin").into_string()
    }

    #[test]
    fn who_has_only_her_own_space_sees_no_band() {
        assert_eq!(band(&Acting::default()), "");
        // A right that ended while the session lasted names nobody.
        assert_eq!(band(&Acting { person: Some(PersonId(9)), spaces: Vec::new() }), "");
    }

    #[test]
    fn the_band_says_for_whom_and_leads_back() {
        let html = band(&family(Some(43)));
        assert!(
            html.contains("<strong>Vous agissez pour Léa Martin</strong> — espace de votre fille"),
            "{html}"
        );
        assert!(html.contains("name=\"person\" value=\"self\""));
        assert!(html.contains("name=\"person\" value=\"44\""));
        assert!(!html.contains("value=\"43\""), "the open space is not offered again");
        assert!(html.contains("Odette &lt;Roy&gt;") && html.contains("jusqu’au 3\u{a0}mars 2027"), "{html}");
    }

    #[test]
    fn in_her_own_space_she_sees_that_it_is_hers() {
        let html = band(&family(None));
        assert!(!html.contains("acting\""), "not coloured");
        assert!(
            !html.contains("value=\"self\"")
                && html.contains("value=\"43\"")
                && html.contains("value=\"44\"")
        );
    }

    #[test]
    fn each_relation_has_its_words() {
        let words = Words::of(Language::Fr);
        for (relation, says) in [
            (Relation::Child(Sex::M), "votre fils"),
            (Relation::Child(Sex::I), "votre enfant"),
            (Relation::Parent(Sex::F), "votre mère"),
            (Relation::Partner(Sex::M), "votre compagnon"),
            (Relation::Ward, "la personne que vous représentez"),
        ] {
            assert_eq!(relation.says(words), says);
        }
    }
}
