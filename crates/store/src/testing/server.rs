//! A PostgreSQL server of one's own: in a folder under the system's temporary one, on a Unix socket only, as
//! an ordinary user even when the tests run as root.
//!
//! A small shell watches over it and reads from a pipe that this process holds. When the process ends, however
//! it ends, the pipe closes, and the shell stops the server and removes the folder.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use kernel::Fault;

use crate::engine::postgres::Session;
use crate::engine::postgres::address::Address;

/// A running server. It stops when this is dropped or the process ends.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    port: u16,
    watch: Child,
    said: BufReader<ChildStdout>,
}

/// What a server is started with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setup<'a> {
    /// Keeps `fsync` on: tests about faults and measurements want it.
    pub durable: bool,
    /// Certificate and key (PEM): the server speaks TLS on a port of 127.0.0.1 too.
    pub tls: Option<(&'a str, &'a str)>,
    /// With `tls`: the authority (PEM) of clients that sign in by certificate, and then nobody comes in over TLS without
    /// one.
    pub clients: Option<&'a str>,
    /// A disk of this many MiB of its own ([`Server::create_on_small_disk`]); only root can make one.
    pub small_disk: Option<u32>,
}

/// What the watching shell does: `$1` the folder, `$2` the programs' folder, `$3` settings. It starts the
/// server, kills it (`kill`), stops it at once (`stop`) and starts it again (`start`) as it is told.
const WATCH: &str = r#"
folder=$1 programs=$2 settings=$3
"$programs/initdb" -D "$folder/data" -U carnet -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 \
  || { echo failed; exit 1; }
start() {
  "$programs/postgres" -D "$folder/data" -k "$folder" -c max_connections=400 -c shared_buffers=128MB \
    -c max_wal_size=2GB -c checkpoint_timeout=30min -c autovacuum=off $settings >>"$folder/log" 2>&1 &
  server=$!
}
# After a kill the processes of the last server may hold its memory for a moment.
again() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    start
    sleep 0.3
    read -r owner <"$folder/data/postmaster.pid" && [ "$owner" = "$server" ] && return
    wait $server
  done
}
start
echo done
while read -r told; do
  case $told in
    kill) kill -KILL $server; wait $server 2>/dev/null ;;
    stop) kill -QUIT $server; wait $server 2>/dev/null ;;
    start) again ;;
  esac
  echo done
done
kill -QUIT $server 2>/dev/null
wait $server 2>/dev/null
rm -rf "$folder"
"#;

/// Gives the watching shell a disk that nobody else sees: `$1` its folder, `$2` its MiB, `$3` user, `$4` group,
/// then the shell's own words.
const SMALL_DISK: &str = r#"
mkdir "$1/small" && mount -t tmpfs -o "size=$2m,uid=$3,gid=$4,mode=700" tmpfs "$1/small" || exit 1
user=$3 group=$4
shift 4
exec setpriv --reuid "$user" --regid "$group" --clear-groups "$@"
"#;

impl Server {
    /// Starts a server. `durable` keeps `fsync` on: tests about faults and measurements want it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the message has its log.
    pub fn start(durable: bool) -> Result<Self, Fault> {
        Self::start_with(&Setup { durable, ..Setup::default() })
    }

    /// Starts a server that is set up in a certain way.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the message has its log.
    pub fn start_with(setup: &Setup<'_>) -> Result<Self, Fault> {
        let programs = programs()
            .ok_or_else(|| Fault::Configuration("PostgreSQL is not installed: no initdb found".to_owned()))?;
        let folder = tempfile::Builder::new().prefix("carnet-pg-").tempdir()?.keep();
        let user = ordinary_user()?;
        let port = if setup.tls.is_some() { free_port()? } else { 5432 };
        if let Some((certificate, key)) = setup.tls {
            write_pem(&folder, user, certificate, key)?;
        }
        if let Some(authority) = setup.clients {
            let rules = "local all all trust\nhostssl all all all cert\n";
            write_own(&folder, user, [("clients.crt", authority), ("hba.conf", rules)])?;
        }
        let settings = settings(&folder, setup, port);
        let mut command = match (setup.small_disk, user) {
            (Some(size), Some((user, group))) => {
                let mut command = Command::new("unshare");
                command.args(["-m", "sh", "-c", SMALL_DISK, "small"]).arg(&folder);
                command.args([size.to_string(), user.to_string(), group.to_string(), "sh".to_owned()]);
                command
            }
            (Some(_), None) => {
                return Err(Fault::Configuration("only root can make a small disk".to_owned()));
            }
            (None, Some((user, group))) => {
                let mut command = Command::new("sh");
                command.uid(user).gid(group);
                command
            }
            (None, None) => Command::new("sh"),
        };
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        command.args(["-c", WATCH, "watch"]).arg(&folder).arg(&programs).arg(settings);
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut watch = command.spawn()?;
        let said = watch.stdout.take().ok_or_else(|| Fault::Internal("no pipe".to_owned()))?;
        let mut server = Self { folder, port, watch, said: BufReader::new(said) };
        server.hear()?;
        server.wait()?;
        Ok(server)
    }

