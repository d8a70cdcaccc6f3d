//! What an app gets for a code and for a refresh token, and what it does not.

use kernel::PersonId;
use oauth::sign_assertion;

use super::*;
use crate::testing::MINUTE;

#[test]
fn a_code_opens_what_she_granted_and_nothing_more() {
    both(|store| {
        let house = House::of(store);
        let some = Documents::Families(["11".to_owned()].into());
        for (granted, scope, held) in [
            (
                everything(),
                "launch/patient offline_access patient/Binary.r patient/DocumentReference.rs patient/Patient.r",
                "patient/Binary.r patient/DocumentReference.rs patient/Patient.r",
            ),
            (profile_only(), "launch/patient offline_access patient/Patient.r", "patient/Patient.r"),
            (
                Granted { documents: some, profile: false },
                "launch/patient offline_access patient/Binary.r patient/DocumentReference.rs",
                "patient/Binary.r patient/DocumentReference.rs",
            ),
        ] {
            let code = house.code(citizen(HER, NOW), granted, &[]);
            let given = house.redeems(&code, &[]).unwrap();
            assert_eq!(text(&given, "scope"), scope);
            assert_eq!((text(&given, "token_type"), text(&given, "patient")), ("Bearer", "7"));
            assert_eq!(given["expires_in"], 300);
            let (token, stands) = house.opens(text(&given, "access_token")).unwrap();
            assert_eq!((token.person, token.scopes.to_string().as_str()), (HER, held));
            assert_eq!(token.app, house.connections(HER)[0].app);
            assert!(stands && token.expires == NOW.plus(5 * MINUTE));
            let refreshed = house.refreshes(text(&given, "refresh_token"), &[]).unwrap();
            assert_eq!(text(&refreshed, "scope"), scope, "and so does its refresh token");
        }
    });
}

#[test]
fn without_offline_access_it_reads_for_five_minutes() {
    both(|store| {
        let house = House::of(store);
        let code = house.code(citizen(HER, NOW), everything(), &[("scope", "patient/Patient.r")]);
        let given = house.redeems(&code, &[]).unwrap();
        assert_eq!((given.get("refresh_token"), text(&given, "scope")), (None, "patient/Patient.r"));
        let access = text(&given, "access_token");
        assert!(house.later(5 * MINUTE - 1).opens(access).is_some_and(|(_, stands)| stands));
        assert_eq!(house.later(5 * MINUTE).opens(access), None);
    });
}

/// One thing wrong with the form: no token, and the right form still gets one.
#[test]
fn each_member_of_the_form_is_held_to_its_rule() {
    both(|store| {
        let house = House::of(store);
        let code = house.code(citizen(HER, NOW), everything(), &[]);
        let upside_down: String = code.chars().rev().collect();
        let (short, long) = (&code[1..], format!("{code}AAAA"));
        for (changes, expected) in [
            (&[("grant_type", "")][..], "invalid_request"),
            (&[("grant_type", "password")], "unsupported_grant_type"),
            (&[("grant_type", "urn:openid:params:grant-type:ciba")], "unsupported_grant_type"),
            (&[("client_id", "")], "invalid_client"),
            (&[("client_id", "nobody")], "invalid_client"),
            (&[("client_id", AUTRE)], "invalid_grant"),
            (&[("client_id", SIGNED)], "invalid_client"),
            (&[("client_secret", "s")], "invalid_client"),
            (&[("code", "")], "invalid_request"),
            (&[("code", "no-code")], "invalid_grant"),
            (&[("code", &upside_down)], "invalid_grant"),
            (&[("code", short)], "invalid_grant"),
            (&[("code", &long)], "invalid_grant"),
            (&[("redirect_uri", "")], "invalid_grant"),
            (&[("redirect_uri", "fr.exemple.suivi:/retour")], "invalid_grant"),
            (&[("code_verifier", "")], "invalid_request"),
            (&[("code_verifier", CHALLENGE)], "invalid_grant"),
            (&[("code_verifier", &VERIFIER.replace('d', "e"))], "invalid_grant"),
            (&[("grant_type", "refresh_token"), ("refresh_token", &code)], "invalid_grant"),
        ] {
            assert_eq!(word(house.redeems(&code, changes)), expected, "{changes:?}");
        }
        let twice = house.posts(&[("client_id", SUIVI), ("client_id", SUIVI)], &[]).wait().unwrap();
        assert_eq!(word(twice), "invalid_request");
        assert_eq!(word(house.redeems(&code, &[])), "given");
    });
}

