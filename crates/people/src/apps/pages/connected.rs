//! `/apps`: the apps that she has connected, and the catalogue.

use kernel::{Answer, Visit};
use maud::{Markup, html};
use store::Tx;
use ui::Words;
use ui::dates;
use ui::icons::Icon;
use ui::menu::Nav;
use ui::page::Page;
use ui::parts::{self, Card, Tone};

use super::{about, reads, site};
use crate::apps::Listed;
use crate::consent::pages::ask::{self, DO};
use crate::consent::pages::{SHARING, deciding};
use crate::consent::{Connection, Sharing};

/// `GET /apps`. The look is journalled like that of every page that says who may see what.
///
/// # Errors
/// As `consent::open`.
pub fn show(tx: &mut Tx<'_>, visit: &Visit) -> Answer<Page> {
    let (pass, sharing) = deciding(tx, visit)?;
    let catalogue = super::super::catalogue(tx)?;
    let of = (!pass.is_owner()).then(|| pass.identity().display_name());
    Ok(page(visit, of.as_deref(), &sharing, &catalogue))
}

/// `of` is the name of whom she acts for.
pub(super) fn page(visit: &Visit, of: Option<&str>, sharing: &Sharing, catalogue: &[Listed]) -> Page {
    let words = Words::to(visit);
    let title = words.t("apps-title");
    let hers = if of.is_some() { "no" } else { "yes" };
    let lead = words.with("apps-lead", &[("hers", hers.into()), ("name", of.unwrap_or_default().into())]);
    let body = html! {
        (parts::breadcrumbs(words, &[(words.t("consent-title"), SHARING.into())], &title))
        (parts::header_with(&title, &lead, html! {}))
        (parts::section("now", &words.t("apps-now"), now(words, visit, of, &sharing.apps, catalogue)))
        (parts::section("catalogue", &words.t("apps-catalogue"), listed(words, &sharing.apps, catalogue)))
        (parts::section("know", &words.t("apps-know"), html! {
            ul {
                li {
                    (words.t("apps-know-journal")) " "
                    a.ds-link href="/journal" { (words.t("apps-know-journal-link")) }
                }
                @for key in ["apps-know-end", "apps-know-never", "apps-know-write"] { li { (words.t(key)) } }
            }
        }))
    };
    Page::new(Nav::citizen(SHARING), title, body)
}

/// Whose word a connection is. Of somebody else who decides for her no name is told: who decides with whom is not for this
/// page to say.
fn by(words: &'static Words, visit: &Visit, of: Option<&str>, connection: &Connection) -> String {
    let key = match (connection.by, of) {
        (None, None) => "apps-by-you",
        (None, Some(name)) => return words.with("apps-by-her", &[("name", name.into())]).into_owned(),
        (Some(by), Some(_)) if visit.actor.citizen() == Some(by) => "apps-by-you-for-her",
        (Some(_), Some(_)) => "apps-by-other",
        (Some(_), None) => "apps-for-her",
    };
    words.t(key).into_owned()
}

fn now(
    words: &'static Words,
    visit: &Visit,
    of: Option<&str>,
    apps: &[Connection],
    catalogue: &[Listed],
) -> Markup {
    if apps.is_empty() {
        return parts::empty(&words.t("apps-none"), &words.t("apps-none-text"), html! {});
    }
    let when = |key: &str, at| {
        words.with(key, &[("when", dates::moment_near(words, at, visit.now).into())]).into_owned()
    };
    let cards: Vec<Card<'_>> = apps
        .iter()
        .rev()
        .map(|connection| {
            let app = &connection.app;
            let mut card = Card::plain(app.name.as_str())
                .icon(Icon::App)
                .line(words.with("apps-by", &[("organization", app.organization.as_str().into())]));
            for line in reads(words, connection) {
                card = card.line(line);
            }
            if catalogue.iter().all(|listed| listed.client_id != app.client_id) {
                card = card.line(words.t("apps-gone"));
            }
            card = card.line(by(words, visit, of, connection));
            let fields = [(DO, ask::APP_END), (ask::APP, app.connection.as_str())];
            card.line(when("apps-since", connection.since))
                .line(when("apps-until", connection.until))
                .actions(ask::propose(&words.t("apps-disconnect"), &app.name, &fields))
        })
        .collect();
    parts::cards(&cards)
}

fn listed(words: &'static Words, apps: &[Connection], catalogue: &[Listed]) -> Markup {
    if catalogue.is_empty() {
        return parts::empty(&words.t("apps-catalogue-none"), &words.t("apps-catalogue-none-text"), html! {});
    }
    let cards: Vec<Card<'_>> = catalogue
        .iter()
        .map(|listed| {
            let is_connected = apps.iter().any(|known| known.app.client_id == listed.client_id);
            Card::plain(listed.name.as_str())
                .line(about(words, &listed.about))
                .line(words.with("apps-by", &[("organization", listed.organization.as_str().into())]))
                .tags(html! {
                    @if is_connected { (parts::tag(Some(Tone::Success), &words.t("apps-connected"))) }
                })
                .actions(site(words, listed))
        })
        .collect();
    html! {
        p { (words.t("apps-catalogue-text")) }
        (parts::cards(&cards))
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Language, PersonId};

    use super::super::samples;
    use super::*;
    use crate::testing::{HER, NOW, citizen};

    /// Who reads her card × who connected the app: what it says, in both languages differently.
    #[test]
    fn the_card_says_whose_word_a_connection_is() {
        let (mother, father) = (PersonId(21), PersonId(22));
        let acting = |who| Visit { on_behalf_of: Some(HER), ..citizen(who, NOW) };
        let cases = [
            (citizen(HER, NOW), None, None, "Connectée par vous"),
            (
                citizen(HER, NOW),
                None,
                Some(mother),
                "Connectée par une personne qui a le droit de décider pour votre",
            ),
            (acting(mother), Some("Léa"), None, "Connectée par Léa, dans son propre espace"),
            (acting(mother), Some("Léa"), Some(mother), "Connectée par vous. S’arrête aussi le jour où vous"),
            (acting(mother), Some("Léa"), Some(father), "Connectée par une autre personne"),
            (acting(father), Some("Léa"), Some(mother), "Connectée par une autre personne"),
        ];
        let one = samples::connected_app(&citizen(HER, NOW));
        for (visit, of, made_by, said) in cases {
            let connection = Connection { by: made_by, ..one.clone() };
            let text = by(Words::of(Language::Fr), &visit, of, &connection);
            assert!(text.starts_with(said), "{text}");
            let english = by(Words::of(Language::En), &visit, of, &connection);
            assert!(english.starts_with("Connected by"), "{english}");
            let sharing = Sharing { apps: vec![connection], ..Sharing::default() };
            let page = page(&visit, of, &sharing, &[]).body.0;
            assert!(page.contains(said), "{page}");
        }
    }
}
