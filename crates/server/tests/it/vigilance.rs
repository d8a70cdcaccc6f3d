//! Stolen accounts and too many requests, over HTTP.

use people::identity::session::Persona;
use people::vigilance::norms::Norms;
use synthetic::{country, professionals};

use crate::attacks::Cast;
use crate::harness::{Browser, Seen, World, on_both};
use crate::people_of::{enrol, persona, register};
use crate::work;

/// Walks through numbers of persons as a thief of the account would; answers the first status that is not "nothing is
/// here", and how many were tried before.
fn walk(thief: &Browser, numbers: impl Iterator<Item = i64>) -> (usize, u16, String) {
    for (n, person) in numbers.enumerate() {
        let seen = thief.get(&format!("/pro/patients/{person}"));
        if seen.status != 404 {
            return (n, seen.status, format!("{:?} {}", seen.location, seen.text));
        }
    }
    panic!("nothing stopped the walk");
}

#[test]
fn a_walk_through_spaces_is_stopped_seen_and_ended() {
    on_both(|world| {
        // Given a town, a busy doctor, and another whose account is stolen
        let today = world.house.clock.now().date();
        let town: Vec<_> = country::Country::new(1, today).people().take(40).collect();
        let people = enrol(world, &town);
        let (doctor, busy) = (professionals::doctor(1, 0), professionals::doctor(1, 1));
        register(world, &[&doctor, &busy]);
        let rpps = kernel::rpps::Rpps::parse(&doctor.rpps).unwrap();
        // Whoever has just proven that it is she may open more than usual.
        let honest = persona(world, &Persona::Professional(kernel::rpps::Rpps::parse(&busy.rpps).unwrap()));
        for person in &people[..35] {
            honest.get(&format!("/pro/patients/{person}")).has_status(404);
        }
        let thief = persona(world, &Persona::Professional(rpps.clone()));
        // When the thief walks through the numbers, the owner's own proof being a quarter of an hour old
        world.house.clock.advance(16 * 60 * kernel::Instant::SECOND);
        let (before, status, said) = walk(&thief, people.iter().map(|person| person.0));
        // Then the account must prove itself again where her profession's ceiling is
        let ceilings = Norms::built_in().unwrap().of(doctor.profession);
        assert_eq!(before as i64, ceilings.confirm_hour, "{status} {said}");
        assert!(status == 403 || (status == 303 && said.contains("/confirm?next=")), "{status} {said}");
        // And what was opened once stays open to her without another count
        thief.get(&format!("/pro/patients/{}", people[0])).has_status(404);

        // The operator sees it in numbers, and never whose spaces they were
        let team = persona(world, &Persona::Operator("support".into()));
        let list = team.get("/operator/vigilance");
        list.has_status(200);
        list.says(&doctor.display());
        let address = format!("/operator/vigilance/{}", doctor.rpps);
        let account = team.get(&address);
        account.has_status(200);
        account.says(&doctor.display());
        for person in &town {
            account.does_not_say(&person.traits.birth_name);
            account.does_not_say(&person.ins.matricule);
        }
        team.get(&format!("/operator/vigilance?q={}", doctor.rpps)).has_status(303);

        // When she suspends the account, its next request is nobody's, and signing in again does not help
        team.post(&account, &format!("{address}/suspend"), &[("reason", "")]).has_status(422);
        team.post(&account, &format!("{address}/suspend"), &[("reason", "Téléphone volé.")]).has_status(303);
        thief.get("/pro").has_status(303);
        let again = world.browser();
        let signing_in = again.get(&format!("/demo/professional-{rpps}"));
        assert!(matches!(signing_in.status, 303 | 403), "{}", signing_in.status);
        let find = again.get("/pro");
        assert!(matches!(find.status, 303 | 403), "{}", find.status);
        find.does_not_say("name=\"ins\"");
        team.get(&address).says("Téléphone volé.");

        // When it is lifted, she is let in again
        let account = team.get(&address);
        team.post(&account, &format!("{address}/lift"), &[]).has_status(303);
        persona(world, &Persona::Professional(rpps)).get("/pro").has_status(200);
    });
}