#[test]
fn a_code_opens_for_a_minute() {
    both(|store| {
        let house = House::of(store);
        let code = house.code(citizen(HER, NOW), everything(), &[]);
        assert_eq!(word(house.later(MINUTE).redeems(&code, &[])), "invalid_grant");
        assert_eq!(word(house.later(MINUTE - 1).redeems(&code, &[])), "given");
    });
}

#[test]
fn a_code_that_is_shown_twice_ends_what_it_opened() {
    both(|store| {
        let house = House::of(store);
        let code = house.code(citizen(HER, NOW), everything(), &[]);
        // Somebody else's try is nobody's affair.
        let given = house.redeems(&code, &[]).unwrap();
        assert_eq!(word(house.redeems(&code, &[("client_id", AUTRE)])), "invalid_grant");
        let (_, stands) = house.opens(text(&given, "access_token")).unwrap();
        assert!(stands);
        assert_eq!(word(house.redeems(&code, &[])), "invalid_grant");
        let (_, stands) = house.opens(text(&given, "access_token")).unwrap();
        assert!(!stands, "the thief, or she whom he robbed, holds nothing any more");
        assert_eq!(word(house.refreshes(text(&given, "refresh_token"), &[])), "invalid_grant");
        assert_eq!(house.connections(HER).len(), 1, "what she decided stays as it is");
    });
}

/// Four times the same form at the same moment: one is given something, and it stands no more.
fn at_once(house: &House, form: &[(&str, &str)]) {
    let all: Vec<_> = (0..4).map(|_| house.posts(form, &[])).collect();
    let all: Vec<Given> = all.into_iter().map(|given| given.wait().unwrap()).collect();
    let given: Vec<&Value> = all.iter().flatten().collect();
    assert_eq!(given.len(), 1, "{all:?}");
    assert!(!house.opens(text(given[0], "access_token")).unwrap().1);
    assert_eq!(word(house.refreshes(text(given[0], "refresh_token"), &[])), "invalid_grant");
}

#[test]
fn of_uses_at_the_same_moment_none_stays() {
    both(|store| {
        let house = House::of(store);
        let codes = ["s-1", "s-2"].map(|state| {
            let whose = if state == "s-1" { citizen(HER, NOW) } else { acting(CHILD) };
            house.code(whose, everything(), &[("state", state)])
        });
        at_once(
            &house,
            &[
                ("grant_type", "authorization_code"),
                ("client_id", SUIVI),
                ("code", &codes[0]),
                ("redirect_uri", BACK),
                ("code_verifier", VERIFIER),
            ],
        );
        let given = house.redeems(&codes[1], &[]).unwrap();
        let token = text(&given, "refresh_token");
        at_once(&house, &[("grant_type", "refresh_token"), ("client_id", SUIVI), ("refresh_token", token)]);
    });
}

#[test]
fn refresh_tokens_turn_and_a_replaced_one_ends_them_all() {
    both(|store| {
        let house = House::of(store);
        let code = house.code(citizen(HER, NOW), everything(), &[]);
        let first = house.redeems(&code, &[]).unwrap();
        let second = house.later(MINUTE).refreshes(text(&first, "refresh_token"), &[]).unwrap();
        let third = house.later(2 * MINUTE).refreshes(text(&second, "refresh_token"), &[]).unwrap();
        let tokens = [&first, &second, &third].map(|given| text(given, "refresh_token").to_owned());
        assert!(tokens[0] != tokens[1] && tokens[1] != tokens[2]);
        assert!(house.later(7 * MINUTE - 1).opens(text(&third, "access_token")).unwrap().1);
        for changes in [&[("client_id", AUTRE)][..], &[("refresh_token", "x")], &[("refresh_token", &code)]] {
            assert_eq!(word(house.refreshes(&tokens[2], changes)), "invalid_grant", "{changes:?}");
        }
        assert_eq!(word(house.refreshes(&tokens[1], &[])), "invalid_grant");
        assert_eq!(word(house.refreshes(&tokens[2], &[])), "invalid_grant", "the newest too");
        assert!(!house.opens(text(&third, "access_token")).unwrap().1);
    });
}

