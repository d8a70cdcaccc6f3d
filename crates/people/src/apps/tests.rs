//! What needs no door, on both engines: what is registered, who is asked, what an app gets and when that ends. Journeys
//! are in crates/server/tests/it/apps*.rs.

mod asked;
mod ending;
mod given;
mod registering;

use std::sync::Arc;

use jiff::civil::date;
use kernel::{Chance, Instant, PersonId, RefusalKind, Visit};
use oauth::{Denial, Scopes};
use serde_json::Value;
use store::testing::both;
use store::{Kind, Pending, Store};

use super::*;
use crate::consent::{self, Connection, Granted, Wish};
use crate::delegation::Documents;
use crate::registry::SenderKind;
use crate::testing::{HER, NOW, child, citizen, enrol_all, identity, journal};

const ISSUER: &str = "https://carnet.example";
const BACK: &str = "https://suivi.example/retour";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Her children: one of ten years, one who is fifteen today, one who is not yet.
const CHILD: PersonId = PersonId(21);
const FIFTEEN: PersonId = PersonId(22);
const FOURTEEN: PersonId = PersonId(23);
/// Nobody to her.
const STRANGER: PersonId = PersonId(30);

/// An app without keys that may ask for everything.
const SUIVI: &str = "suivi";
/// Another one.
const AUTRE: &str = "autre";
/// One with keys.
const SIGNED: &str = "signed";

fn listed(client_id: &str) -> Listed {
    Listed {
        client_id: client_id.into(),
        name: "Mon suivi".into(),
        organization: "Suivi SAS".into(),
        about: Text { fr: "Suit votre tension.".into(), en: "Follows your blood pressure.".into() },
        website: Some("https://suivi.example".into()),
        redirect_uris: vec![BACK.into(), "fr.exemple.suivi:/retour".into()],
        scopes: oauth::app::offered(),
    }
}

fn client(client_id: &str, jwks: &str) -> Client {
    Client {
        client_id: client_id.into(),
        organization: "Suivi SAS".into(),
        finess: None,
        sender_kind: SenderKind::Other,
        jwks: jwks.into(),
        scopes: Scopes::default(),
        added_at: NOW,
        suspended_at: None,
    }
}

