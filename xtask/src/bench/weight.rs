//! What depending on us costs: clean builds of an empty program, beside the same program with something else; and
//! how long a saved contract takes to be checked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::stats::Sample;
use super::table::Table;
use crate::contract::CONTRACT;
use crate::generator::Failure;
use crate::util::tool;
use crate::util::workspace;

/// What an HTTP client of an API is written with by hand; the TLS stack is the same as ours.
const BY_HAND: &str = r#"
reqwest = { version = "0.13.5", default-features = false, features = ["json", "query", "rustls-no-provider"] }
rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", default-features = false, features = ["macros", "net", "rt", "sync", "time"] }
"#;
/// Clients of other APIs that are well known, in their newest releases and with their own defaults.
const OTHERS: [(&str, &str); 2] = [
    ("octocrab", "octocrab = \"0.54\"\n"),
    (
        "async-stripe, customers",
        "async-stripe = { version = \"=1.0.0-rc.10\", default-features = false, features = [\"rustls-ring\", \"rustls-tls-native\"] }\n\
         async-stripe-core = { version = \"=1.0.0-rc.10\", features = [\"customer\"] }\n",
    ),
];
const REFERENCE: &str = "reqwest + serde by hand";

/// A program with nothing in it but its dependencies.
struct Program {
    name: &'static str,
    folder: PathBuf,
}

/// One clean build.
struct Build {
    cpu: f64,
    wall: f64,
    crates: usize,
    script: f64,
}

/// Measures and reports.
pub fn measure(quick: bool) -> Result<String, Failure> {
    let programs = programs(quick)?;
    let rounds = if quick { 1 } else { 3 };
    let mut all: Vec<Vec<Build>> = programs.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for (program, builds) in programs.iter().zip(&mut all) {
            // The others take minutes, and are far enough away that one build is enough.
            if round == 0 || !program.is_of_others() {
                builds.push(program.build()?);
            }
        }
    }
    let mut table = Table::new([
        "an empty program with",
        "crates compiled",
        "CPU, s",
        "of by hand",
        "clock, s",
        "our build script, s",
    ]);
    let cpu = |builds: &[Build]| builds.iter().map(|build| build.cpu).collect::<Vec<f64>>();
    let Some(reference) = programs.iter().position(|it| it.name == REFERENCE) else {
        return Err("nothing to compare with".into());
    };
    for (program, builds) in programs.iter().zip(&all) {
        let Some(last) = builds.last() else { continue };
        table.row([
            program.name.to_owned(),
            last.crates.to_string(),
            format!("{:.1}", Sample::new(cpu(builds)).median()),
            Sample::ratios(&cpu(builds), &cpu(&all[reference])).shown(2),
            format!(
                "{:.1}",
                Sample::new(builds.iter().map(|build| build.wall)).median()
            ),
            if last.script > 0.0 {
                format!("{:.2}", last.script)
            } else {
                "–".to_owned()
            },
        ]);
    }
    Ok(format!("{table}\n{}\n", saving(2 * rounds)?))
}

fn programs(quick: bool) -> Result<Vec<Program>, Failure> {
    let drift = workspace::root().join("crates/drift");
    let ours = |more: &str| format!("drift = {{ path = {drift:?}{more} }}\n{TOKIO}");
    let mut programs = vec![
        Program::new(REFERENCE, BY_HAND)?,
        Program::new("drift, not generating", &ours(", default-features = false"))?,
        Program::new("drift", &ours(""))?,
    ];
    if !quick {
        for (name, dependencies) in OTHERS {
            match Program::new(name, &format!("{dependencies}{TOKIO}")) {
                Ok(program) => programs.push(program),
                Err(failure) => eprintln!("{name} is left out: {failure}"),
            }
        }
    }
    Ok(programs)
}

const TOKIO: &str =
    "tokio = { version = \"1\", default-features = false, features = [\"macros\", \"rt\"] }\n";

impl Program {
    fn new(name: &'static str, dependencies: &str) -> Result<Self, Failure> {
        let folder: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let folder = tool::folder("bench-weight")?.join(folder);
        let manifest = format!(
            "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}"
        );
        workspace::write(&folder.join("Cargo.toml"), &manifest)?;
        workspace::write(&folder.join("src/main.rs"), "fn main() {}\n")?;
        // The versions that the rest of the project is tested with, where the two have a crate in common.
        fs::copy(
            workspace::root().join("Cargo.lock"),
            folder.join("Cargo.lock"),
        )?;
        tool::run(
            cargo(&folder).arg("fetch"),
            "it is needed to build from what was fetched",
        )?;
        Ok(Self { name, folder })
    }

