//! The whole process `drift contacts create` beside curl: CPU and time, over plain HTTP and over TLS.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::program;
use super::stats::Sample;
use super::table::Table;
use super::weight::cpu_of_children;
use crate::generator::Failure;
use crate::util::tool;
use crate::util::workspace;

const BODY: &str = r#"{"attributes":{"email":"ada@example.test","name":"Ada Lovelace"}}"#;
const TOKEN: &str = "bench-token-0123456789abcdef";

/// Measures and reports.
pub fn measure(quick: bool) -> Result<String, Failure> {
    let programs = program::built("drift-bench")?;
    let drift = program::built("drift-cli")?.join("drift");
    let folder = tool::folder("bench-command")?;
    let authority = folder.join("ca.pem");
    let plain = program::answering(&programs, &[])?;
    let secret = program::answering(&programs, &["tls", &folder.display().to_string()])?;
    let mut table = Table::new([
        "over",
        "command",
        "CPU, ms",
        "of curl (quarters)",
        "clock, ms",
        "of curl (quarters)",
    ]);
    for (over, server) in [("HTTP", &plain), ("TLS", &secret)] {
        let commands: [(&str, &dyn Fn() -> Command); 2] = [
            ("curl", &|| curl(&server.url, &authority)),
            ("drift contacts create", &|| {
                create(&drift, &server.url, &authority)
            }),
        ];
        let mut all = [const { (Vec::new(), Vec::new()) }; 2];
        for _ in 0..if quick { 3 } else { 15 } {
            for ((_, command), (cpu, wall)) in commands.iter().zip(&mut all) {
                let one = twenty(command)?;
                cpu.push(one.0);
                wall.push(one.1);
            }
        }
        let [(curl_cpu, curl_wall), _] = all.clone();
        for ((name, _), (cpu, wall)) in commands.iter().zip(&all) {
            table.row([
                over.to_owned(),
                (*name).to_owned(),
                format!("{:.2}", Sample::new(cpu.clone()).median()),
                Sample::ratios(cpu, &curl_cpu).shown(2),
                format!("{:.2}", Sample::new(wall.clone()).median()),
                Sample::ratios(wall, &curl_wall).shown(2),
            ]);
        }
    }
    let bytes = std::fs::metadata(&drift)?.len();
    let size = bytes as f64 / 1024.0 / 1024.0;
    Ok(format!(
        "{table}\nThe stripped binary has {size:.1} MiB ({bytes} bytes).\n"
    ))
}

/// CPU and clock of one command, in milliseconds, as the mean of twenty.
fn twenty(command: &dyn Fn() -> Command) -> Result<(f64, f64), Failure> {
    let (cpu, start) = (cpu_of_children(), Instant::now());
    for _ in 0..20 {
        let output = tool::output(&mut command(), "it is needed to compare with")?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    let wall = start.elapsed().as_secs_f64();
    Ok(((cpu_of_children() - cpu) * 50.0, wall * 50.0))
}

fn curl(url: &str, authority: &Path) -> Command {
    let mut command = program::pinned(1, Path::new("curl"));
    command
        .args(["--silent", "--fail", "--cacert"])
        .arg(authority)
        .args(["--header", &format!("authorization: Bearer {TOKEN}")])
        .args(["--header", "content-type: application/json"])
        .args(["--data", BODY, &format!("{url}/contacts")]);
    command
}

fn create(drift: &Path, url: &str, authority: &Path) -> Command {
    let mut command = program::pinned(1, drift);
    command
        .args([
            "contacts",
            "create",
            "--email",
            "ada@example.test",
            "--name",
            "Ada Lovelace",
        ])
        .env("DRIFT_TOKEN", TOKEN)
        .env("DRIFT_BASE_URL", url)
        .env("SSL_CERT_FILE", authority)
        .stdin(Stdio::null())
        .current_dir(workspace::root());
    command
}
