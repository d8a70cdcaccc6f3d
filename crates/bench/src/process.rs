//! Processor time and memory of the processes that are measured, from Linux's `/proc` (proc(5)).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

/// `USER_HZ`: the unit of times in `/proc/PID/stat` is a hundredth of a second on every Linux that has one.
const TICK: Duration = Duration::from_millis(10);

/// The processes whose work is measured, with their descendants.
#[derive(Clone, Debug, Default)]
pub struct Gauge {
    roots: Vec<u32>,
}

/// Processor time up to a moment, or between two.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Of the measured processes.
    pub measured: Duration,
    /// Of this one.
    pub own: Duration,
}

impl Usage {
    /// What was used after `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            measured: self.measured.saturating_sub(before.measured),
            own: self.own.saturating_sub(before.own),
        }
    }
}

impl Gauge {
    /// Measures whoever listens on these ports of this machine: the server, and a database beside it.
    #[must_use]
    pub fn listening(ports: &[u16]) -> Self {
        let wanted = sockets(ports);
        let mut roots: Vec<u32> = pids().filter(|pid| holds(*pid, &wanted)).collect();
        // A parent and its forked workers may hold the same socket; the parent's family has them all.
        let parents: BTreeMap<u32, u32> =
            roots.iter().filter_map(|pid| Some((*pid, stat(*pid)?.parent))).collect();
        let all: BTreeSet<u32> = roots.iter().copied().collect();
        roots.retain(|pid| parents.get(pid).is_none_or(|parent| !all.contains(parent)));
        Self { roots }
    }

    /// Whether there is anything to measure.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Processor time so far.
    #[must_use]
    pub fn read(&self) -> Usage {
        let measured = self.family().iter().filter_map(|pid| stat(*pid)).map(|s| s.used).sum();
        Usage { measured, own: stat(std::process::id()).map_or(Duration::ZERO, |s| s.used) }
    }

    /// Resident memory in bytes; a page that two processes share (PostgreSQL's buffers) counts once.
    #[must_use]
    pub fn resident(&self) -> u64 {
        let family = self.family();
        if let [alone] = family.as_slice() {
            return status(*alone, "VmRSS:");
        }
        family.iter().map(|pid| proportional(*pid).unwrap_or_else(|| status(*pid, "VmRSS:"))).sum()
    }

    /// The most memory that was ever resident, in bytes, of the measured processes themselves.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.roots.iter().map(|pid| status(*pid, "VmHWM:")).sum()
    }

    fn family(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = pids().filter_map(|pid| Some((pid, stat(pid)?.parent))).collect();
        let mut family = self.roots.clone();
        let mut at = 0;
        while at < family.len() {
            let of = family[at];
            family.extend(
                parents.iter().filter(|(pid, parent)| *parent == of && *pid != of).map(|(pid, _)| *pid),
            );
            at += 1;
        }
        family.sort_unstable();
        family.dedup();
        family
    }
}

fn pids() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|e| e.file_name().to_str()?.parse().ok())
}

struct Stat {
    parent: u32,
    /// Own time and that of children that were waited for.
    used: Duration,
}

fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse_stat(text: &str) -> Option<Stat> {
    // The second field is the program's name in brackets, and may hold anything.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let ticks: u32 = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u32>().ok()).sum();
    Some(Stat { parent: fields.get(1)?.parse().ok()?, used: TICK * ticks })
}

/// A field of `/proc/PID/status`, given in kB, as bytes.
fn status(pid: u32, field: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    kilobytes(&text, field).unwrap_or(0)
}

fn proportional(pid: u32) -> Option<u64> {
    kilobytes(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?, "Pss:")
}

fn kilobytes(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1_024)
}

/// The inodes of sockets that listen on these ports.
fn sockets(ports: &[u16]) -> Vec<String> {
    const LISTEN: &str = "0A";
    let mut inodes = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs::read_to_string(table).unwrap_or_default().lines().skip(1) {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let (Some(local), Some(state), Some(inode)) = (fields.get(1), fields.get(3), fields.get(9))
            else {
                continue;
            };
            let port = local.rsplit(':').next().and_then(|hex| u16::from_str_radix(hex, 16).ok());
            if *state == LISTEN && port.is_some_and(|port| ports.contains(&port)) {
                inodes.push(format!("socket:[{inode}]"));
            }
        }
    }
    inodes
}

fn holds(pid: u32, sockets: &[String]) -> bool {
    fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten().any(|entry| {
        fs::read_link(entry.path()).is_ok_and(|link| sockets.iter().any(|s| link.as_os_str() == s.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_may_be_called_anything() {
        let text = "7 (a) b (c)) S 3 7 7 0 -1 4194304 100 0 0 0 150 50 20 5 20 0 1 0 9 9 9";
        let stat = parse_stat(text).unwrap();
        assert_eq!((stat.parent, stat.used), (3, Duration::from_millis(2_250)));
    }

    #[test]
    fn a_listener_is_found_by_its_port_and_its_time_is_read() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let gauge = Gauge::listening(&[listener.local_addr().unwrap().port()]);
        assert_eq!(gauge.roots, [std::process::id()]);
        let before = gauge.read();
        let start = std::time::Instant::now();
        while start.elapsed() < Duration::from_millis(300) {
            std::hint::black_box(kilobytes("VmRSS:\t  12 kB\n", "VmRSS:"));
        }
        let used = gauge.read().since(&before);
        assert!(used.measured >= Duration::from_millis(50), "{used:?}");
        assert!(gauge.resident() > 1_000_000 && gauge.peak() >= gauge.resident() / 2);
        assert!(Gauge::listening(&[1]).is_empty());
    }

    #[test]
    fn memory_is_in_kilobytes_of_1024() {
        assert_eq!(kilobytes("Name:\tx\nVmRSS:\t  12 kB\n", "VmRSS:"), Some(12_288));
        assert_eq!(kilobytes("Name:\tx\n", "VmRSS:"), None);
    }
}
