//! Starting other programs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a step failed, for people.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) String);

/// Runs a program in the root of the repository with its output shown; an exit code other than 0 is a failure.
pub(crate) fn step(program: &str, args: &[&str]) -> Result<(), Failed> {
    step_with(program, args, &[])
}

/// The same with variables.
pub(crate) fn step_with(program: &str, args: &[&str], variables: &[(&str, &str)]) -> Result<(), Failed> {
    say(program, args);
    let status = command(program, args, variables)
        .status()
        .map_err(|e| Failed(format!("{program} does not start: {e}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed(format!("{program} {} ended with {status}", args.join(" "))))
    }
}

/// Runs a program, shows its output line by line and gives each line to `each`; says whether it went well.
pub(crate) fn watch(
    program: &str,
    args: &[&str],
    variables: &[(&str, &str)],
    mut each: impl FnMut(&str),
) -> Result<bool, Failed> {
    say(program, args);
    let (reader, writer) = std::io::pipe().map_err(|e| Failed(e.to_string()))?;
    let copy = writer.try_clone().map_err(|e| Failed(e.to_string()))?;
    // Both outputs go through one pipe, so that they stay in order.
    let mut child = command(program, args, variables)
        .stdout(writer)
        .stderr(copy)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|e| Failed(format!("{program} does not start: {e}")))?;
    for line in BufReader::new(reader).lines() {
        let Ok(line) = line else { break };
        eprintln!("{line}");
        each(&line);
    }
    let status = child.wait().map_err(|e| Failed(e.to_string()))?;
    Ok(status.success())
}

fn command(program: &str, args: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root()).envs(variables.iter().copied());
    command
}

fn say(program: &str, args: &[&str]) {
    eprintln!("── {program} {}", args.join(" "));
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where cargo builds.
pub(crate) fn target() -> Result<PathBuf, Failed> {
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--no-deps"])?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|e| Failed(format!("cargo metadata: {e}")))?;
    match metadata["target_directory"].as_str() {
        Some(path) => Ok(PathBuf::from(path)),
        None => Err(Failed("cargo metadata does not name its target directory".to_owned())),
    }
}

/// What a program writes to standard output.
pub(crate) fn output(program: &str, args: &[&str]) -> Result<String, Failed> {
    let output = command(program, args, &[])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Failed(format!("{program} does not start: {e}")))?;
    if !output.status.success() {
        return Err(Failed(format!("{program} {} ended with {}", args.join(" "), output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True when a program of this name can be started.
pub(crate) fn has(program: &str) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// True when a program runs in the root of the repository and ends well; nothing of it is shown.
pub(crate) fn succeeds(program: &str, args: &[&str], variables: &[(&str, &str)]) -> bool {
    let status = command(program, args, variables).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