    /// Kills the server: `SIGKILL`, as when the machine's memory runs out.
    ///
    /// # Errors
    /// When the shell that watches over it has gone.
    pub fn kill(&mut self) -> Result<(), Fault> {
        self.tell("kill")
    }

    /// Stops the server at once, without a word to the disk: what it has not written is gone.
    ///
    /// # Errors
    /// When the shell that watches over it has gone.
    pub fn stop(&mut self) -> Result<(), Fault> {
        self.tell("stop")
    }

    /// Starts the server again and waits until it answers.
    ///
    /// # Errors
    /// When it does not answer within half a minute.
    pub fn restart(&mut self) -> Result<(), Fault> {
        self.tell("start")?;
        self.wait()
    }

    /// Replaces the certificate and key of a server that was started with one; valid from the next start.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn put_certificate(&self, certificate: &str, key: &str) -> Result<(), Fault> {
        write_pem(&self.folder, ordinary_user()?, certificate, key)
    }

    fn tell(&mut self, word: &str) -> Result<(), Fault> {
        let shell = self.watch.stdin.as_mut().ok_or_else(|| Fault::Internal("no pipe".to_owned()))?;
        writeln!(shell, "{word}")?;
        self.hear()
    }

    fn hear(&mut self) -> Result<(), Fault> {
        let mut said = String::new();
        self.said.read_line(&mut said)?;
        if said == "done\n" {
            Ok(())
        } else {
            Err(Fault::Configuration(format!("PostgreSQL does not start: {said}{}", self.log())))
        }
    }

    fn wait(&self) -> Result<(), Fault> {
        for _ in 0..600 {
            if self.run("").is_ok() {
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
        format!("host={} port={} user=carnet dbname={database}", self.folder.display(), self.port)
    }

    /// The port on 127.0.0.1, where there is one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database and answers how to reach it.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn create(&self, database: &str) -> Result<String, Fault> {
        self.run(&format!("CREATE DATABASE {database}"))?;
        Ok(self.url(database))
    }

    /// Makes an empty database on the small disk.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn create_on_small_disk(&self, database: &str) -> Result<String, Fault> {
        self.run(&format!("CREATE TABLESPACE small LOCATION '{}/small'", self.folder.display()))?;
        self.run(&format!("CREATE DATABASE {database} TABLESPACE small"))?;
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
        Session::connect(&Arc::new(Address::parse(&self.url("postgres"))?))?.batch(sql)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
        // The place where a small disk was.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn settings(folder: &Path, setup: &Setup<'_>, port: u16) -> String {
    let mut settings = vec![format!("-c port={port}")];
    settings.push(if setup.tls.is_some() {
        let folder = folder.display();
        format!(
            "-c listen_addresses=127.0.0.1 -c ssl=on -c ssl_cert_file={folder}/server.crt \
             -c ssl_key_file={folder}/server.key{}",
            if setup.clients.is_some() {
                format!(" -c ssl_ca_file={folder}/clients.crt -c hba_file={folder}/hba.conf")
            } else {
                String::new()
            }
        )
    } else {
        "-c listen_addresses=".to_owned()
    });
    if !setup.durable {
        settings.push("-c fsync=off -c full_page_writes=off -c synchronous_commit=off".to_owned());
    }
    settings.join(" ")
}

/// PostgreSQL wants its key to be its own and nobody else's to read.
fn write_pem(folder: &Path, user: Option<(u32, u32)>, certificate: &str, key: &str) -> Result<(), Fault> {
    write_own(folder, user, [("server.crt", certificate), ("server.key", key)])
}

fn write_own(folder: &Path, user: Option<(u32, u32)>, files: [(&str, &str); 2]) -> Result<(), Fault> {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(&path, Some(user), Some(group))?;
        }
    }
    Ok(())
}

fn free_port() -> Result<u16, Fault> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
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

/// PostgreSQL refuses to run as root: when we are root the numbers of `postgres`
/// or `nobody`.
fn ordinary_user() -> Result<Option<(u32, u32)>, Fault> {
    if !rustix::process::geteuid().is_root() {
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
