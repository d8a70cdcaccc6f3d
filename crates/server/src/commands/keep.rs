//! Keeping: backup and restore, one person's export and import, verification, examination.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use kernel::{Answer, Fault, PersonId, Refusal};
use people::consent::{self, Action};
use people::person;
use store::doctor::{Examination, Severity};
use store::verify::Verified;
use store::{Act, ExportCode, Kind};

use super::{print, tell};
use crate::house::House;

/// Writes a backup.
pub(super) fn backup(house: &Arc<House>, file: &Path) -> Answer<()> {
    let records = house.store.backup(file).wait()?;
    tell(format!("{records} records in {}", file.display()));
    Ok(())
}

/// Restores a backup into an empty store.
pub(super) fn restore(house: &Arc<House>, file: &Path) -> Answer<()> {
    let records = house.store.restore(file)?;
    tell(format!("{records} records restored; run `carnet doctor` now"));
    tell("the transparency log waits for `carnet log continue FILE` or `carnet log restart --reason …`");
    Ok(())
}

/// Exports under a decision and with a line in her journal, as anybody else would have to.
pub(super) fn export(house: &Arc<House>, person: i64, file: &Path) -> Answer<()> {
    let person = PersonId(person);
    let mut visit = super::visit(house, "export");
    visit.actor = kernel::Actor::Operator { name: "terminal".to_owned() };
    house
        .store
        .write(move |tx| {
            let pass = consent::open(tx, &visit, person, Action::ExportSpace)?;
            let line = pass.line();
            let act = Act { kind: Kind::Exported, at: visit.now, entry: None, line, data: None, blob: None };
            tx.append(pass.key(), act).map(|_| ()).map_err(Refusal::from)
        })
        .wait()?;
    let code = ExportCode::random()?;
    let spoken = code.spoken();
    let acts = house.store.export_person(person, code, file).wait()?;
    tell(format!(
        "{acts} acts in {}; without this code it cannot be opened, and it is not kept:",
        file.display()
    ));
    print(spoken);
    Ok(())
}

/// Imports; the code is read from standard input, so that it is in no list of processes.
pub(super) fn import(house: &Arc<House>, file: &Path) -> Answer<()> {
    tell("code of the export:");
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed).map_err(|e| Refusal::from(Fault::from(e)))?;
    let code = ExportCode::heard(typed.trim())
        .ok_or_else(|| Refusal::invalid("export-code", "code", "the code has 32 letters and digits"))?;
    let person = house
        .store
        .import_person(code, file, |tx, key| {
            person::settle(tx, key.person())?;
            Ok(key.person())
        })
        .wait()?;
    tell(format!("the space of person {person} is here; every hash of its journal was checked"));
    Ok(())
}

/// Walks one journal, or all.
pub(super) fn verify(house: &Arc<House>, person: Option<i64>, contents: bool) -> Answer<()> {
    match person {
        Some(person) => report(&house.store.verify(PersonId(person), contents).wait()?),
        None => doctor(house, contents, false),
    }
}

fn report(verified: &Verified) -> Answer<()> {
    for finding in &verified.findings {
        print(format!("act {}: {:?}: {}", finding.seq.0, finding.wrong, finding.detail));
    }
    let head = kernel::codes::hex(&verified.head);
    print(format!("person {}\tacts {}\thead {head}", verified.person, verified.acts));
    if verified.findings.is_empty() {
        return Ok(());
    }
    let count = verified.findings.len();
    Err(Fault::Damaged(format!("{count} findings in the journal of person {}", verified.person)).into())
}

/// Examines the house.
pub(super) fn doctor(house: &Arc<House>, contents: bool, sweep: bool) -> Answer<()> {
    let progress = indicatif::ProgressBar::no_length();
    let wanted = Examination { contents, sweep };
    let remarks = house.store.doctor(house.clock.now(), wanted, |persons| progress.set_position(persons))?;
    progress.finish_and_clear();
    let mut worst = Severity::Well;
    for remark in &remarks {
        let mark = match remark.severity {
            Severity::Well => "well   ",
            Severity::Warning => "warning",
            Severity::Bad => "BAD    ",
        };
        print(format!("{mark}  {:<9} {}", remark.subject, remark.text));
        worst = worst.max(remark.severity);
    }
    if worst == Severity::Bad {
        return Err(Fault::Damaged("the house is not well; see above".to_owned()).into());
    }
    Ok(())
}