    fn is_of_others(&self) -> bool {
        OTHERS.iter().any(|(name, _)| *name == self.name)
    }

    fn build(&self) -> Result<Build, Failure> {
        let target = self.folder.join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        let (cpu, start) = (cpu_of_children(), Instant::now());
        let mut command = cargo(&self.folder);
        command.args(["build", "--offline", "--timings"]);
        let output = tool::output(&mut command, "cargo is needed")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            return Err(said.into());
        }
        Ok(Build {
            cpu: cpu_of_children() - cpu,
            wall: start.elapsed().as_secs_f64(),
            crates: said
                .lines()
                .filter(|line| line.trim().starts_with("Compiling"))
                .count()
                - 1,
            script: script(&target)?,
        })
    }
}

fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    command
}

/// How long the build script of `drift-sdk` ran, by cargo's own report.
fn script(target: &Path) -> Result<f64, Failure> {
    let report = workspace::read(&target.join("cargo-timings/cargo-timing.html"))?;
    let units = report
        .split_once("const UNIT_DATA = ")
        .map_or("[]", |(_, rest)| rest);
    let units = units.split_once(";\n").map_or(units, |(units, _)| units);
    let units: Vec<serde_json::Value> = serde_json::from_str(units)?;
    let runs = |unit: &&serde_json::Value| {
        let target = unit["target"].as_str().unwrap_or_default();
        unit["mode"] == "run-custom-build" || target.contains("(run)")
    };
    let ours = units
        .iter()
        .filter(|unit| unit["name"] == "drift-sdk")
        .filter(runs);
    Ok(ours.filter_map(|unit| unit["duration"].as_f64()).sum())
}

/// CPU seconds of all programs that this one has waited for; 0 where there is no `/proc`.
pub fn cpu_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = fields.split(' ').skip(13).take(2);
    ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// From a saved contract to a finished `cargo check` of `drift`, in a copy of the sources.
fn saving(rounds: usize) -> Result<String, Failure> {
    let copy = copy_of_sources()?;
    let contract = copy.join(CONTRACT);
    let text = workspace::read(&contract)?;
    let check = || -> Result<(f64, f64), Failure> {
        let (cpu, start) = (cpu_of_children(), Instant::now());
        tool::run(
            cargo(&copy).args(["check", "--offline", "-p", "drift"]),
            "it must pass",
        )?;
        Ok((cpu_of_children() - cpu, start.elapsed().as_secs_f64()))
    };
    check()?;
    let mut times = Vec::new();
    for round in 0..rounds {
        let line = format!("title: Contacts, change {round},");
        workspace::write(&contract, &text.replacen("title:", &line, 1))?;
        times.push(check()?);
    }
    let shown = |values: Vec<f64>| Sample::new(values).shown(2);
    Ok(format!(
        "From a saved contract to a finished `cargo check -p drift`: {} s of CPU, {} s by the clock.",
        shown(times.iter().map(|time| time.0).collect()),
        shown(times.iter().map(|time| time.1).collect()),
    ))
}

fn copy_of_sources() -> Result<PathBuf, Failure> {
    let (root, copy) = (workspace::root(), tool::folder("bench-saving")?);
    let manifest = workspace::read(&root.join("Cargo.toml"))?;
    let members = manifest
        .lines()
        .find(|line| line.starts_with("members = "))
        .ok_or("Cargo.toml has no line of members")?;
    let ours = "members = [\"crates/drift\", \"crates/drift-sdk\"]";
    workspace::write(&copy.join("Cargo.toml"), &manifest.replace(members, ours))?;
    fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock"))?;
    for folder in [
        "openapi",
        "crates/drift",
        "crates/drift-sdk",
        "crates/drift-emulator",
    ] {
        copy_folder(&root.join(folder), &copy.join(folder))?;
    }
    Ok(copy)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy)?;
        } else {
            fs::copy(&source, &copy)?;
        }
    }
    Ok(())
}