#[test]
fn searching_for_persons_is_no_oracle() {
    on_both(|world| {
        let cast = Cast::of(world);
        let thief = persona(world, &Persona::Professional(cast.doctor));
        let page = thief.get("/pro");
        let norms = Norms::built_in().unwrap();
        let most = norms.searches(norms.of("10"));
        for n in 0..most {
            let nobody = format!("2690549{n:06}");
            let seen = thief.post(&page, "/pro", &[("ins", &nobody)]);
            assert!(matches!(seen.status, 303 | 422), "{n}: {}", seen.status);
        }
        let seen = thief.post(&page, "/pro", &[("ins", "269054958815780")]);
        seen.has_status(429);
        seen.says("<main");
        // The same limit for the same account over FHIR.
        let resource = thief.get("/fhir/Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|269054958815780");
        resource.has_status(429);
        resource.says("OperationOutcome");
        let team = persona(world, &Persona::Operator("support".into()));
        team.get("/operator/vigilance").has_status(200);
        // An hour later the account may search again.
        world.house.clock.advance(61 * 60 * kernel::Instant::SECOND);
        let again = persona_again(world);
        let page = again.get("/pro");
        assert!(matches!(again.post(&page, "/pro", &[("ins", "269054958815780")]).status, 303 | 422));
    });
}

/// The same doctor, signed in again.
fn persona_again(world: &World) -> Browser {
    let doctor = professionals::doctor(1, 0);
    persona(world, &Persona::Professional(kernel::rpps::Rpps::parse(&doctor.rpps).unwrap()))
}

/// A world behind a proxy that says where a request comes from, with low limits.
fn strict() -> World {
    behind("127.0.0.1", "false")
}

/// The same behind a proxy at this address; `local`: this machine is limited too.
fn behind(proxy: &str, local: &str) -> World {
    let (store, keep) = store::testing::sqlite().unwrap();
    let limits = [
        ("CARNET_CLIENT_ADDRESS_HEADER", "x-real-ip"),
        ("CARNET_CLIENT_ADDRESS_PROXY", proxy),
        ("CARNET_LIMITS_LOCAL", local),
        ("CARNET_LIMITS_NETWORK_READ", "5/minute"),
        ("CARNET_LIMITS_NETWORK_CODE", "2/minute"),
        ("CARNET_LIMITS_NETWORK_TOKEN", "2/minute"),
        ("CARNET_LIMITS_ACCOUNT_READ", "3/minute"),
        ("CARNET_LIMITS_ACCOUNT_WRITE", "1/minute"),
    ];
    World::with(store, Box::new(keep), &limits)
}

#[test]
fn who_asks_too_often_is_told_in_the_words_of_each_door() {
    let world = strict();
    let client = world.browser().client;
    let ask = |path: &str, from: &str| {
        client.get(format!("{}{path}", world.base)).header("x-real-ip", from).send().unwrap()
    };
    for (path, says) in [("/help", "<main"), ("/fhir/metadata", "OperationOutcome")] {
        let from = if path == "/help" { "192.0.2.1" } else { "192.0.2.2" };
        for _ in 0..5 {
            assert_eq!(ask(path, from).status(), 200, "{path}");
        }
        let refused = ask(path, from);
        assert_eq!(refused.status(), 429, "{path}");
        let wait: u32 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(refused.text().unwrap().contains(says), "{path}");
    }
    // Others are not in the way of each other, and the site's own files are nobody's limit.
    assert_eq!(ask("/help", "192.0.2.3").status(), 200);
    assert_eq!(ask("/robots.txt", "192.0.2.1").status(), 200);
    let token = |from: &str| {
        let request = client.post(format!("{}/oauth/token", world.base)).header("x-real-ip", from);
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=x")
            .send()
            .unwrap()
    };
    assert_ne!(token("192.0.2.9").status(), 429);
    assert_ne!(token("192.0.2.9").status(), 429);
    let refused = token("192.0.2.9");
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    let body: serde_json::Value = serde_json::from_str(&refused.text().unwrap()).unwrap();
    assert_eq!(body["error"], "temporarily_unavailable", "{body}");
    // A made-up address in front of the proxy's own does not make another network.
    let spoofed = |n: u32| ask("/help", &format!("203.0.113.{n}, 192.0.2.4")).status().as_u16();
    let statuses: Vec<u16> = (0..6).map(spoofed).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    // Nor does a line of its own before the one that the proxy adds.
    let two_lines = |n: u32| {
        let request =
            client.get(format!("{}/help", world.base)).header("x-real-ip", format!("203.0.113.{n}"));
        request.header("x-real-ip", "192.0.2.5").send().unwrap().status().as_u16()
    };
    let statuses: Vec<u16> = (0..6).map(two_lines).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    // A minute later everything is forgotten.
    world.house.clock.advance(61 * kernel::Instant::SECOND);
    assert_eq!(ask("/help", "192.0.2.1").status(), 200);
    assert!(
        client
            .get(format!("{}/metrics", world.admin))
            .send()
            .unwrap()
            .text()
            .unwrap()
            .contains("carnet_slowed_total{route=\"GET /help\"} ")
    );
}

