//! What is registered, and what is not.

use super::*;

fn registers(store: &Store, client: Client, listed: Listed) -> Answer<()> {
    store.write(move |tx| register(tx, &client, &listed)).wait()
}

#[test]
fn each_flaw_is_named_where_it_is() {
    let long = |n: usize| "é".repeat(n);
    let scopes = |text: &str| Listed { scopes: Scopes::parse(text), ..listed("a") };
    let back = |all: &[&str]| Listed {
        redirect_uris: all.iter().map(|&one| one.to_owned()).collect(),
        ..listed("a")
    };
    let good = || listed("a");
    let said = |fr: &str, en: &str| Text { fr: fr.into(), en: en.into() };
    for (wrong, member) in [
        (Listed { name: String::new(), ..good() }, "name"),
        (Listed { name: "  ".into(), ..good() }, "name"),
        (Listed { name: long(61), ..good() }, "name"),
        (Listed { name: "Mon\nsuivi".into(), ..good() }, "name"),
        (Listed { name: "Mon \u{202e}ivius".into(), ..good() }, "name"),
        (Listed { name: "\u{200b}Mon suivi".into(), ..good() }, "name"),
        (Listed { organization: String::new(), ..good() }, "organization"),
        (Listed { organization: long(121), ..good() }, "organization"),
        (Listed { about: said("", "x"), ..good() }, "about.fr"),
        (Listed { about: said("x", " "), ..good() }, "about.en"),
        (Listed { about: said("x", &long(601)), ..good() }, "about.en"),
        (Listed { website: Some("http://suivi.example".into()), ..good() }, "website"),
        (Listed { website: Some("javascript:alert(1)".into()), ..good() }, "website"),
        (Listed { website: Some("fr.exemple.suivi:/page".into()), ..good() }, "website"),
        (back(&[]), "redirect_uris"),
        (back(&[BACK; 11]), "redirect_uris"),
        (back(&[BACK, "http://suivi.example/retour"]), "redirect_uris"),
        (back(&["https://suivi.example/retour#x"]), "redirect_uris"),
        (back(&["https://her@suivi.example/"]), "redirect_uris"),
        (back(&["suivi:/retour"]), "redirect_uris"),
        (back(&["fr.exemple.suivi://retour"]), "redirect_uris"),
        (back(&["javascript:alert(1)"]), "redirect_uris"),
        (back(&[&format!("https://suivi.example/{}", "a".repeat(1000))]), "redirect_uris"),
        (scopes(""), "scopes"),
        (scopes("system/DocumentReference.rs"), "scopes"),
        (scopes("user/Patient.r"), "scopes"),
        (scopes("patient/Patient.r system/Patient.r"), "scopes"),
        (scopes("patient/*.rs"), "scopes"),
        (scopes("patient/Observation.rs"), "scopes"),
        (scopes("patient/DocumentReference.crs"), "scopes"),
    ] {
        let flaws = wrong.flaws();
        assert_eq!(flaws.len(), 1, "{member}: {flaws:?}");
        assert_eq!(flaws[0].0, member);
    }
    for (fine, what) in [
        (good(), "as it is"),
        (Listed { name: long(60), organization: long(120), website: None, ..good() }, "just long enough"),
        (back(&["http://localhost:8080/retour"]), "on this machine"),
        (back(&["fr.exemple.suivi:/retour"]), "on her telephone"),
        (scopes("patient/Patient.r"), "one scope"),
    ] {
        assert_eq!(fine.flaws(), [], "{what}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    both(|store| {
        let wrong = Listed { name: String::new(), redirect_uris: vec![], ..listed("a") };
        let refusal = registers(&store, client("a", "no keys"), wrong).unwrap_err();
        let said: Vec<_> = refusal.issues.iter().map(|issue| (issue.code, issue.path.as_deref())).collect();
        let at = |member| ("app-registration", Some(member));
        assert_eq!(said, [at("name"), at("redirect_uris"), at("jwks")]);
        let refusal = registers(&store, client("a b", ""), listed("a b")).unwrap_err();
        assert_eq!(refusal.code(), "client-id");
        let other = Client { organization: "Another".into(), ..client("a", "") };
        assert!(
            registers(&store, other, listed("a")).unwrap_err().fault.is_some(),
            "two names are ours to mend"
        );
        assert!(store.read(catalogue).wait().unwrap().is_empty());
    });
}

