//! Every page of this room in every state, for the test that renders them all. The apps and people are invented.

use kernel::{App, Instant, PersonId, Refusal, Visit};
use oauth::Scopes;
use ui::Words;
use ui::form::Filled;
use ui::page::Page;

use super::asked::{self, Whose};
use super::{connected, onward, young_page};
use crate::apps::{Asking, Listed, Text};
use crate::consent::{Connection, Granted, Sharing};
use crate::delegation::Documents;

fn listed(client_id: &str, name: &str, website: Option<&str>) -> Listed {
    Listed {
        client_id: client_id.to_owned(),
        name: name.to_owned(),
        organization: "Association <Cœur & Santé>".to_owned(),
        about: Text {
            fr: "Range vos résultats d’analyses par date et les montre en courbes.".to_owned(),
            en: "Puts your laboratory results in order and draws them as curves.".to_owned(),
        },
        website: website.map(str::to_owned),
        redirect_uris: vec!["https://suivi.example/retour".to_owned()],
        scopes: Scopes::parse("patient/DocumentReference.rs patient/Patient.r"),
    }
}

fn catalogue() -> [Listed; 2] {
    [
        listed("mon-suivi", "Mon suivi", Some("https://suivi.example/")),
        listed("carnet-de-glycemie", "Mon carnet de glycémie et de tension artérielle au quotidien", None),
    ]
}

fn connection(visit: &Visit, listed: &Listed, documents: Documents, profile: bool) -> Connection {
    Connection {
        app: App {
            client_id: listed.client_id.clone(),
            name: listed.name.clone(),
            organization: listed.organization.clone(),
            connection: format!("{}-1", listed.client_id),
        },
        granted: Granted { documents, profile },
        since: visit.now.plus(-3 * Instant::DAY),
        until: visit.now.plus(27 * Instant::DAY),
        by: None,
    }
}

fn some() -> Documents {
    Documents::Families(["10".to_owned(), "11".to_owned(), "42".to_owned()].into())
}

fn asking(listed: &Listed, wants: (bool, bool, bool), redirect_uri: &str) -> Asking {
    let (wants_documents, wants_profile, offline) = wants;
    let fields =
        [("client_id", listed.client_id.as_str()), ("redirect_uri", redirect_uri), ("state", "a\"b")];
    Asking {
        listed: listed.clone(),
        person: PersonId(7),
        wants_documents,
        wants_profile,
        offline,
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        now: None,
    }
}

/// An app that is connected for some documents and for who she is.
#[cfg(test)]
pub(super) fn connected_app(visit: &Visit) -> Connection {
    connection(visit, &catalogue()[0], some(), true)
}

/// An app that asks for documents, who she is, to come back without her.
#[cfg(test)]
pub(super) fn asking_for(wants: (bool, bool, bool)) -> Asking {
    asking(&catalogue()[0], wants, "https://suivi.example/retour")
}

/// The pages; `visit` is a citizen's.
#[must_use]
pub fn samples(visit: &Visit) -> Vec<(&'static str, Page)> {
    let words = Words::to(visit);
    let [first, second] = catalogue();
    let acting = Visit { on_behalf_of: Some(PersonId(8)), ..visit.clone() };
    let lea = "Léa <PETIT>";
    let mut all = vec![
        ("onward", onward(visit, &first.name, "https://suivi.example/retour?code=sample")),
        ("young", young_page(visit, 15)),
        ("none", connected::page(visit, None, &Sharing::default(), &[])),
        ("catalogue", connected::page(visit, None, &Sharing::default(), &catalogue())),
    ];
    let apps = vec![
        connection(visit, &first, some(), true),
        connection(visit, &second, Documents::All, false),
        connection(visit, &listed("ancienne", "Ancienne application", None), Documents::None, true),
    ];
    let by_another = |connection: &Connection| Connection { by: Some(PersonId(8)), ..connection.clone() };
    let for_her = Sharing { apps: apps.iter().map(by_another).collect(), ..Sharing::default() };
    // Of her, of the visitor who acts for her, of somebody else who does.
    let by = [None, visit.actor.citizen(), Some(PersonId(8))];
    let each = apps.iter().zip(by).map(|(one, by)| Connection { by, ..one.clone() });
    let of_each = Sharing { apps: each.collect(), ..Sharing::default() };
    let sharing = Sharing { apps, ..Sharing::default() };
    all.push(("connected-for-her", connected::page(visit, None, &for_her, &catalogue())));
    all.push(("connected", connected::page(visit, None, &sharing, &catalogue())));
    all.push(("connected-acting", connected::page(&acting, Some(lea), &of_each, &catalogue())));

    let empty = Filled::empty(words);
    let (web, device) = ("https://suivi.example/retour", "com.example.suivi:/retour");
    let both = asking(&first, (true, true, true), web);
    let known = Asking { now: Some(connection(visit, &first, some(), true)), ..both.clone() };
    let of = Whose::Of(lea.to_owned());
    let [hers, minors] = [Whose::Hers, Whose::Minors];
    for (name, visit, asking, whose) in [
        ("asked", visit, &both, &hers),
        ("asked-again", visit, &known, &hers),
        ("asked-minor", visit, &both, &minors),
        ("asked-acting", &acting, &known, &of),
        ("asked-documents", visit, &asking(&second, (true, false, false), device), &hers),
        ("asked-identity", visit, &asking(&second, (false, true, false), web), &hers),
    ] {
        all.push((name, asked::page(visit, asking, whose, &empty)));
    }
    let sent = Filled::empty(words).with("documents", "families").with("days", "30000");
    if let Err(wrong) = asked::read(&both, sent) {
        all.push(("asked-wrong", asked::page(visit, &both, &hers, &wrong)));
    }
    let many = empty.refused(&Refusal::invalid("nothing-granted", "documents", ""));
    all.push(("asked-nothing", asked::page(visit, &both, &hers, &many)));
    all
}
