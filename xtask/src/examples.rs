//! `cargo xtask examples`: runs each program of `examples/` against the emulator, and through a gateway that loses the
//! response to its first create, and looks at what it made.

use std::process::Command;

use drift_emulator::{Effect, Emulator, Fault};
use tokio::runtime::Runtime;

use crate::clients::program::{self, Needed};
use crate::clients::verify::{accounts, gateway, judge};
use crate::clients::workbench::Workbench;
use crate::generator::Failure;
use crate::util::workspace;

/// What every one of them creates.
const EMAIL: &str = "ada@example.test";
const EXTERNAL_ID: &str = "u_9f3c1ad27b60e845";

/// A program of `examples/`.
struct Example {
    name: &'static str,
    /// Below `examples/`.
    path: &'static str,
    needed: &'static [&'static [Needed]],
    build: fn(&Workbench) -> Result<(), Failure>,
    program: fn(&Workbench) -> Command,
}

const EXAMPLES: [Example; 6] = [
    Example {
        name: "curl",
        path: "curl.sh",
        needed: &[program::CURL],
        build: |_| Ok(()),
        program: |bench| bench.script("bash", "curl.sh"),
    },
    Example {
        name: "raw HTTP",
        path: "http",
        needed: &[],
        build: |_| Ok(()),
        program: |bench| bench.script("bash", "http/send.bash"),
    },
    Example {
        name: "axios",
        path: "axios",
        needed: &[program::NODE],
        build: |bench| bench.npm_install("axios"),
        program: |bench| bench.script("node", "axios/create_contact.js"),
    },
    Example {
        name: "OkHttp",
        path: "okhttp",
        needed: &[program::JAVA],
        build: |bench| bench.maven("okhttp", &["package"]),
        program: |bench| bench.java("okhttp", "CreateContact"),
    },
    Example {
        name: "Python requests",
        path: "requests",
        needed: &[program::PYTHON],
        build: |bench| bench.pip_install("--requirement requests/requirements.txt"),
        program: |bench| bench.python("requests/create_contact.py"),
    },
    Example {
        name: "Ruby net/http",
        path: "net_http.rb",
        needed: &[program::RUBY],
        build: |_| Ok(()),
        program: |bench| bench.ruby("net_http.rb"),
    },
];

/// Runs them all, and fails when one does.
pub fn run() -> Result<(), Failure> {
    let bench = Workbench::new("examples")?;
    let mut faults = Vec::new();
    for example in &EXAMPLES {
        let fault = fault(example, &bench).unwrap_or_else(|failure| Some(failure.to_string()));
        println!(
            "{} {}",
            if fault.is_none() { "✓" } else { "✗" },
            example.name
        );
        faults.extend(fault.map(|fault| format!("{}: {fault}", example.name)));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(faults.join("\n").into())
}

fn fault(example: &Example, bench: &Workbench) -> Result<Option<String>, Failure> {
    program::require(example.name, example.needed)?;
    let source = workspace::root().join("examples").join(example.path);
    bench.bring(&source, example.path)?;
    (example.build)(bench)?;
    let direct = direct_fault(example, bench)?;
    let through_gateway = gateway_fault(example, bench)?;
    Ok(direct.or(through_gateway.map(|fault| format!("through the gateway: {fault}"))))
}

fn direct_fault(example: &Example, bench: &Workbench) -> Result<Option<String>, Failure> {
    let runtime = accounts::runtime()?;
    let emulator = runtime.block_on(Emulator::start())?;
    fault_at(example, bench, &emulator, emulator.url(), &runtime)
}

/// The same program, changed in nothing but its base URL.
fn gateway_fault(example: &Example, bench: &Workbench) -> Result<Option<String>, Failure> {
    let runtime = accounts::runtime()?;
    let emulator = runtime.block_on(Emulator::start())?;
    let lost_response = Effect::Disconnect {
        reset: false,
        commit: true,
    };
    let first_create = Fault::new(lost_response).method("POST").path("/contacts");
    emulator.faults().add(first_create.nth(1))?;
    let gateway = gateway::start("examples", emulator.url())?;
    fault_at(example, bench, &emulator, &gateway.url, &runtime)
}

fn fault_at(
    example: &Example,
    bench: &Workbench,
    emulator: &Emulator,
    base_url: &str,
    runtime: &Runtime,
) -> Result<Option<String>, Failure> {
    let url = format!("{}/contacts?email={EMAIL}", emulator.url());
    let first = said(example, bench, base_url, emulator.token())?;
    let second = said(example, bench, base_url, emulator.token())?;
    let there = runtime.block_on(accounts::get(emulator, &url))?;
    Ok(judge::sample_fault(
        &first,
        &second,
        &there["data"],
        EXTERNAL_ID,
    ))
}

/// Whether it ended well, and all that it said.
fn said(
    example: &Example,
    bench: &Workbench,
    base_url: &str,
    token: &str,
) -> Result<(bool, String), Failure> {
    let mut program = (example.program)(bench);
    program
        .env("DRIFT_BASE_URL", base_url)
        .env("DRIFT_TOKEN", token);
    let output = program::output(&mut program)?;
    let said = [output.stdout, output.stderr].concat();
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    ))
}