#[test]
fn the_catalogue_is_by_name_and_says_what_is_new() {
    both(|store| {
        for (id, name) in [("c", "Zèbre"), ("a", "échographe"), ("b", "Agenda")] {
            registers(&store, client(id, ""), Listed { name: name.into(), ..listed(id) }).unwrap();
        }
        let names = || -> Vec<String> {
            store.read(catalogue).wait().unwrap().into_iter().map(|listed| listed.name).collect()
        };
        assert_eq!(names(), ["Agenda", "échographe", "Zèbre"]);
        // Its maker moved.
        let moved = Listed { redirect_uris: vec!["https://new.example/r".into()], ..listed("b") };
        registers(&store, client("b", ""), moved.clone()).unwrap();
        assert_eq!(store.read(|tx| find(tx, "b")).wait().unwrap(), Some(moved.clone()));
        // And another answers for it.
        let moved = Listed { organization: "Suivi et fils".into(), ..moved };
        let finess = Some("750000018".to_owned());
        let by = Client { organization: "Suivi et fils".into(), finess: finess.clone(), ..client("b", "") };
        registers(&store, by, moved).unwrap();
        let by = store.read(|tx| registry::client(tx, "b")).wait().unwrap().unwrap();
        assert_eq!((by.organization.as_str(), by.finess), ("Suivi et fils", finess));
        store.write(|tx| registry::suspend(tx, "a", Some(NOW))).wait().unwrap();
        assert_eq!(names(), ["Mon suivi", "Zèbre"]);
        let all = store.read(all).wait().unwrap().into_iter();
        let all: Vec<(String, bool)> = all.map(|(listed, suspended)| (listed.name, suspended)).collect();
        let expected = [("échographe", true), ("Mon suivi", false), ("Zèbre", false)];
        assert_eq!(all, expected.map(|(name, suspended)| (name.to_owned(), suspended)));
        assert_eq!(store.read(|tx| find(tx, "a")).wait().unwrap(), None);
        assert!(store.read(|tx| knows(tx, "a")).wait().unwrap(), "it is an app all the same");
    });
}

#[test]
fn an_id_that_is_taken_is_no_apps() {
    both(|store| {
        let jwk = oauth::PrivateKey::generate("k").unwrap();
        let jwks = oauth::jwk::public_jwks(&jwk).to_string();
        let software = Client { scopes: registry::usual_scopes(), ..client("labo", &jwks) };
        store.write(move |tx| registry::add_client(tx, &software)).wait().unwrap();
        registers(&store, client("app", ""), listed("app")).unwrap();
        for (taken, jwks) in [("labo", ""), ("labo", jwks.as_str()), ("app", jwks.as_str())] {
            let refusal = registers(&store, client(taken, jwks), listed(taken)).unwrap_err();
            assert_eq!((refusal.kind, refusal.code()), (RefusalKind::Conflict, "client-exists"), "{taken}");
        }
        assert!(!store.read(|tx| knows(tx, "labo")).wait().unwrap());
    });
}

#[test]
fn an_app_gets_nothing_on_its_own_account() {
    both(|store| {
        let jwk = oauth::PrivateKey::generate("k").unwrap();
        let greedy = Client {
            scopes: Scopes::parse("system/*.cruds"),
            ..client("app", &oauth::jwk::public_jwks(&jwk).to_string())
        };
        registers(&store, greedy, listed("app")).unwrap();
        let key = oauth::PrivateKey::parse(&jwk).unwrap();
        for scope in ["system/*.cruds", "patient/Patient.r"] {
            let request = oauth::TokenRequest {
                grant_type: "client_credentials".into(),
                scope: scope.into(),
                client_assertion_type: oauth::assertion::ASSERTION_TYPE.into(),
                client_assertion: oauth::sign_assertion(&key, "app", ISSUER, scope, NOW).unwrap(),
            };
            let given = store.write(move |tx| registry::give_token(tx, &request, &[ISSUER], 1, NOW));
            assert_eq!(given.wait().unwrap().unwrap_err().error, oauth::DenialCode::InvalidScope, "{scope}");
        }
    });
}

#[test]
fn a_form_says_whether_an_app_posts_it() {
    both(|store| {
        let house = House::of(store);
        let signed = |id: &str| oauth::sign_assertion(&house.key, id, ISSUER, "j", NOW).unwrap();
        let (app, other) = (signed(SIGNED), signed("labo"));
        let cases: [(&[(&str, &str)], bool); 7] = [
            (&[], false),
            (&[("client_id", SUIVI)], true),
            (&[("client_id", "labo")], false),
            (&[("client_assertion", &app)], true),
            (&[("client_assertion", &other)], false),
            (&[("client_assertion", "no JWT"), ("client_id", SUIVI)], true),
            // Whoever signs is whom the token endpoint judges.
            (&[("client_assertion", &other), ("client_id", SUIVI)], false),
        ];
        for (form, expected) in cases {
            let form = changed(form, &[]);
            let said = house.store.read(move |tx| calls(tx, &form)).wait().unwrap();
            assert_eq!(said, expected);
        }
    });
}
