//! The transparency log over HTTP: anybody mirrors it and finds the checkpoint's root, she checks her journal with what
//! she kept, a lie is found by the offline verifier, a witness follows.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::{Instant, PersonId};
use people::identity::session::Persona;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use store::args;
use store::log::check::{self, Kept};
use store::log::note::{Kind, Note, Signer, VerifierKey};
use store::log::proof::{Hex, Link, Proof};
use store::log::tiles::Address;
use store::log::tree::{self, Hash, Subtrees, leaf_hash};
use synthetic::country;

use crate::harness::{Browser, World, on_both};
use crate::people_of::{enrol, persona};

/// A whole log in memory.
struct Mirror(Vec<Hash>);

impl Subtrees for Mirror {
    type Error = Infallible;

    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, Infallible> {
        let from = (index << height) as usize;
        Ok(tree::fold(self.0[from..from + (1 << height)].to_vec()))
    }
}

fn fetch(world: &World, path: &str) -> Response {
    let browser = world.browser();
    browser.client.get(format!("{}{path}", browser.base)).send().unwrap()
}

fn checkpoint(world: &World) -> Note {
    let answer = fetch(world, "/log/checkpoint");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(answer.headers().get("set-cookie").is_none(), "whoever follows the log is nobody's guest");
    answer.text().unwrap().parse().unwrap()
}

fn keys(world: &World) -> Vec<VerifierKey> {
    let terms = world.house.config.log.terms.clone();
    world.house.store.read(move |tx| Ok(tx.log_keys(&terms)?)).wait().unwrap()
}

fn tile(world: &World, level: Option<u32>, n: u64, width: u64) -> Vec<u8> {
    let path = format!("/log/tile/{}", Address { level, n, width });
    let answer = fetch(world, &path);
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert!(answer.headers().get("set-cookie").is_none());
    answer.bytes().unwrap().to_vec()
}

/// Fetches every entry of a log of `size` leaves and compares the tiles with them.
fn mirror(world: &World, size: u64) -> Mirror {
    let mut leaves = Vec::new();
    for n in 0..size.div_ceil(256) {
        let width = (size - n * 256).min(256);
        let bundle = tile(world, None, n, width);
        let mut rest = bundle.as_slice();
        let from = leaves.len();
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (entry, after) = after.split_at(u16::from_be_bytes(*length) as usize);
            leaves.push(leaf_hash(entry));
            rest = after;
        }
        assert_eq!(tile(world, Some(0), n, width), leaves[from..].as_flattened());
    }
    Mirror(leaves)
}

#[test]
fn anybody_can_mirror_the_log_and_finds_its_root() {
    on_both(|world| {
        enrol(
            world,
            &country::Country::new(3, world.house.clock.now().date()).people().take(5).collect::<Vec<_>>(),
        );
        world.worker_works();
        let note = checkpoint(world);
        assert_eq!(note.checkpoint.origin, format!("{}/log", world.house.config.host()));
        assert!(note.is_signed_by(&keys(world)[0]));
        let size = note.checkpoint.size;
        assert!(size >= 5, "{size}");
        let Ok(root) = tree::root(&mut mirror(world, size), size);
        assert_eq!(root, note.checkpoint.root);
        for path in [
            format!("/log/tile/0/000.p/{}", size + 1),
            "/log/tile/0/000".to_owned(),
            "/log/tile/0/0".to_owned(),
            "/log/tile/entries/x001/000.p/1".to_owned(),
            "/log/tile/64/000".to_owned(),
            "/log/tile/".to_owned(),
        ] {
            assert_eq!(fetch(world, &path).status(), 404, "{path}");
        }
    });
}

fn proof(browser: &Browser, query: &str) -> Proof {
    let page = browser.get(&format!("/journal/proof{query}"));
    page.has_status(200);
    serde_json::from_str(&page.text).unwrap()
}

fn flaws(proof: &Proof, kept: &Kept) -> Vec<(&'static str, Option<u32>)> {
    check::check(proof, kept).iter().map(|f| (f.flaw.word(), f.seq.map(|seq| seq.0))).collect()
}

/// What she keeps of a proof.
fn keep(proof: &Proof) -> Kept {
    let head = proof.acts.iter().rev().find_map(|link| match link {
        Link::Told(told) => Some((told.seq, told.hash.0)),
        Link::Withheld { .. } => None,
    });
    let key = proof.keys[0].parse().ok();
    Kept { key, note: proof.note(), at: Some(proof.at), head, ..Kept::default() }
}

