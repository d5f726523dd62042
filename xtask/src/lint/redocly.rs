//! The linter that others keep: Redocly CLI, strict, in the release that is named here.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::generator::Failure;
use crate::{tool, workspace};

const PACKAGE: &str = "@redocly/cli";
const VERSION: &str = "2.77.0";

/// Its report on a contract; empty when it finds nothing.
pub fn findings(contract: &Path) -> Result<Option<String>, Failure> {
    let linter = installed()?;
    let output = tool::output(
        Command::new("node")
            .arg(linter)
            .arg("lint")
            .arg("--config")
            .arg(workspace::root().join("openapi/redocly.yaml"))
            .arg("--format=stylish")
            .arg(contract)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
        NEEDED,
    )?;
    let report = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    Ok((!output.status.success()).then(|| format!("{PACKAGE} {VERSION}:\n{report}{complaint}")))
}

const NEEDED: &str = "the linter needs Node.js 20.19 or newer with npm: https://nodejs.org";

/// Installs it once, below the target folder.
fn installed() -> Result<PathBuf, Failure> {
    let folder = tool::folder(&format!("redocly-{VERSION}"))?;
    let program = folder.join("node_modules").join(PACKAGE).join("bin/cli.js");
    if !program.exists() {
        eprintln!("installing {PACKAGE} {VERSION}");
        tool::run(
            Command::new("npm")
                .args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--prefix",
                ])
                .arg(&folder)
                .arg(format!("{PACKAGE}@{VERSION}")),
            NEEDED,
        )?;
    }
    Ok(program)
}
