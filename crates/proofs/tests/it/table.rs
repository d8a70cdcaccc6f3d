//! The policies as a table, kept in `docs/policies.txt`, so that a reviewer sees a changed right as a changed line.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use cedar_policy::{Authorizer, Context, Decision, EntityUid, PolicySet, Request};

use crate::house;
use crate::scenes::{self, Kind, Scene, World};

const HEAD: &str = "\
# Who may do what, as the policies in policies/ decide it. A line is a relation to the space or its owner; its columns are
# what each kind of entry is to her who asks (x: she reads it), then what she may do in the space.
# hidden: kept from professionals. secret: a minor's, from her representatives. kept: by her, from who acts for her.
# untold: waits for an announcement. not for her: a type that her profession does not see. family: one not given to a
# delegate or an app.
# Printed by crates/proofs and compared; CARNET_TEST_WRITE=1 writes it anew.
";

/// The engine that the server uses, and the policies.
struct Judge {
    world: World,
    policies: PolicySet,
}

impl Judge {
    /// Whether this is allowed; `None` where the schema does not even know the question.
    fn allows(&self, scene: &Scene, action: &str, resource: &str, kind: &Kind) -> Option<bool> {
        let (who, id) = scene.principal;
        let uid = |kind: &str, id: &str| format!("{kind}::\"{id}\"").parse::<EntityUid>().unwrap();
        let schema = Some(&self.world.schema);
        let asked = Request::new(
            uid(who, id),
            uid("Action", action),
            resource.parse().unwrap(),
            Context::empty(),
            schema,
        );
        let entities = self.world.entities(scene, kind);
        let answer = Authorizer::new().is_authorized(&asked.ok()?, &self.policies, &entities);
        assert_eq!(answer.diagnostics().errors().count(), 0, "{}: {action}", scene.name);
        Some(answer.decision() == Decision::Allow)
    }
}

/// Every action of the schema, in the schema's own order of names.
fn actions(world: &World) -> BTreeSet<String> {
    world.schema.actions().map(|action| action.id().unescaped().to_owned()).collect()
}

fn print(judge: &Judge) -> String {
    let kinds = scenes::kinds();
    let mut text = HEAD.to_owned();
    write!(text, "{:40}", "# relation").unwrap();
    for kind in &kinds {
        write!(text, "| {} ", kind.name).unwrap();
    }
    text.push_str("| actions\n");
    let mut principal = "";
    for scene in scenes::all() {
        if scene.principal.0 != principal {
            principal = scene.principal.0;
            writeln!(text, "\n{principal}").unwrap();
        }
        write!(text, "{:40}", scene.name).unwrap();
        for kind in &kinds {
            let reads = judge.allows(&scene, "readEntry", "Entry::\"entry\"", kind).unwrap_or(false);
            write!(text, "| {:width$} ", if reads { "x" } else { "" }, width = kind.name.len()).unwrap();
        }
        let space =
            |action: &String| judge.allows(&scene, action, "Space::\"hers\"", &kinds[0]) == Some(true);
        let may: Vec<String> = actions(&judge.world).into_iter().filter(space).collect();
        writeln!(text, "| {}", if may.is_empty() { "nothing".to_owned() } else { may.join(" ") }).unwrap();
    }
    text
}

#[test]
fn the_table_of_the_policies_is_the_one_that_was_reviewed() {
    let judge = Judge { world: World::new(), policies: house::policies() };
    let printed = print(&judge);
    let path = house::root().join("docs/policies.txt");
    if std::env::var_os("CARNET_TEST_WRITE").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(printed, reviewed, "CARNET_TEST_WRITE=1 writes {} anew", path.display());
}

/// So that the table speaks of every right: each kind of principal may do, in some scene, each thing that the schema
/// lets it ask for.
#[test]
fn every_right_stands_in_the_table() {
    let judge = Judge { world: World::new(), policies: house::policies() };
    let kinds = scenes::kinds();
    for kind in house::kinds_of_request(&judge.world.schema) {
        let (who, what) = (kind.principal().to_string(), kind.action().id().unescaped().to_owned());
        let resource =
            if kind.resource().to_string() == "Entry" { "Entry::\"entry\"" } else { "Space::\"hers\"" };
        let shown = scenes::all()
            .iter()
            .filter(|scene| scene.principal.0 == who)
            .any(|scene| judge.allows(scene, &what, resource, &kinds[0]) == Some(true));
        assert!(shown, "no scene shows a {who} who may {what}");
    }
}

#[test]
fn no_two_relations_have_the_same_name() {
    let names: BTreeSet<&str> = scenes::all().iter().map(|scene| scene.name).collect();
    assert_eq!(names.len(), scenes::all().len());
}