#[test]
fn where_a_request_comes_from_only_the_operators_proxy_says() {
    let asking = |world: &World| {
        let client = world.browser().client;
        let ask = |from: String| {
            let request = client.get(format!("{}/help", world.base)).header("x-real-ip", from);
            request.send().unwrap().status().as_u16()
        };
        let made_up: Vec<u16> = (0..6).map(|n| ask(format!("203.0.113.{n}"))).collect();
        let local: Vec<u16> = (0..6).map(|_| ask("127.0.0.1".to_owned())).collect();
        (made_up, local)
    };
    // Somebody who is not the proxy chooses no address for herself.
    let (made_up, _) = asking(&behind("192.0.2.7", "true"));
    assert_eq!(made_up, [200, 200, 200, 200, 200, 429]);
    // And through the proxy nobody is this machine, which is not limited.
    let (others, local) = asking(&strict());
    assert_eq!((others, local), (vec![200; 6], vec![200, 200, 200, 200, 200, 429]));
}

#[test]
fn a_number_among_the_parameters_is_a_search() {
    on_both(|world| {
        let cast = Cast::of(world);
        let thief = persona(world, &Persona::Professional(cast.doctor));
        let norms = Norms::built_in().unwrap();
        let most = norms.searches(norms.of("10"));
        let ask = |kind: &str, n: i64| {
            let matricule = format!("2690549{n:06}");
            let key = u32::try_from(97 - matricule.parse::<i64>().unwrap() % 97).unwrap();
            let name = if n % 2 == 0 { "patient.identifier" } else { "subject:identifier" };
            thief.get(&format!("/fhir/{kind}?{name}=urn:oid:1.2.250.1.213.1.4.8|{matricule}{key:02}"))
        };
        for n in 0..most {
            ask("DocumentReference", n).has_status(404);
        }
        for kind in ["DocumentReference", "List", "AuditEvent"] {
            let refused = ask(kind, most);
            refused.has_status(429);
            refused.says("too-many-searches");
        }
    });
}

#[test]
fn a_number_that_is_nobodys_counts_like_one_that_is_somebodys() {
    on_both(|world| {
        let cast = Cast::of(world);
        let thief = persona(world, &Persona::Professional(cast.doctor));
        world.house.clock.advance(16 * 60 * kernel::Instant::SECOND);
        let most = usize::try_from(Norms::built_in().unwrap().of("10").confirm_hour).unwrap();
        let (before, status, said) = walk(&thief, 900_000..900_100);
        assert_eq!(before, most, "{status} {said}");
        // Beyond it, somebody and nobody are answered alike.
        let seen = |path: String| {
            let seen = thief.get(&path);
            (seen.status, seen.location.as_deref().map(|to| to.split('?').next().map(str::to_owned)))
        };
        for path in ["/pro/patients/", "/fhir/Patient/", "/fhir/DocumentReference?patient="] {
            assert_eq!(seen(format!("{path}{}", cast.her)), seen(format!("{path}900200")), "{path}");
        }
    });
}

#[test]
fn a_number_tells_a_stranger_nothing() {
    on_both(|world| {
        let town: Vec<_> =
            country::Country::new(1, world.house.clock.now().date()).people().take(2).collect();
        let people = enrol(world, &town);
        let asking = |who: &Browser, ins: &kernel::Ins| {
            let seen =
                who.get(&format!("/fhir/Patient?identifier={}|{}", ins.system(), ins.matricule.as_str()));
            seen.has_status(200);
            let bundle: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
            bundle["total"].as_u64().unwrap()
        };
        let her = persona(world, &Persona::Citizen(people[0]));
        assert_eq!(asking(&her, &town[0].ins), 1, "herself");
        assert_eq!(asking(&her, &town[1].ins), 0, "a neighbour");
        let nobody = country::sample_patient().ins;
        assert_eq!(asking(&her, &nobody), 0, "nobody");
        // And the neighbour's journal was not written into.
        let neighbour = people[1];
        let refused = world
            .house
            .store
            .read(move |tx| {
                let key = tx.space_key(neighbour)?;
                let mut refused = 0;
                tx.acts(&key, kernel::Seq(0), store::Want::LINES, |row| {
                    refused += u32::from(row.kind == store::Kind::Refused);
                    Ok(())
                })?;
                Ok(refused)
            })
            .wait()
            .unwrap();
        assert_eq!(refused, 0);
    });
}