#[test]
fn a_refresh_may_ask_for_less_and_never_for_more() {
    both(|store| {
        let house = House::of(store);
        let given = house.redeems(&house.code(citizen(HER, NOW), everything(), &[]), &[]).unwrap();
        let mut token = text(&given, "refresh_token").to_owned();
        for (asked, held) in [
            ("patient/Patient.r", Ok("patient/Patient.r")),
            ("patient/DocumentReference.s launch/patient", Ok("patient/DocumentReference.s")),
            ("patient/Patient.rs", Err("invalid_scope")),
            ("patient/Patient.r patient/List.r", Err("invalid_scope")),
            ("patient/*.r", Err("invalid_scope")),
            ("system/Patient.r", Err("invalid_scope")),
            ("patient/Patient.r openid", Err("invalid_scope")),
            ("launch/patient", Err("invalid_scope")),
            // What was left out once is not gone.
            ("", Ok("patient/Binary.r patient/DocumentReference.rs patient/Patient.r")),
        ] {
            let given = house.refreshes(&token, &[("scope", asked)]);
            if let Ok(given) = &given {
                token = text(given, "refresh_token").to_owned();
            }
            let scopes =
                given.map(|given| house.opens(text(&given, "access_token")).unwrap().0.scopes.to_string());
            let scopes = scopes.map_err(|denial| denial.error.word());
            assert_eq!(scopes.as_deref().map_err(String::as_str), held, "{asked}");
        }
    });
}

/// What she gave the telephone, what she said then on the tablet, and what the telephone gets: for a code that it has not
/// shown yet, and for a refresh token.
#[test]
fn what_a_device_gets_is_held_to_her_last_word() {
    let (documents, profile) = ("patient/Binary.r patient/DocumentReference.rs", "patient/Patient.r");
    let both_of_them = format!("{documents} {profile}");
    type Grants = fn() -> Granted;
    let cases: [(Grants, Grants, Option<&str>); 6] = [
        (everything, everything, Some(&both_of_them)),
        (everything, documents_only, Some(documents)),
        (everything, profile_only, Some(profile)),
        (profile_only, everything, Some(profile)),
        (profile_only, documents_only, None),
        (documents_only, profile_only, None),
    ];
    for (before, after, expected) in cases {
        let what = format!("{:?}, then {:?}", before(), after());
        for code_first in [true, false] {
            both(|store| {
                let house = House::of(store);
                let code = house.code(citizen(HER, NOW), before(), &[]);
                let given = (!code_first).then(|| house.redeems(&code, &[]).unwrap());
                house.code(citizen(HER, NOW), after(), &[("state", "tablet")]);
                let now = match &given {
                    Some(given) => house.refreshes(text(given, "refresh_token"), &[]),
                    None => house.redeems(&code, &[]),
                };
                match (now, expected) {
                    (Ok(now), Some(expected)) => {
                        let (token, stands) = house.opens(text(&now, "access_token")).unwrap();
                        assert_eq!((token.scopes.to_string().as_str(), stands), (expected, true), "{what}");
                        assert!(text(&now, "scope").ends_with(expected), "{what}: {now}");
                    }
                    (Err(denial), None) => assert_eq!(denial.error.word(), "invalid_grant", "{what}"),
                    (now, _) => panic!("{what}: {now:?}"),
                }
                // Nothing was refused that she would read of.
                assert_eq!(house.told(HER), ["app Mon suivi"; 2], "{what}");
            });
        }
    }
}

#[test]
fn what_she_takes_from_a_device_and_gives_again_is_there_again() {
    both(|store| {
        let house = House::of(store);
        let given = house.redeems(&house.code(citizen(HER, NOW), everything(), &[]), &[]).unwrap();
        let whole = text(&given, "scope").to_owned();
        house.code(citizen(HER, NOW), profile_only(), &[("state", "s-2")]);
        let refresh = text(&given, "refresh_token");
        // What it has no more it does not get by asking, and does not lose what it has by it.
        let asked = [("scope", "patient/DocumentReference.rs")];
        assert_eq!(word(house.refreshes(refresh, &asked)), "invalid_scope");
        let asked = [("scope", "patient/DocumentReference.rs patient/Patient.r")];
        let less = house.refreshes(refresh, &asked).unwrap();
        assert_eq!(text(&less, "scope"), "launch/patient offline_access patient/Patient.r");
        house.code(citizen(HER, NOW), everything(), &[("state", "s-3")]);
        assert_eq!(text(&house.refreshes(text(&less, "refresh_token"), &[]).unwrap(), "scope"), whole);
    });
}