#[test]
fn she_checks_her_journal_with_what_she_kept() {
    on_both(|world| {
        let her = enrol(world, &[country::sample_patient()])[0];
        let browser = persona(world, &Persona::Citizen(her));
        browser.get("/documents").has_status(200);
        world.worker_works();
        let first = proof(&browser, "");
        assert_eq!(flaws(&first, &keep(&first)), []);
        let size = first.note().unwrap().checkpoint.size;
        assert!(size > 0);
        // Reading the proof was an act too. Time goes by, and she reads again.
        world.worker_works();
        world.house.clock.advance(3 * Instant::DAY);
        let browser = persona(world, &Persona::Citizen(her));
        browser.get("/journal").has_status(200);
        world.worker_works();
        let later = proof(&browser, &format!("?since={size}"));
        assert!(later.acts.len() > first.acts.len());
        assert_eq!(flaws(&later, &keep(&first)), []);
        let known = keep(&first).head.unwrap().0;
        let short = proof(&browser, &format!("?since={size}&after={}&leaves=1", known.0));
        assert_eq!(
            short.acts.len(),
            later.acts.len() - known.0 as usize + 1,
            "reading the proof is an act too"
        );
        assert_eq!(flaws(&short, &keep(&first)), []);
        let far = proof(&browser, "?since=999999&after=999999");
        assert_eq!(far.consistency, None);
        // Nobody else gets it.
        assert_eq!(fetch(world, "/journal/proof").status(), 303);
        lies_are_found(world, her, &browser, &first);
    });
}

/// What the journal's page lets her keep of a proof.
fn marker(of: &Proof) -> Value {
    let (seq, head) = keep(of).head.unwrap();
    json!({ "checkpoint": of.checkpoint, "vkey": of.keys[0], "seq": seq, "head": Hex(head), "at": of.at })
}

/// What somebody who has the database, but not the keys, does to it, and what all three verifiers find.
fn lies_are_found(world: &World, her: PersonId, browser: &Browser, kept: &Proof) {
    let size = kept.note().unwrap().checkpoint.size;
    let (folder, marker) = (tempfile::tempdir().unwrap(), marker(kept));
    let change = |sql: &'static str, seq: u32| {
        let id = her.act_key(kernel::Seq(seq));
        world.house.store.write(move |tx| Ok(tx.exec(sql, args![her, id])?)).wait().unwrap();
    };
    let swap = |a: u32, b: u32| {
        let [a, b] = [a, b].map(|seq| her.act_key(kernel::Seq(seq)));
        let moved = "UPDATE act SET id = $3 WHERE person = $1 AND id = $2";
        let swapped = move |tx: &mut store::Tx<'_>| {
            for (from, to) in [(a, -a), (b, a), (-a, b)] {
                tx.exec(moved, args![her, from, to])?;
            }
            Ok(())
        };
        world.house.store.write(swapped).wait().unwrap();
    };
    let found = || {
        let page = browser.get(&format!("/journal/proof?leaves=all&since={size}"));
        agreed(folder.path(), &page.text, Some(&marker))
    };
    change("UPDATE act SET at = at - 1 WHERE person = $1 AND id = $2", 2);
    assert_eq!(found(), ["chain 2"]);
    change("UPDATE act SET at = at + 1 WHERE person = $1 AND id = $2", 2);
    assert_eq!(found(), [""; 0]);
    swap(2, 3);
    let swapped = found();
    for line in ["chain 2", "chain 3"] {
        assert!(swapped.iter().any(|said| said == line), "{line}: {swapped:?}");
    }
    swap(2, 3);
    assert_eq!(found(), [""; 0]);
    change("DELETE FROM act WHERE person = $1 AND id = $2", 2);
    let missing = found();
    for line in ["dropped 3", "chain 3"] {
        assert!(missing.iter().any(|said| said == line), "{line}: {missing:?}");
    }
}

