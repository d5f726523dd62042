//! Redocly CLI in the release that is named here: a stock linter, and Redoc, which draws the API reference.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::generator::Failure;
use crate::util::{tool, workspace};

const PACKAGE: &str = "@redocly/cli";
const VERSION: &str = "2.77.0";
const NEEDED: &str =
    "Redocly needs Node.js 20.19 or newer with npm: install it (.ci/install does on Debian)";

/// Redoc loads its own logo from here, and nothing else from anywhere.
const LOGO: &str = "https://cdn.redoc.ly/redoc/logo-mini-full.svg";

/// What the linter reports of a contract; nothing when it finds no fault.
pub fn findings(contract: &Path) -> Result<Option<String>, Failure> {
    let mut lint = command("lint")?;
    lint.arg("--config")
        .arg(workspace::root().join("openapi/redocly.yaml"))
        .arg("--format=stylish")
        .arg(contract);
    let output = tool::output(&mut lint, NEEDED)?;
    let report = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    Ok((!output.status.success()).then(|| format!("{PACKAGE} {VERSION}:\n{report}{errors}")))
}

/// Draws a contract as one page that loads nothing from elsewhere.
pub fn build_page(contract: &Path, page: &Path) -> Result<(), Failure> {
    let mut build = command("build-docs")?;
    build
        .arg("--inlineBundle")
        .arg("--output")
        .arg(page)
        .arg(contract);
    tool::run(&mut build, NEEDED)?;
    let drawn = workspace::read(page)?.replace(LOGO, "data:,");
    workspace::write(page, &drawn)
}

fn command(name: &str) -> Result<Command, Failure> {
    let mut command = Command::new("node");
    command
        .arg(installed()?)
        .arg(name)
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    Ok(command)
}

/// Installs it once, below the target folder.
fn installed() -> Result<PathBuf, Failure> {
    let folder = tool::folder(&format!("redocly-{VERSION}"))?;
    let program = folder.join("node_modules").join(PACKAGE).join("bin/cli.js");
    if !program.exists() {
        eprintln!("installing {PACKAGE} {VERSION}");
        let options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
        tool::run(
            Command::new("npm")
                .arg("install")
                .args(options)
                .arg(&folder)
                .arg(format!("{PACKAGE}@{VERSION}")),
            NEEDED,
        )?;
    }
    Ok(program)
}