/// The operator adds an app again, for less.
#[test]
fn what_an_app_gets_is_held_to_its_registration_of_today() {
    both(|store| {
        let house = House::of(store);
        let registers = |scopes: &'static str| {
            let listed = Listed { scopes: Scopes::parse(scopes), ..listed(SUIVI) };
            house.act(move |tx, _| register(tx, &client(SUIVI, ""), &listed)).wait().unwrap();
        };
        let given = house.redeems(&house.code(citizen(HER, NOW), everything(), &[]), &[]).unwrap();
        let code = house.code(citizen(HER, NOW), everything(), &[("state", "s-2")]);
        registers("patient/DocumentReference.r patient/List.r");
        let left = "patient/DocumentReference.r";
        for now in [house.refreshes(text(&given, "refresh_token"), &[]), house.redeems(&code, &[])] {
            let now = now.unwrap();
            assert_eq!(house.opens(text(&now, "access_token")).unwrap().0.scopes.to_string(), left);
            assert!(text(&now, "scope").ends_with(left), "{now}");
            registers("patient/DocumentReference.r patient/List.r");
        }
    });
}

#[test]
fn an_app_with_keys_signs_each_time() {
    both(|store| {
        let house = House::of(store);
        let code = house.code(citizen(HER, NOW), everything(), &[("client_id", SIGNED)]);
        let signed = |jti: &str, client_id: &str, audience: &str| {
            sign_assertion(&house.key, client_id, audience, jti, NOW).unwrap()
        };
        let kind = ("client_assertion_type", oauth::assertion::ASSERTION_TYPE);
        let redeems = |assertion: &str, client_id: &str| {
            word(house.redeems(&code, &[("client_id", client_id), ("client_assertion", assertion), kind]))
        };
        let endpoint = "https://carnet.example/oauth/token";
        let stranger = oauth::PrivateKey::parse(&oauth::PrivateKey::generate("k").unwrap()).unwrap();
        let forged = sign_assertion(&stranger, SIGNED, endpoint, "j-0", NOW).unwrap();
        for (assertion, client_id, expected) in [
            ("", SIGNED, "invalid_client"),
            (&forged, SIGNED, "invalid_client"),
            (&signed("j-1", SIGNED, "https://evil.example/oauth/token"), SIGNED, "invalid_client"),
            (&signed("j-2", SUIVI, endpoint), SUIVI, "invalid_client"),
            (&signed("j-3", SIGNED, endpoint), SUIVI, "invalid_client"),
        ] {
            assert_eq!(redeems(assertion, client_id), expected, "{client_id} {assertion:.20}");
        }
        let good = signed("j-4", SIGNED, endpoint);
        assert_eq!(redeems(&good, ""), "given", "the signature names it");
        assert_eq!(redeems(&good, SIGNED), "invalid_client", "it opens once");
        // Without keys an app is nobody who could sign.
        let other = house.code(citizen(HER, NOW), everything(), &[("client_id", AUTRE)]);
        let shown = [("client_id", AUTRE), ("client_assertion", &signed("j-5", AUTRE, endpoint)), kind];
        assert_eq!(word(house.redeems(&other, &shown)), "invalid_client");
    });
}

#[test]
fn a_token_opens_in_its_own_house_and_as_nothing_else() {
    both(|store| {
        let house = House::of(store);
        let given = house.redeems(&house.code(citizen(HER, NOW), everything(), &[]), &[]).unwrap();
        let access = text(&given, "access_token");
        let other = store::Keyring::ephemeral().unwrap();
        assert_eq!(tokens::open(&other, access, NOW), None);
        assert_eq!(tokens::open(house.store.keyring(), text(&given, "refresh_token"), NOW), None);
        assert!(registry::open_token(house.store.keyring(), access, NOW).is_none());
        assert!(crate::openid::tokens::open(house.store.keyring(), access, NOW).is_none());
    });
}

/// What an app holds is good for one space: a mother's two connections are two.
#[test]
fn each_space_has_its_own_tokens() {
    both(|store| {
        let house = House::of(store);
        let hers = house.redeems(&house.code(citizen(HER, NOW), everything(), &[]), &[]).unwrap();
        let childs = house.redeems(&house.code(acting(CHILD), everything(), &[]), &[]).unwrap();
        let opens = |given: &Value| -> (PersonId, bool) {
            let (token, stands) = house.opens(text(given, "access_token")).unwrap();
            (token.person, stands)
        };
        assert_eq!((opens(&hers), opens(&childs)), ((HER, true), (CHILD, true)));
        assert_eq!(text(&childs, "patient"), CHILD.to_string());
        house.disconnects(CHILD);
        assert_eq!(word(house.refreshes(text(&childs, "refresh_token"), &[])), "invalid_grant");
        assert_eq!(word(house.refreshes(text(&hers, "refresh_token"), &[])), "given");
    });
}