fn carnet(arguments: &[&Path]) -> (bool, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_carnet")).args(arguments).output().unwrap();
    (done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn a_file_is_verified_without_a_house() {
    let (store, dir) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(dir));
    let her = enrol(&world, &[country::sample_patient()])[0];
    let browser = persona(&world, &Persona::Citizen(her));
    world.worker_works();
    let first = browser.get("/journal/proof?leaves=all").text;
    let size = serde_json::from_str::<Proof>(&first).unwrap().note().unwrap().checkpoint.size;
    browser.get("/documents").has_status(200);
    world.worker_works();
    let second = browser.get(&format!("/journal/proof?leaves=all&since={size}")).text;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (first_file, second_file) = (write("first.json", &first), write("second.json", &second));
    let note = serde_json::from_str::<Proof>(&first).unwrap().checkpoint.unwrap();
    let note_file = write("checkpoint.txt", &note);
    let key = keys(&world)[0].to_string();
    let p = Path::new;
    let verify = |file: &Path, kept: &Path, key: &str| {
        carnet(&[p("verify"), p("--proof"), file, p("--checkpoint"), kept, p("--key"), p(key)])
    };
    for kept in [&note_file, &first_file] {
        let (fine, said) = verify(&second_file, kept, &key);
        assert!(fine, "{said}");
        assert!(said.starts_with(&format!("person {her}\tacts ")), "{said}");
    }
    let changed = second.replacen("\\\"p\\\":", "\\\"P\\\":", 1);
    assert_ne!(changed, second);
    let (fine, said) = verify(&write("changed.json", &changed), &note_file, &key);
    assert!(!fine && said.starts_with("chain\tact 1\t"), "{said}");
    let marker = marker(&serde_json::from_str(&first).unwrap());
    for (lie, found) in lies(&second) {
        let said = agreed(folder.path(), &lie, Some(&marker));
        assert!(!found.is_empty() && found.iter().all(|line| said.contains(line)), "{found:?}: {said:?}");
    }
    assert_eq!(agreed(folder.path(), &second, Some(&marker)), [""; 0]);
    let other = Signer::from_seed(&keys(&world)[0].name, Kind::Log, &[1; 32]).unwrap();
    let (fine, said) = verify(&second_file, &note_file, &other.verifier().to_string());
    assert!(!fine && said.starts_with("signature\t"), "{said}");
    let (fine, said) = verify(&first_file, &write("later.txt", &checkpoint_of(&second)), &key);
    assert!(!fine && said.starts_with("shrunk\t"), "{said}");
}

/// What somebody who runs the program could tell in place of this proof, and what is to be found in it: a line changed,
/// dropped, exchanged with the next, exchanged under the other's rank, and dated back.
fn lies(proof: &str) -> Vec<(String, Vec<String>)> {
    type Lie = (&'static [&'static str], fn(&mut Vec<Value>, usize));
    let of: Value = serde_json::from_str(proof).unwrap();
    let acts = of["acts"].as_array().unwrap();
    // A told one that has a neighbour on either side.
    let at = (1..acts.len() - 1).rfind(|i| acts[*i].get("at").is_some()).unwrap();
    let lies: [Lie; 5] = [
        (&["chain 0"], |acts, at| acts[at]["line"] = "{}".into()),
        (&["dropped 1", "chain 1"], |acts, at| {
            acts.remove(at);
        }),
        (&["dropped 1", "chain 1"], |acts, at| acts.swap(at, at + 1)),
        (&["chain 0", "chain 1"], |acts, at| {
            let ranks = [at, at + 1].map(|i| acts[i]["seq"].clone());
            acts.swap(at, at + 1);
            [acts[at]["seq"], acts[at + 1]["seq"]] = ranks;
        }),
        (&["chain 0", "back-dated 0"], |acts, at| {
            let told = acts[at]["at"].as_i64().unwrap();
            acts[at]["at"] = (told - 10 * Instant::DAY).into();
        }),
    ];
    let rank = acts[at]["seq"].as_u64().unwrap();
    let lies = lies.into_iter().map(|(found, lie)| {
        let mut told = of.clone();
        lie(told["acts"].as_array_mut().unwrap(), at);
        let named = found.iter().map(|line| {
            let (code, after) = line.split_once(' ').unwrap();
            format!("{code} {}", rank + after.parse::<u64>().unwrap())
        });
        (told.to_string(), named.collect())
    });
    lies.collect()
}

/// What all three verifiers say of a proof, which is the same: the journal page's own, `carnet verify`, and the one in
/// Python; `code` or `code rank`, sorted.
fn agreed(folder: &Path, proof: &str, kept: Option<&Value>) -> Vec<String> {
    let kept_text = kept.map(Value::to_string);
    let [carnet, python] = others(folder, proof, kept_text.as_deref());
    let (said, end) = carnet.trim_end().rsplit_once('\n').unwrap_or(("", carnet.trim_end()));
    assert!(end.starts_with("person "), "{carnet}");
    let mut of_carnet: Vec<(u32, &str)> = said
        .lines()
        .map(|line| {
            let mut parts = line.split('\t');
            let (code, act) = (parts.next().unwrap(), parts.next().unwrap());
            (act.strip_prefix("act ").map_or(0, |seq| seq.parse().unwrap()), code)
        })
        .collect();
    of_carnet.sort_unstable();
    of_carnet.dedup();
    let of_carnet: Vec<String> = of_carnet
        .into_iter()
        .map(|(seq, code)| if seq == 0 { code.to_owned() } else { format!("{code} {seq}") })
        .collect();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/tests/verify.browser.mjs");
    let mut node = Command::new("node");
    node.arg(program).arg(folder.join("proof.json"));
    if kept.is_some() {
        node.arg("--kept").arg(folder.join("kept.json"));
    }
    let browser = node.output().unwrap();
    assert!(browser.status.success(), "{}", String::from_utf8_lossy(&browser.stderr));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(of_carnet, lines(&python), "`carnet verify` and verify.py");
    assert_eq!(of_carnet, lines(&String::from_utf8(browser.stdout).unwrap()), "`carnet verify` and the page");
    of_carnet
}

