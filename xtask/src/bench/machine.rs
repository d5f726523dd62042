//! What the figures were measured on.

use std::fs;
use std::process::Command;

/// One line: date, processor, cores, load, system, versions.
pub fn facts() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let facts = [
        said("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
        processor(),
        format!("{cores} cores, load {load} at the end"),
        said("uname", &["-sr"]),
        said("rustc", &["--version"]),
        said("git", &["describe", "--always", "--dirty"]),
    ];
    let known: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    format!("*Measured {}.*", known.join("; "))
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.trim() == "model name");
    name.map_or_else(String::new, |(_, name)| name.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
