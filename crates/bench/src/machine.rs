//! What a figure was measured on: enough to compare, nothing that tells whose machine it is.

use std::fs;

/// One line: cores, processor, memory, kernel.
#[must_use]
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    sentence(cores, &processors, &memory, &release)
}

fn sentence(cores: usize, processors: &str, memory: &str, release: &str) -> String {
    let model = value(processors, "model name").unwrap_or("unknown processor");
    let kilobytes: f64 =
        value(memory, "MemTotal").and_then(|v| v.split(' ').next()?.parse().ok()).unwrap_or_default();
    // Whatever follows the version number of a kernel is the name somebody gave to a build.
    let kernel = release.trim().split('-').next().unwrap_or_default();
    let plural = if cores == 1 { "" } else { "s" };
    format!("{cores} core{plural} ({model}), {:.0} GB of memory, Linux {kernel}", kilobytes / 1_048_576.0)
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        (found.trim() == name).then_some(value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_counts_and_no_names() {
        let line = sentence(
            2,
            "processor\t: 0\nmodel name\t: Example 9000\n",
            "MemTotal:       25165824 kB\n",
            "6.1.2-someones-host\n",
        );
        assert_eq!(line, "2 cores (Example 9000), 24 GB of memory, Linux 6.1.2");
    }
}