/// What the two other verifiers say, which share no line with this one: `carnet verify` and the one in Python.
fn others(folder: &Path, proof: &str, kept: Option<&str>) -> [String; 2] {
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).unwrap();
        folder.join(name)
    };
    let (proof, kept) = (write("proof.json", proof), kept.map(|kept| write("kept.json", kept)));
    let p = Path::new;
    let mut verify = vec![p("verify"), p("--proof"), &proof];
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/tests/verify.py");
    let mut second = Command::new("python3");
    second.arg(python).arg(&proof);
    if let Some(kept) = &kept {
        verify.extend([p("--checkpoint"), kept]);
        second.arg("--kept").arg(kept);
    }
    let said = second.output().unwrap();
    assert!(said.stderr.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
    [carnet(&verify).1, String::from_utf8(said.stdout).unwrap()]
}

#[test]
fn a_log_that_was_begun_anew_tells_everybody_why() {
    const REASON: &str = "An older backup was restored.";
    let (store, dir) = store::testing::sqlite().unwrap();
    let world = World::on(store, Box::new(dir));
    let her = enrol(&world, &[country::sample_patient()])[0];
    let browser = persona(&world, &Persona::Citizen(her));
    browser.get("/documents").has_status(200);
    world.worker_works();
    assert_eq!(fetch(&world, "/log/begun").status(), 404);
    let first = proof(&browser, "");
    let seq = keep(&first).head.unwrap().0;
    let marker = marker(&first);
    let (terms, now) = (world.house.config.log.terms.clone(), world.house.clock.now());
    let begun = world.house.store.restart_log(&terms, None, REASON, now).unwrap();
    assert_eq!(begun.closed[0].checkpoint, first.checkpoint.clone().unwrap());
    world.worker_works();
    let said = fetch(&world, "/log/begun");
    assert_eq!(said.headers()["access-control-allow-origin"], "*");
    assert_eq!(
        checkpoint(&world).checkpoint.origin,
        format!("{}/2", first.note().unwrap().checkpoint.origin)
    );
    let size = first.note().unwrap().checkpoint.size;
    let later = proof(&browser, &format!("?leaves=all&since={size}"));
    assert_eq!(later.begun.as_ref().unwrap().statement, said.text().unwrap());
    assert_eq!(flaws(&later, &keep(&first)), [("restarted", None)]);
    let folder = tempfile::tempdir().unwrap();
    let written = serde_json::to_string(&later).unwrap();
    assert_eq!(agreed(folder.path(), &written, Some(&marker)), ["restarted"]);
    let [carnet, _] = others(folder.path(), &written, Some(&marker.to_string()));
    assert!(
        carnet.starts_with("restarted\t\tthe log was begun anew on") && carnet.contains(REASON),
        "{carnet}"
    );
    assert_eq!(agreed(folder.path(), &written, None), [""; 0]);
    let mut unknown = marker;
    unknown["head"] = "00".repeat(32).into();
    let unshown = agreed(folder.path(), &written, Some(&unknown));
    assert_eq!(unshown, ["restarted".to_owned(), format!("unshown {}", seq.0)]);
}

#[test]
fn while_the_log_waits_for_a_decision_whoever_runs_it_is_told() {
    on_both(|world| {
        let asked = |path: &str| {
            let client = world.browser().client;
            client.get(format!("{}{path}", world.admin)).send().unwrap().text().unwrap()
        };
        let team = persona(world, &Persona::Operator("support".into()));
        assert_eq!(asked("/readyz"), "ready\n");
        assert!(asked("/metrics").contains("carnet_log_held 0\n"));
        team.get("/operator/enrolment").does_not_say("carnet log continue");
        // As a restore leaves it.
        let held = |tx: &mut store::Tx<'_>| {
            let sql = "INSERT INTO house (name, value) VALUES ('log-held', $1)";
            Ok(tx.exec(sql, store::args![b"1"]).map(|_| ())?)
        };
        world.house.store.write(held).wait().unwrap();
        assert!(asked("/readyz").starts_with("ready\nthe transparency log waits"));
        assert!(asked("/metrics").contains("carnet_log_held 1\n"));
        team.get("/operator/enrolment").says("carnet log continue");
    });
}

