//! A PostgreSQL server of one's own: in a folder under the system's temporary one, on a Unix socket only, as
//! an ordinary user even when the tests run as root.
//!
//! A small shell watches over it and reads from a pipe that this process holds. When the process ends, however
//! it ends, the pipe closes, and the shell stops the server and removes the folder.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kernel::Fault;

/// A running server. It stops when this is dropped or the process ends.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    watch: Child,
}

/// What the watching shell does: `$1` the folder, `$2` the programs' folder, `$3` how durable.
const WATCH: &str = r#"
"$2/initdb" -D "$1/data" -U carnet -A trust -E UTF8 --locale=C --no-sync >"$1/log" 2>&1 || { echo failed; exit 1; }
"$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c max_connections=400 -c shared_buffers=128MB \
  -c max_wal_size=2GB -c checkpoint_timeout=30min -c autovacuum=off $3 >>"$1/log" 2>&1 &
server=$!
echo started
read -r _
kill -QUIT $server
wait $server 2>/dev/null
rm -rf "$1"
"#;

impl Server {
    /// Starts a server. `durable` keeps `fsync` on: tests about faults and measurements want it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the message has its log.
    pub fn start(durable: bool) -> Result<Self, Fault> {
        let programs = programs()
            .ok_or_else(|| Fault::Configuration("PostgreSQL is not installed: no initdb found".to_owned()))?;
        let folder = tempfile::Builder::new().prefix("carnet-pg-").tempdir()?.keep();
        let speed =
            if durable { "" } else { "-c fsync=off -c full_page_writes=off -c synchronous_commit=off" };
        let mut command = Command::new("sh");
        command.arg("-c").arg(WATCH.replace("$3", speed)).arg("watch").arg(&folder).arg(&programs);
        if let Some((user, group)) = ordinary_user(&folder)? {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
            command.uid(user).gid(group);
        }
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut watch = command.spawn()?;
        let mut said = [0; 7];
        let started = watch.stdout.take().is_some_and(|mut out| out.read_exact(&mut said).is_ok());
        let server = Self { folder, watch };
        if !started || &said != b"started" {
            return Err(Fault::Configuration(format!("PostgreSQL does not start: {}", server.log())));
        }
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Result<(), Fault> {
        for _ in 0..600 {
            if postgres::Client::connect(&self.url("postgres"), postgres::NoTls).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Fault::Configuration(format!("PostgreSQL does not answer: {}", self.log())))
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// How to reach a database of this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("host={} user=carnet dbname={database}", self.folder.display())
    }

    /// Makes an empty database and answers how to reach it.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn create(&self, database: &str) -> Result<String, Fault> {
        self.run(&format!("CREATE DATABASE {database}"))?;
        Ok(self.url(database))
    }

    /// Removes a database, whoever is still connected.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn drop_database(&self, database: &str) -> Result<(), Fault> {
        self.run(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
    }

    fn run(&self, sql: &str) -> Result<(), Fault> {
        postgres::Client::connect(&self.url("postgres"), postgres::NoTls)
            .and_then(|mut client| client.batch_execute(sql))
            .map_err(|e| Fault::Database(e.to_string()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// The folder of PostgreSQL's programs: on the path, where Debian puts them, or where `pg_config` says.
fn programs() -> Option<PathBuf> {
    let complete = |dir: &Path| dir.join("initdb").exists() && dir.join("postgres").exists();
    #[expect(clippy::disallowed_methods, reason = "finding programs for tests is not configuration")]
    let path = std::env::var("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|dir| complete(dir));
    let debian = || {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut found: Vec<PathBuf> =
            versions.flatten().map(|version| version.path().join("bin")).filter(|d| complete(d)).collect();
        found.sort();
        found.pop()
    };
    let asked = || {
        let said = Command::new("pg_config").arg("--bindir").output().ok()?;
        let dir = PathBuf::from(String::from_utf8(said.stdout).ok()?.trim());
        complete(&dir).then_some(dir)
    };
    on_path.or_else(debian).or_else(asked)
}

/// PostgreSQL refuses to run as root: when we are root (our new folder is root's), the numbers of `postgres`
/// or `nobody`.
fn ordinary_user(folder: &Path) -> Result<Option<(u32, u32)>, Fault> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let numbers = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    numbers("postgres")
        .or_else(|| numbers("nobody"))
        .map(Some)
        .ok_or_else(|| Fault::Configuration("no ordinary user to run PostgreSQL as".to_owned()))
}
