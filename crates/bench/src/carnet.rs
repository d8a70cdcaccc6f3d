//! Carnet as a program: started, asked, told to stop, weighed. Only for what cannot be seen over HTTP: how long
//! it takes to start, how fast it enrols, how much it keeps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Trouble;
use crate::demo::Demo;
use crate::wire::{Ask, Site, Wire};

/// How long a start or an orderly end may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, and where it keeps things.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The binary `carnet`.
    pub program: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// Its web port; the admin door takes the next one, SMTP the one after.
    pub port: u16,
    /// `postgres://…`, or none for the embedded engine.
    pub database: Option<String>,
}

impl Installation {
    /// The program beside this one, or in the current folder's `target`.
    #[must_use]
    pub fn find_program() -> PathBuf {
        let beside = std::env::current_exe().ok().and_then(|me| Some(me.parent()?.join("carnet")));
        beside.filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from("carnet"))
    }

    /// `carnet ARGS`, told where its data are; what it says goes to a log in the data folder.
    ///
    /// # Errors
    /// When the folder or its log cannot be made.
    pub fn command(&self, arguments: &[&str]) -> Result<Command, Trouble> {
        fs::create_dir_all(&self.data)?;
        let log = fs::OpenOptions::new().create(true).append(true).open(self.data.join("bench.log"))?;
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .env("CARNET_DATA_DIR", &self.data)
            .env("CARNET_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("CARNET_ADMIN_LISTEN", format!("127.0.0.1:{}", self.port + 1))
            .env("CARNET_LOG_LEVEL", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some(database) = &self.database {
            command.env("CARNET_DATABASE", database);
        }
        Ok(command)
    }

    /// Runs a command to its end; returns how long it took.
    ///
    /// # Errors
    /// When it fails: its last words are in the log.
    pub fn run(&self, arguments: &[&str]) -> Result<Duration, Trouble> {
        let start = Instant::now();
        let status = self
            .command(arguments)?
            .status()
            .map_err(|e| format!("{}: {e}; give --carnet", self.program.display()))?;
        if status.success() {
            return Ok(start.elapsed());
        }
        Err(format!("carnet {} failed ({status}): {}", arguments.join(" "), self.last_words()).into())
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.data.join("bench.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join(" / ")
    }

    /// Starts a command that serves, and waits for its first answer on `path`.
    ///
    /// # Errors
    /// When it ends or stays silent.
    pub async fn serve(&self, arguments: &[&str], path: &str) -> Result<(Running, Duration), Trouble> {
        let site = Site::parse(&format!("http://127.0.0.1:{}", self.port), false)?;
        if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            return Err(format!("somebody else answers on port {}: give --port", self.port).into());
        }
        let start = Instant::now();
        let child =
            self.command(arguments)?.spawn().map_err(|e| format!("{}: {e}", self.program.display()))?;
        let mut running = Running { child };
        // The server may insist on being called by its name.
        let host = Site::parse(&format!("http://localhost:{}", self.port), false).unwrap_or(site);
        let ask = Ask { what: "start", method: "GET", path, headers: "", body: b"", keep: false };
        loop {
            if let Ok(reply) = Wire::new(&host).ask(&ask).await
                && reply.status < 500
            {
                return Ok((running, start.elapsed()));
            }
            if let Some(status) = running.child.try_wait()? {
                return Err(format!("carnet ended ({status}): {}", self.last_words()).into());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("carnet did not answer: {}", self.last_words()).into());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Starts `carnet serve` for guests who were invited before ([`crate::guests`]).
    ///
    /// # Errors
    /// As [`Self::serve`].
    pub async fn open_doors(&self) -> Result<(Running, Demo), Trouble> {
        let demo = Demo::read(&self.data.join("bench.json"))?;
        let (running, _) = self.serve(&["serve"], "/robots.txt").await?;
        Ok((running, demo))
    }

    /// Bytes that the data take: files of the embedded engine and blobs, or the database with them.
    ///
    /// # Errors
    /// When a folder cannot be read, or the database does not say.
    pub fn bytes(&self) -> Result<u64, Trouble> {
        let files = size(&self.data)?;
        let Some(database) = &self.database else { return Ok(files) };
        let question = "SELECT pg_database_size(current_database())";
        let answer = Command::new("psql").args([database, "-AtXc", question]).output()?;
        let answer = String::from_utf8_lossy(&answer.stdout).trim().parse::<u64>();
        Ok(files + answer.map_err(|_| "psql does not tell the size of the database")?)
    }
}

/// Bytes of everything in a folder but logs.
fn size(folder: &Path) -> Result<u64, Trouble> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sum += size(&entry.path())?;
        } else if entry.path().extension().is_none_or(|e| e != "log" && e != "csv") {
            sum += entry.metadata()?.len();
        }
    }
    Ok(sum)
}

/// A server that is stopped when it goes out of scope.
#[derive(Debug)]
pub struct Running {
    child: Child,
}

impl Running {
    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time; it is then killed.
    pub fn stop(mut self) -> Result<Duration, Trouble> {
        let start = Instant::now();
        self.tell_to_end();
        while self.child.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                return Err("carnet did not end when told to".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(start.elapsed())
    }

    fn tell_to_end(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // An error says that it has ended already.
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(Some(_)) = self.child.try_wait() {
            return;
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installation(program: &str, data: &Path) -> Installation {
        Installation { program: program.into(), data: data.to_owned(), port: 9, database: None }
    }

    #[test]
    fn a_command_that_fails_leaves_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let shell = installation("sh", folder.path());
        assert!(shell.run(&["-c", "test -n \"$CARNET_DATA_DIR\""]).is_ok());
        let trouble = shell.run(&["-c", "echo no such file >&2; exit 3"]).unwrap_err().to_string();
        assert!(trouble.contains("no such file"), "{trouble}");
        assert!(installation("no-such-program", folder.path()).run(&[]).is_err());
    }

    #[test]
    fn logs_do_not_weigh() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("blobs")).unwrap();
        fs::write(folder.path().join("blobs/a"), [0; 100]).unwrap();
        fs::write(folder.path().join("carnet.db"), [0; 1_000]).unwrap();
        fs::write(folder.path().join("bench.log"), [0; 5_000]).unwrap();
        assert_eq!(installation("carnet", folder.path()).bytes().unwrap(), 1_100);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_program_that_ends_at_once_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let trouble = installation("false", folder.path()).serve(&[], "/").await.unwrap_err().to_string();
        assert!(trouble.contains("ended"), "{trouble}");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn another_server_on_the_port_is_not_taken_for_ours() {
        let folder = tempfile::tempdir().unwrap();
        let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = other.local_addr().unwrap().port();
        let mine = Installation { port, ..installation("sleep", folder.path()) };
        assert!(mine.serve(&["60"], "/").await.unwrap_err().to_string().contains("somebody else"));
    }

    #[test]
    fn a_server_ends_when_it_is_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let child = installation("sleep", folder.path()).command(&["60"]).unwrap().spawn().unwrap();
        assert!(Running { child }.stop().unwrap() < Duration::from_secs(5));
    }
}
