//! `cargo xtask dist`: everything that a release hands out, in one folder.

use std::fs;
use std::path::Path;

use clap::Args;

use super::{checksums, command, crates, notices, ready};
use crate::clients::{self, Repository};
use crate::contract::{CONTRACT, gateway, reference};
use crate::generator::Failure;
use crate::tidy;
use crate::util::{archive, cargo, folder, tool, workspace};

/// What to hand out.
#[derive(Args)]
pub struct Options {
    /// Build although CHANGELOG has no heading for this version, or files are changed: to try it, not to hand it out
    #[arg(long)]
    snapshot: bool,
    #[command(flatten)]
    repository: Repository,
}

/// Stands in the archive beside the program.
const BESIDE: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

const CONTRACTS: [&str; 4] = [
    CONTRACT,
    "openapi/contacts.json",
    gateway::OVERLAY,
    gateway::CONTRACT,
];

/// Builds all of it below `target/dist`, which is emptied first.
pub fn run(options: &Options) -> Result<(), Failure> {
    let version = tidy::one_version()?;
    if !options.snapshot {
        ready::check(&version)?;
    }
    let dist = folder::emptied(tool::target().join("dist"))?;
    let host = cargo::host()?;
    let name = format!("drift-{version}-{host}");
    let root = dist.join(&name);
    fs::create_dir(&root)?;
    command::put(&root)?;
    fs::write(
        root.join("THIRD-PARTY"),
        notices::text(command::PACKAGE, &host)?,
    )?;
    copy(&BESIDE, &root)?;
    archive::write(&root, &name, &dist.join(format!("{name}.tar.gz")))?;
    command::move_manual(&root, &dist)?;
    fs::remove_dir_all(&root)?;
    copy(&CONTRACTS, &dist)?;
    reference::build(&dist)?;
    crates::pack(&dist)?;
    clients::pack_all(&options.repository, &dist.join("clients"))?;
    checksums::write(&dist)?;
    println!("{}", dist.display());
    Ok(())
}

/// Copies files of the repository, their folders left out.
fn copy(paths: &[&str], folder: &Path) -> Result<(), Failure> {
    for path in paths {
        let name = Path::new(path).file_name().unwrap_or_default();
        fs::copy(workspace::root().join(path), folder.join(name))
            .map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}
