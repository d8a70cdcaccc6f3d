//! PostgreSQL on another machine proves who it is, or is refused with a sentence that says what to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail as tests do")]

use kernel::Fault;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use store::testing::{Server, Setup};
use store::{Keyring, Options, Place, Store};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server's certificate and key for `localhost`, good until the end of `year`.
fn certificate(authority: &Authority, year: i32) -> (String, String) {
    signed(authority, CertificateParams::new(["localhost".to_owned()]).unwrap(), year)
}

/// A client's, for the role `name`.
fn of_role(authority: &Authority, name: &str) -> (String, String) {
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    signed(authority, params, 2090)
}

fn signed(authority: &Authority, mut params: CertificateParams, year: i32) -> (String, String) {
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(year, 12, 31));
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

/// The version of TLS that a store at this address speaks, if any.
fn version(url: &str) -> Result<Option<String>, Fault> {
    let place = Place::Postgres { url: url.to_owned(), dir: std::env::temp_dir() };
    let options = Options { readers: 1, writers: 1, ..Options::default() };
    let store = Store::open(&place, Keyring::ephemeral()?, &options)?;
    let sql = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    store
        .read(move |tx| Ok(tx.one(sql, &[], |row| row.opt_text(0))?.flatten()))
        .wait()
        .map_err(|refusal| refusal.fault.unwrap())
}

fn refused(url: &str) -> String {
    match version(url) {
        Err(Fault::Configuration(why)) => why,
        other => panic!("{url}: {other:?}"),
    }
}

#[test]
fn the_server_proves_who_it_is_or_is_refused_with_a_sentence_that_helps() {
    let (ours, others) = (authority(), authority());
    let folder = tempfile::tempdir().unwrap();
    let (root, other) = (folder.path().join("our root.pem"), folder.path().join("other.pem"));
    std::fs::write(&root, ours.pem()).unwrap();
    std::fs::write(&other, others.pem()).unwrap();
    let (pem, key) = certificate(&ours, 2090);
    let mut server = Server::start_with(&Setup { tls: Some((&pem, &key)), ..Setup::default() }).unwrap();
    // A keyring of its own for each, so a database of its own for each.
    let mut next = 0;
    let mut at = |server: &Server, host: &str, said: &str| {
        next += 1;
        server.create(&format!("tls_{next}")).unwrap();
        format!("postgres://carnet@{host}:{}/tls_{next}?{said}", server.port())
    };
    let named = |path: &std::path::Path| path.display().to_string().replace(' ', "%20");
    let (root, other) = (named(&root), named(&other));

    for (host, said) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={root}")),
        ("localhost", format!("sslrootcert={root}")),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={root}")),
        ("127.0.0.1", "sslmode=require".to_owned()),
    ] {
        let spoken = version(&at(&server, host, &said)).unwrap();
        assert_eq!(spoken.as_deref(), Some("TLSv1.3"), "{host} {said}");
    }
    for (host, said) in [("localhost", "sslmode=disable"), ("localhost", "")] {
        assert_eq!(version(&at(&server, host, said)).unwrap(), None, "{host} {said}");
    }
    for (host, said, expected) in [
        ("localhost", "sslmode=verify-full".to_owned(), "sslrootcert=FILE"),
        ("localhost", format!("sslmode=verify-full&sslrootcert={other}"), "nobody this machine trusts"),
        ("localhost", format!("sslmode=require&sslrootcert={other}"), "nobody this machine trusts"),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={root}"), "it is for another name"),
        ("localhost", "sslmode=verify-full&sslrootcert=nowhere.pem".to_owned(), "sslrootcert nowhere.pem"),
        ("localhost", "sslmode=prefer".to_owned(), "sslmode=prefer"),
    ] {
        let why = refused(&at(&server, host, &said));
        assert!(why.contains(expected), "{host} {said}: {why}");
    }

    let (pem, key) = certificate(&ours, 2021);
    server.put_certificate(&pem, &key).unwrap();
    server.stop().unwrap();
    server.restart().unwrap();
    let why = refused(&at(&server, "localhost", &format!("sslmode=verify-full&sslrootcert={root}")));
    assert!(why.contains("it has expired"), "{why}");
}

/// No password anywhere: the role is the name in the certificate (ASVS V13.2.1).
#[test]
fn we_prove_ourselves_with_a_certificate_where_the_address_names_one() {
    let (ours, clients) = (authority(), authority());
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (pem, key) = certificate(&ours, 2090);
    let clients_pem = clients.pem();
    let setup = Setup { tls: Some((&pem, &key)), clients: Some(&clients_pem), ..Setup::default() };
    let server = Server::start_with(&setup).unwrap();
    server.create("by_certificate").unwrap();
    let root = write("root.pem", &ours.pem());
    let at = |said: &str| {
        let port = server.port();
        format!("postgres://carnet@localhost:{port}/by_certificate?sslrootcert={root}{said}")
    };
    let shown = |(pem, key): (String, String)| {
        format!("&sslcert={}&sslkey={}", write("client.pem", &pem), write("client.key", &key))
    };
    let carnet = shown(of_role(&clients, "carnet"));
    assert_eq!(version(&at(&carnet)).unwrap().as_deref(), Some("TLSv1.3"));
    assert!(version(&at("")).is_err(), "nobody comes in without one");
    assert!(version(&at(&shown(of_role(&clients, "somebody")))).is_err(), "nor as another role");
    assert!(version(&at(&shown(of_role(&ours, "carnet")))).is_err(), "nor by another authority's word");
    let (pem, _) = of_role(&clients, "carnet");
    let (_, key) = of_role(&clients, "carnet");
    for (said, expected) in [
        (format!("&sslcert={root}"), "go together"),
        (format!("&sslcert=nowhere.pem&sslkey={root}"), "sslcert nowhere.pem"),
        (format!("&sslcert={root}&sslkey={root}"), "sslkey"),
        (shown((pem, key)), "does not go with sslkey"),
    ] {
        let why = refused(&at(&said));
        assert!(why.contains(expected), "{said}: {why}");
    }
}