fn checkpoint_of(proof: &str) -> String {
    serde_json::from_str::<Proof>(proof).unwrap().checkpoint.unwrap()
}

/// A witness (c2sp.org/tlog-witness) for one log: its key, and what it has followed.
struct Witness {
    signer: Signer,
    followed: Mutex<HashMap<String, (u64, Hash)>>,
    log: Mutex<Option<VerifierKey>>,
}

impl Witness {
    fn start(name: &str, seed: u8) -> (Arc<Self>, String) {
        let signer = Signer::from_seed(name, Kind::Witness, &[seed; 32]).unwrap();
        let (followed, log) = (Mutex::new(HashMap::new()), Mutex::new(None));
        let witness = Arc::new(Self { signer, followed, log });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = witness.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serving.serve(stream);
            }
        });
        (witness, address)
    }

    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        reader.read_line(&mut line).unwrap();
        let known = line.starts_with("POST /add-checkpoint ");
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let (status, said) =
            if known { self.add_checkpoint(&String::from_utf8(body).unwrap()) } else { (404, String::new()) };
        let answer = format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}",
            said.len()
        );
        reader.get_mut().write_all(answer.as_bytes()).unwrap();
    }

    fn add_checkpoint(&self, body: &str) -> (u16, String) {
        let (head, text) = body.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
        let proof: Vec<Hash> = lines.map(|line| STANDARD.decode(line).unwrap().try_into().unwrap()).collect();
        let note: Note = text.parse().unwrap();
        let new = &note.checkpoint;
        if !self.log.lock().unwrap().as_ref().is_some_and(|key| note.is_signed_by(key)) {
            return (403, String::new());
        }
        let mut followed = self.followed.lock().unwrap();
        let (size, root) = followed.get(&new.origin).copied().unwrap_or((0, tree::empty_root()));
        if old > new.size {
            return (400, String::new());
        }
        if old != size {
            return (409, format!("{size}\n"));
        }
        if !tree::is_consistent(size, new.size, &root, &new.root, &proof) {
            return (422, String::new());
        }
        followed.insert(new.origin.clone(), (new.size, new.root));
        (200, self.signer.cosign(note.text(), 1_795_334_400))
    }
}

#[test]
fn witnesses_follow_and_a_checkpoint_waits_for_them() {
    store::testing::both(|store| {
        let (first, at_first) = Witness::start("w1.example", 1);
        let (second, at_second) = Witness::start("w2.example", 2);
        let both = [first.signer.verifier().clone(), second.signer.verifier().clone()];
        let configured = format!("{} {at_first}, {} {at_second}", both[0], both[1]);
        let configuration = [("CARNET_LOG_WITNESSES", configured.as_str()), ("CARNET_LOG_THRESHOLD", "2")];
        let world = World::with(store, Box::new(()), &configuration);
        *first.log.lock().unwrap() = Some(keys(&world)[0].clone());
        let her = enrol(&world, &[country::sample_patient()])[0];
        world.worker_works();
        assert_eq!(fetch(&world, "/log/checkpoint").status(), 404, "one of two has followed");
        *second.log.lock().unwrap() = Some(keys(&world)[0].clone());
        world.worker_works();
        let note = checkpoint(&world);
        assert_eq!(note.cosignatures(&both), 2);
        // One that has lost our trace is asked again from where it is.
        second.followed.lock().unwrap().clear();
        let browser = persona(&world, &Persona::Citizen(her));
        browser.get("/documents").has_status(200);
        world.worker_works();
        let later = checkpoint(&world);
        assert!(later.checkpoint.size > note.checkpoint.size);
        assert_eq!(later.cosignatures(&both), 2);
        let told = proof(&browser, "");
        let kept = Kept { witnesses: both.to_vec(), threshold: 2, ..keep(&told) };
        assert_eq!(flaws(&told, &kept), []);
        assert_eq!(told.witnesses, both.map(|key| key.to_string()));
        // One that knows another log of this name does not sign, and the world goes on seeing the old checkpoint.
        for known in second.followed.lock().unwrap().values_mut() {
            known.1 = [9; 32];
        }
        browser.get("/documents").has_status(200);
        world.worker_works();
        assert_eq!(checkpoint(&world).checkpoint, later.checkpoint);
    });
}
