//! The table of the OpenID and FAPI checks: every module of the plans has one row, and every test that a row names
//! exists.

use std::collections::BTreeSet;
use std::path::Path;

use crate::asvs::{functions, tests_named};

const TABLE: &str = include_str!("../../../../docs/security/openid-checks.md");

/// How many modules each plan has, by the beginning of its heading: the suite's lists, without those that are for
/// another profile or an ecosystem.
const PLANS: [(&str, usize); 5] = [
    ("Basic OP", 38),
    ("Config OP", 1),
    ("RP-Initiated and Back-Channel Logout OP", 13),
    ("FAPI 2.0 Security Profile, authorization server", 53),
    ("FAPI 2.0 Security Profile, client", 23),
];

/// The modules that the rows of a section name, in order: what stands in backquotes in their first cell.
fn modules(section: &str) -> Vec<&str> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|line| line.split(" | ").next().unwrap_or_default().split('`').skip(1).step_by(2))
        .filter(|word| word.contains('-'))
        .collect()
}

#[test]
fn every_module_of_the_plans_has_one_row() {
    let mut seen = BTreeSet::new();
    for (plan, count) in PLANS {
        let (_, rest) = TABLE.split_once(&format!("\n## {plan}")).unwrap_or_else(|| panic!("no {plan}"));
        let section = rest.split("\n## ").next().unwrap();
        let named = modules(section);
        assert_eq!(named.len(), count, "{plan}: {named:?}");
        for module in named {
            assert!(seen.insert((plan, module)), "{plan}: {module} has two rows");
        }
    }
}

#[test]
fn every_check_names_a_test_that_exists_or_a_reason() {
    let mut known = BTreeSet::new();
    functions(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut known);
    let named: BTreeSet<&str> = tests_named(TABLE).filter(|word| !word.contains("oidcc")).collect();
    assert!(named.len() > 60, "only {} tests are named", named.len());
    let words = [
        "end_session_endpoint",
        "backchannel_logout_supported",
        "request_not_supported",
        "request_uri_not_supported",
        "unknown_user_id",
        "invalid_binding_message",
        "client_secret_post",
        "private_key_jwt",
        "auth_req_id",
        "post_logout_redirect_uri",
    ];
    let missing: Vec<_> =
        named.iter().filter(|name| !known.contains(**name) && !words.contains(name)).collect();
    assert!(missing.is_empty(), "no such test: {missing:?}");
    let rows = TABLE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    for row in rows {
        let last = row.trim_end_matches('|').rsplit(" | ").next().unwrap_or_default().trim();
        assert!(last.len() > 8, "{row}");
    }
}
