//! A device comes, is told, goes; and what the push service gets to see.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use kernel::codes::base64url;
use store::{Kind, Store};

use super::super::telling::{PUSH, begin, gone, notification, weighed};
use super::super::{News, Pair, chosen, rules};
use super::*;
use crate::testing::{HER, NOW, citizen, enrol, journal};

const ENDPOINT: &str = "https://updates.push.services.mozilla.com/wpush/v2/abc";
const SITE: Site<'_> = Site { name: "Carnet", origin: "https://carnet.example.org" };

/// A browser's own half.
struct Browser {
    public: Vec<u8>,
}

impl Browser {
    fn new() -> Self {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        Self { public: key.compute_public_key().unwrap().as_ref().to_vec() }
    }

    fn adds(&self, store: &Store, name: &str, endpoint: &str) -> Result<i64, &'static str> {
        let (name, endpoint, key, secret) =
            (name.to_owned(), endpoint.to_owned(), base64url(&self.public), base64url(&[9; 16]));
        let chance = Chance::seeded(endpoint.bytes().map(u64::from).sum());
        let add = move |tx: &mut Tx<'_>| {
            let given = Subscription { endpoint: &endpoint, key: &key, secret: &secret };
            add(tx, &citizen(HER, NOW), &name, &given, &Services::read(USUAL).unwrap(), &chance)
        };
        store.write(add).wait().unwrap().map_err(|refusal| refusal.code())
    }
}

fn devices(store: &Store) -> Vec<Device> {
    store.read(|tx| chosen(tx, &citizen(HER, NOW))).wait().unwrap().devices
}

/// The payloads of the notifications that these news lead to.
fn told(store: &Store, now: Instant) -> Vec<String> {
    let tell = move |tx: &mut Tx<'_>| {
        let Some(look) = begin(tx, Pair::own(HER), now)? else { return Ok(()) };
        let head = tx.head(look.pass().key())?;
        weighed(tx, look, &News { emergency: true, ..News::default() }, None, head)
    };
    store.write(tell).wait().unwrap();
    let jobs = store.take_jobs(now, 20).wait().unwrap();
    for job in &jobs {
        store.finish_job(job).wait().unwrap();
    }
    jobs.into_iter().filter(|job| job.task == PUSH).map(|job| job.payload).collect()
}

fn letter_of(store: &Store, payload: &str, services: &'static str) -> Option<Letter> {
    let payload = payload.to_owned();
    let read = move |tx: &mut Tx<'_>| {
        let services = &Services::read(services).unwrap();
        let house = House { site: SITE, services, contact: "mailto:carnet@example.org", now: NOW };
        notification(tx, &payload, HER, &house)
    };
    store.read(read).wait().unwrap()
}

#[test]
fn a_device_is_told_under_the_name_she_gave_it() {
    store::testing::both(|store| {
        enrol(&store);
        let browser = Browser::new();
        let id = browser.adds(&store, "  Mon \n téléphone ", ENDPOINT).unwrap();
        let [device] = devices(&store).try_into().unwrap();
        assert_eq!((device.id, device.says.name.as_str()), (id, "Mon téléphone"));
        let [payload] = told(&store, NOW).try_into().unwrap();
        let letter = letter_of(&store, &payload, USUAL).unwrap();
        assert_eq!((letter.device, letter.endpoint.as_str()), (id, ENDPOINT));
        assert!(letter.authorization.starts_with("vapid t="));
        // What it says, a fake push service reads in crates/server/tests/it/push.rs.
        assert_eq!(letter.body[16..21], [0, 0, 16, 0, 65]);
        assert!(
            letter_of(&store, &payload, "https://other.example").is_none(),
            "a service given up by the operator"
        );
    });
}

#[test]
fn what_is_no_subscription_is_refused_and_so_is_one_too_many() {
    store::testing::both(|store| {
        enrol(&store);
        let browser = Browser::new();
        assert_eq!(browser.adds(&store, " ", ENDPOINT), Err("push-name"));
        assert_eq!(browser.adds(&store, "x", "https://10.0.0.7/x"), Err("push-service"));
        let mut wrong = Browser::new();
        wrong.public[40] ^= 1;
        assert_eq!(wrong.adds(&store, "x", ENDPOINT), Err("push-subscription"));
        assert!(devices(&store).is_empty());

        let address = |n: usize| format!("{ENDPOINT}{n}");
        let first = browser.adds(&store, "x", &address(0)).unwrap();
        for n in 1..MOST {
            browser.adds(&store, &"é".repeat(100), &address(n)).unwrap();
        }
        assert_eq!(browser.adds(&store, "x", &address(MOST)), Err("push-many"));
        assert_eq!(devices(&store)[1].says.name.chars().count(), LONGEST_NAME);
        assert_eq!(browser.adds(&store, "y", &address(0)), Ok(first), "the same again has a new name");
        assert_eq!(devices(&store).len(), MOST);
    });
}

#[test]
fn a_device_that_is_removed_or_gone_is_told_no_more() {
    store::testing::both(|store| {
        enrol(&store);
        let browser = Browser::new();
        let first = browser.adds(&store, "Téléphone", ENDPOINT).unwrap();
        let second = browser.adds(&store, "Tablette", &format!("{ENDPOINT}2")).unwrap();
        let payloads = told(&store, NOW);
        assert_eq!(payloads.len(), 2, "each device for itself");
        store.write(move |tx| remove(tx, &citizen(HER, NOW), first)).wait().unwrap();
        store.write(move |tx| remove(tx, &citizen(HER, NOW), first)).wait().unwrap();
        let left = payloads.iter().filter(|payload| letter_of(&store, payload, USUAL).is_some());
        assert_eq!(left.count(), 1, "also of what was queued before");
        let system = crate::enrolment::waves::system("notice", NOW, 1);
        store.write(move |tx| gone(tx, HER, second, &system)).wait().unwrap();
        assert!(devices(&store).is_empty());
        let chosen = store.read(|tx| chosen(tx, &citizen(HER, NOW))).wait().unwrap();
        assert_eq!(chosen.choice.wishes, Wishes::default(), "nothing reaches her any more");
        let later = NOW.plus(rules::BETWEEN);
        assert!(told(&store, later).is_empty());
        let said = journal(&store, HER);
        let said: Vec<&str> =
            said.iter().filter(|(kind, _)| *kind == Kind::NoticeChosen).map(|(_, s)| s.as_str()).collect();
        assert_eq!(said, [ADDED, ADDED, REMOVED, GONE]);
    });
}

#[test]
fn a_device_of_another_house_is_forgotten_on_arrival() {
    store::testing::both(|store| {
        enrol(&store);
        let ours = Browser::new().adds(&store, "Ici", ENDPOINT).unwrap();
        store
            .write(move |tx| {
                let key = tx.space_key(HER)?;
                let mut foreign = queries::of(tx, &key)?.remove(0);
                (foreign.id, foreign.says.bound_to) = (ours + 1, "another".to_owned());
                queries::put(tx, &key, &foreign)?;
                super::super::settle(tx, &key)
            })
            .wait()
            .unwrap();
        let left: Vec<i64> = devices(&store).iter().map(|device| device.id).collect();
        assert_eq!(left, [ours]);
        let sealed =
            store.read(|tx| Ok(tx.one("SELECT sealed FROM push_device", &[], |row| row.bytes(0))?.unwrap()));
        assert!(!String::from_utf8_lossy(&sealed.wait().unwrap()).contains("mozilla"));
    });
}