/// Parameters with some said otherwise; left out where they are empty.
fn changed(base: &[(&str, &str)], changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = base.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    let all = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn request(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let base = [
        ("response_type", "code"),
        ("client_id", SUIVI),
        ("redirect_uri", BACK),
        (
            "scope",
            "launch/patient offline_access patient/DocumentReference.rs patient/Binary.r patient/Patient.r",
        ),
        ("state", "s-1"),
        ("aud", "https://carnet.example/fhir"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    changed(&base, changes)
}

fn everything() -> Granted {
    Granted { documents: Documents::All, profile: true }
}

fn profile_only() -> Granted {
    Granted { documents: Documents::None, profile: true }
}

fn documents_only() -> Granted {
    Granted { documents: Documents::All, profile: false }
}

fn acting(for_whom: PersonId) -> Visit {
    Visit { on_behalf_of: Some(for_whom), ..citizen(HER, NOW) }
}

/// An app's name for what it holds.
type Given = Result<Value, Denial>;

/// She, her children, and apps that wait to be connected.
#[derive(Clone)]
struct House {
    store: Store,
    chance: Arc<Chance>,
    now: Instant,
    /// What the app with keys signs with.
    key: Arc<oauth::PrivateKey>,
}

impl House {
    fn of(store: Store) -> Self {
        let born = |person, year, day| (person, child(person, date(year, 11, day), &[HER]));
        let people = vec![
            (HER, identity(HER)),
            born(CHILD, 2016, 22),
            born(FIFTEEN, 2011, 22),
            born(FOURTEEN, 2011, 23),
            (STRANGER, identity(STRANGER)),
        ];
        enrol_all(&store, people, "31");
        let jwk = oauth::PrivateKey::generate("k").unwrap();
        let jwks = oauth::jwk::public_jwks(&jwk).to_string();
        store
            .write(move |tx| {
                register(tx, &client(SUIVI, ""), &listed(SUIVI))?;
                register(tx, &client(AUTRE, ""), &listed(AUTRE))?;
                register(tx, &client(SIGNED, &jwks), &listed(SIGNED))
            })
            .wait()
            .unwrap();
        let key = Arc::new(oauth::PrivateKey::parse(&jwk).unwrap());
        Self { store, chance: Arc::new(Chance::seeded(5)), now: NOW, key }
    }

    /// The same house so much later, in microseconds.
    fn later(&self, micros: i64) -> Self {
        Self { now: self.now.plus(micros), ..self.clone() }
    }

    fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Tx<'_>, Terms<'_>) -> Answer<T> + Send + 'static,
    ) -> Pending<T> {
        let (chance, now) = (self.chance.clone(), self.now);
        self.store.write(move |tx| act(tx, Terms { issuer: ISSUER, now, chance: &chance }))
    }

    fn at(&self, visit: Visit) -> Visit {
        Visit { now: self.now, ..visit }
    }

    fn asks(&self, visit: Visit, changes: &[(&str, &str)]) -> Answer<Next> {
        let (query, visit) = (request(changes), self.at(visit));
        self.act(move |tx, terms| authorize(tx, &query, &visit, terms)).wait()
    }

    fn answers(
        &self,
        visit: Visit,
        grants: Option<(Granted, u32)>,
        changes: &[(&str, &str)],
    ) -> Answer<Next> {
        let (fields, visit) = (request(changes), self.at(visit));
        self.act(move |tx, terms| answer(tx, &fields, grants, &visit, terms)).wait()
    }

    /// The code that she lets the app have.
    fn code(&self, visit: Visit, granted: Granted, changes: &[(&str, &str)]) -> String {
        code_in(&self.answers(visit, Some((granted, 90)), changes).unwrap())
    }

    /// The token endpoint's answer, waited for by whoever asked.
    fn posts(&self, base: &[(&str, &str)], changes: &[(&str, &str)]) -> Pending<Result<Value, Denial>> {
        let form = changed(base, changes);
        self.act(move |tx, terms| {
            let shown = Shown { form: &form, path: "/oauth/token", proofs: &[], certificate: None };
            tokens::give(tx, shown, terms)
        })
    }

    fn redeems(&self, code: &str, changes: &[(&str, &str)]) -> Given {
        let base = [
            ("grant_type", "authorization_code"),
            ("client_id", SUIVI),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        self.posts(&base, changes).wait().unwrap()
    }

    fn refreshes(&self, token: &str, changes: &[(&str, &str)]) -> Given {
        let base = [("grant_type", "refresh_token"), ("client_id", SUIVI), ("refresh_token", token)];
        self.posts(&base, changes).wait().unwrap()
    }

    fn gives_back(&self, token: &str, changes: &[(&str, &str)]) -> Result<(), Denial> {
        let form = changed(&[("client_id", SUIVI), ("token", token)], changes);
        let revoked = self.act(move |tx, terms| {
            let shown = Shown { form: &form, path: "/oauth/revoke", proofs: &[], certificate: None };
            tokens::revoke(tx, shown, terms)
        });
        revoked.wait().unwrap()
    }

    /// What the door finds in an access token, and whether its grant stands.
    fn opens(&self, token: &str) -> Option<(oauth::AppToken, bool)> {
        let opened = tokens::open(self.store.keyring(), token, self.now)?;
        let (asked, now) = (opened.clone(), self.now);
        let stands = self.store.read(move |tx| tokens::stands(tx, &asked, now)).wait().unwrap();
        Some((opened, stands))
    }

    fn connections(&self, person: PersonId) -> Vec<Connection> {
        let visit = if person == HER { citizen(HER, self.now) } else { self.at(acting(person)) };
        let sharing = self.store.read(move |tx| {
            let pass = consent::open(tx, &visit, person, consent::Action::ManageSharing)?;
            consent::sharing(tx, &pass)
        });
        sharing.wait().unwrap().apps
    }

    fn disconnects(&self, person: PersonId) {
        let visit = if person == HER { citizen(HER, self.now) } else { self.at(acting(person)) };
        for connection in self.connections(person) {
            let visit = visit.clone();
            self.act(move |tx, terms| {
                let pass = consent::open(tx, &visit, person, consent::Action::ManageSharing)?;
                let wish = Wish::Disconnect(connection.app.connection);
                consent::decide(tx, &pass, wish, terms.chance)
            })
            .wait()
            .unwrap();
        }
    }

    fn suspends(&self, client_id: &'static str) {
        self.act(move |tx, terms| registry::suspend(tx, client_id, Some(terms.now))).wait().unwrap();
    }

    /// What her journal says of apps.
    fn told(&self, person: PersonId) -> Vec<String> {
        let of_apps = |(kind, about): (Kind, String)| {
            (kind == Kind::Refused || about.starts_with("app")).then_some(about)
        };
        journal(&self.store, person).into_iter().filter_map(of_apps).collect()
    }
}

/// The code in the address of an answer.
fn code_in(next: &Next) -> String {
    let Next::Leave(to) = next else { panic!("{next:?}") };
    let from = to.find("code=").unwrap_or_else(|| panic!("{to}")) + 5;
    to[from..].split('&').next().unwrap().to_owned()
}

/// The word of an error in the address of an answer, or of one that is shown to her.
fn error_in(next: &Next) -> String {
    match next {
        Next::Leave(to) => {
            let from = to.find("error=").unwrap_or_else(|| panic!("{to}")) + 6;
            to[from..].split('&').next().unwrap().to_owned()
        }
        Next::Wrong(denial) => format!("shown {}", denial.error.word()),
        next => panic!("{next:?}"),
    }
}

fn word(given: Given) -> String {
    given.map_or_else(|denial| denial.error.word(), |_| "given".to_owned())
}

fn text<'a>(given: &'a Value, member: &str) -> &'a str {
    given[member].as_str().unwrap_or_else(|| panic!("{member} in {given}"))
}
