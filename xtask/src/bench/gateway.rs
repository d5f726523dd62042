//! The gateway beside nginx: creates per second through each to the same emulator, and beside the direct call.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::clients::Client;
use super::listening::{self, Listening};
use super::stats::Sample;
use super::table::Table;
use super::{mocks, program};
use crate::generator::Failure;
use crate::util::{folder, tool, workspace};

/// What every rate is compared with.
const REFERENCE: &str = "nginx, proxy_pass";

const NGINX: &str = "install nginx: apt-get install nginx-light";

/// A way for creates to the emulator.
struct Way {
    name: &'static str,
    url: String,
    client: Client,
}

/// Rates and latencies of each way, in turns; and the gateway's memory while the number of its keys grows.
pub fn measure(quick: bool) -> Result<String, Failure> {
    let programs = program::built("drift-bench")?;
    let drift = program::built("drift-cli")?.join("drift");
    let emulator = started(|port| mocks::emulator(&drift, port))?;
    let nginx = started(|port| nginx(&emulator.url, port))?;
    let gateway = started(|port| gateway(&drift, &emulator.url, port))?;
    let ways = [
        ("direct", &emulator, "hyper-status"),
        (REFERENCE, &nginx, "hyper-status"),
        ("gateway", &gateway, "hyper-status"),
        ("gateway, keyed", &gateway, "hyper-keyed"),
    ];
    let ways = ways.map(|(name, server, client)| Way {
        name,
        url: server.url.clone(),
        client: Client::ours(&programs, client),
    });
    let mut text = String::new();
    for (in_flight, count) in [(1, 1_000), (64, 6_000)] {
        let count = if quick { count / 10 } else { count };
        let rounds = if quick { 1 } else { 9 };
        text += &format!(
            "### {in_flight} in flight\n\n{}\n",
            rates(&ways, in_flight, count, rounds)?
        );
    }
    let keys = if quick { 2_000 } else { 1_000_000 };
    text += &format!("### Memory\n\n{}", memory(&gateway, &ways[3].client, keys)?);
    Ok(text)
}

fn rates(ways: &[Way], in_flight: usize, count: usize, rounds: usize) -> Result<Table, Failure> {
    let mut rates = vec![Vec::new(); ways.len()];
    let mut latencies = vec![Vec::new(); ways.len()];
    for _ in 0..rounds {
        for (place, way) in ways.iter().enumerate() {
            let printed = way.client.numbers(&way.url, in_flight, count)?;
            let [_, _, wall, median] = printed.as_slice() else {
                return Err(format!("{} printed something else", way.name).into());
            };
            rates[place].push(count as f64 * 1e9 / wall);
            latencies[place].push(median / 1e3);
        }
    }
    let reference = ways
        .iter()
        .position(|way| way.name == REFERENCE)
        .unwrap_or(0);
    let mut table = Table::new(["way", "creates/s", "of nginx (quarters)", "latency, µs"]);
    for (place, way) in ways.iter().enumerate() {
        table.row([
            way.name.to_owned(),
            Sample::new(rates[place].clone()).shown(0),
            Sample::ratios(&rates[place], &rates[reference]).shown(2),
            format!("{:.0}", Sample::new(latencies[place].clone()).median()),
        ]);
    }
    Ok(table)
}

/// The memory of the gateway after a hundredth of the keys, and after all.
fn memory(gateway: &Listening, client: &Client, keys: usize) -> Result<Table, Failure> {
    let mut table = Table::new(["keys", "MiB"]);
    let mut made = 0;
    for keys in [keys / 100, keys / 10, keys] {
        client.numbers(&gateway.url, 64, keys - made)?;
        made = keys;
        table.row([made.to_string(), gateway.memory_mib().to_string()]);
    }
    Ok(table)
}

fn started(command: impl FnOnce(u16) -> Result<Command, Failure>) -> Result<Listening, Failure> {
    let port = listening::free_port()?;
    Listening::start(command(port)?, port)
}

fn gateway(drift: &Path, upstream: &str, port: u16) -> Result<Command, Failure> {
    let folder = emptied("bench-gateway")?;
    let mut command = program::pinned(0, drift);
    command
        .args(["gateway", "--port", &port.to_string(), "--store"])
        .arg(folder.join("gateway.db"))
        .env("DRIFT_BASE_URL", upstream)
        .env("XDG_CONFIG_HOME", &folder)
        .env_remove("DRIFT_TOKEN")
        .env_remove("DRIFT_PROFILE");
    Ok(command)
}

/// As one writes it for a proxy that keeps its connections.
fn nginx(upstream: &str, port: u16) -> Result<Command, Failure> {
    let folder = emptied("bench-nginx")?;
    let upstream = upstream.trim_start_matches("http://");
    let configuration = format!(
        "daemon off;\nuser root;\nworker_processes 1;\npid nginx.pid;\nerror_log error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  upstream drift {{ server {upstream}; keepalive 128; keepalive_requests 1000000; }}\n  \
         server {{\n    listen 127.0.0.1:{port};\n    keepalive_requests 1000000;\n    location / {{\n      \
         proxy_pass http://drift;\n      proxy_http_version 1.1;\n      proxy_set_header Connection '';\n      \
         proxy_set_header Host {upstream};\n    }}\n  }}\n}}\n"
    );
    workspace::write(&folder.join("nginx.conf"), &configuration)?;
    tool::output(Command::new("nginx").arg("-v"), NGINX)?;
    let mut command = program::pinned(0, Path::new("nginx"));
    command.arg("-p").arg(&folder).args(["-c", "nginx.conf"]);
    Ok(command)
}

fn emptied(name: &str) -> Result<PathBuf, Failure> {
    folder::emptied(tool::folder(name)?)
}
