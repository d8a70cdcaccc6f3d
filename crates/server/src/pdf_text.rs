//! The words of a PDF, taken out by a child process that may be killed.
//!
//! A PDF from outside may loop for ever or ask for all memory. So the worker starts `carnet pdf-text`, which
//! limits itself before it reads a byte of it: ten seconds of processor time, 512 MB of memory.

use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

use kernel::Fault;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::AsyncWriteExt;

const CPU_SECONDS: u64 = 10;
const MEMORY_BYTES: u64 = 512 * 1024 * 1024;
/// Most text that is worth indexing.
const MOST_TEXT: usize = 256 * 1024;

/// The child: reads a PDF from standard input and writes its text to standard output.
///
/// # Errors
/// Limits that cannot be set, or a PDF that cannot be read.
pub fn child() -> Result<(), Fault> {
    limit(Resource::Cpu, CPU_SECONDS)?;
    limit(Resource::As, MEMORY_BYTES)?;
    limit(Resource::Core, 0)?;
    let mut pdf = Vec::new();
    std::io::stdin().lock().read_to_end(&mut pdf)?;
    let text = pdf_extract::extract_text_from_mem(&pdf).map_err(|e| Fault::Internal(e.to_string()))?;
    let text = clean(&text);
    std::io::Write::write_all(&mut std::io::stdout().lock(), text.as_bytes())?;
    Ok(())
}

fn limit(resource: Resource, most: u64) -> Result<(), Fault> {
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
        .map_err(|e| Fault::Internal(format!("a limit of the child process: {e}")))
}

/// Soft hyphens split words that people search for; the rest of a book is not worth keeping.
fn clean(text: &str) -> String {
    let mut text: String = text.chars().filter(|c| *c != '\u{AD}').collect();
    if text.len() > MOST_TEXT {
        let end = (0..=MOST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}

/// The text of `pdf`; `None` when the child gave up, was killed or took more than fifteen seconds.
///
/// # Errors
/// When no child can be started at all.
pub async fn extract(pdf: Vec<u8>) -> Result<Option<String>, Fault> {
    let program = std::env::current_exe()?;
    let mut child = tokio::process::Command::new(program)
        .arg("pdf-text")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let Some(mut stdin) = child.stdin.take() else { return Ok(None) };
    let feed = tokio::spawn(async move {
        // A child that stops reading has given up; its exit status says so.
        let _ = stdin.write_all(&pdf).await;
    });
    let ended = tokio::time::timeout(Duration::from_secs(15), child.wait_with_output()).await;
    feed.abort();
    match ended {
        Ok(Ok(output)) if output.status.success() => {
            Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
        }
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok(_)) | Err(_) => Ok(None),
    }
}