#[test]
fn an_account_has_its_own_limit_wherever_it_comes_from() {
    let world = strict();
    let cast = Cast::of(&world);
    let citizen = persona(&world, &Persona::Citizen(cast.her));
    let ask = |n: u32| {
        let request = citizen.client.get(format!("{}/journal", world.base));
        request.header("x-real-ip", format!("198.51.100.{n}")).send().unwrap().status().as_u16()
    };
    let statuses: Vec<u16> = (0..4).map(ask).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
}

#[test]
fn this_machine_is_not_limited_unless_told() {
    on_both(|world| {
        let browser = world.browser();
        for _ in 0..700 {
            browser.get("/robots.txt").has_status(200);
        }
        let cast = Cast::of(world);
        let citizen = persona(world, &Persona::Citizen(cast.her));
        for _ in 0..130 {
            citizen.get("/help").has_status(200);
        }
    });
}

/// Where a search for somebody leads, with the proof of the search.
fn searched(doctor: &Browser, of: &synthetic::Person) -> String {
    let page = doctor.get("/pro");
    let seen = doctor.post(&page, "/pro", &[("ins", &of.ins.matricule)]);
    seen.has_status(303);
    seen.location.unwrap()
}

/// The address that an emergency is declared at, from the page that stopped her.
fn emergency_on(page: &Seen) -> String {
    page.has_status(200);
    let from = page.text.find("/emergency?found=").expect("a way on where a life is in danger");
    let start = page.text[..from].rfind('"').unwrap() + 1;
    let end = from + page.text[from..].find('"').unwrap();
    page.text[start..end].replace("&amp;", "&")
}

fn declares(doctor: &Browser, address: &str) -> Seen {
    let (action, found) = address.split_once("?found=").unwrap();
    let form = doctor.get(address);
    form.has_status(200);
    doctor.post(&form, action, &[("found", found), ("reason", "Inconsciente après une chute")])
}

#[test]
fn an_emergency_is_stopped_by_no_count_and_many_of_them_are_told() {
    on_both(|world| {
        let today = world.house.clock.now().date();
        let norms = Norms::built_in().unwrap();
        let many = usize::try_from(norms.unusual.emergencies).unwrap();
        let town: Vec<_> = country::Country::new(1, today).people().take(many).collect();
        enrol(world, &town);
        let practitioner = professionals::doctor(1, 0);
        register(world, &[&practitioner]);
        let doctor = persona_again(world);
        let (page, mut key) = (doctor.get("/pro/account"), work::key());
        let made = work::make_on(&doctor, &page, &mut key, "/pro/account");
        assert_eq!(work::script(&doctor, &page, "/pro/account/passkey/finish", &made).0, 200);
        world.house.clock.advance(16 * 60 * kernel::Instant::SECOND);
        let (_, status, said) = walk(&doctor, 900_000..900_200);
        assert_eq!(status, 303, "{said}");
        // More than usual: the page that asks for the passkey leads on where a life is in danger.
        let record = searched(&doctor, &town[0]);
        let stopped = doctor.get(&record);
        stopped.has_status(303);
        let address = emergency_on(&doctor.get(&stopped.location.unwrap()));
        // Whoever finds an open screen declares nothing.
        let asked = declares(&doctor, &address);
        assert!(asked.location.is_some_and(|to| to.starts_with("/confirm?")), "{}", asked.status);
        let doctor = persona_again(world);
        let declared = declares(&doctor, &address);
        declared.has_status(303);
        doctor.get(&declared.location.unwrap()).says("Accès en urgence");
        // More than possible: no passkey helps, and the way is the same.
        let (_, status, said) = walk(&doctor, 910_000..910_200);
        assert_eq!(status, 403, "{said}");
        let team = persona(world, &Persona::Operator("support".into()));
        let account = format!("/operator/vigilance/{}", practitioner.rpps);
        for person in &town[1..] {
            team.get(&account).does_not_say("Urgences déclarées à répétition");
            let stopped = doctor.get(&searched(&doctor, person));
            stopped.has_status(303);
            let page = doctor.get(&stopped.location.unwrap());
            page.says("Trop d’espaces ouverts");
            declares(&doctor, &emergency_on(&page)).has_status(303);
        }
        // As many as nobody declares in a day are told to the team, and still stop nobody.
        team.get(&account).says("Urgences déclarées à répétition");
    });
}
