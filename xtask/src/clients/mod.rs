//! Clients for other languages: made from the contract (`generate`), packed as each language installs packages
//! (`pack`), and proved against the emulator from the package alone (`verify`). Those three do not know each other; what
//! they need of a language stands here.

use std::path::{Path, PathBuf};

use crate::contract::CONTRACT;
use crate::generator::{self, Failure};
use crate::util::{folder, workspace};

mod generate;
mod language;
mod pack;
pub mod program;
pub mod verify;
pub mod workbench;

use generate::Contract;
use language::Language;

/// Where the clients go by default.
const OUT: &str = "target/codegen";

/// The folder of packages beside those of the clients.
const PACKAGES: &str = "packages";

/// What `cargo xtask codegen` takes.
#[derive(clap::Args)]
pub struct Options {
    /// The languages; all of them unless given.
    languages: Vec<Language>,
    /// Where the clients go, a folder for each language.
    #[arg(long, value_name = "DIR", default_value = OUT)]
    out: PathBuf,
    /// Pack each client too, install it from its package, and run the scenario of tests/clients through it against the
    /// emulator.
    #[arg(long)]
    verify: bool,
    /// Verify the packages in this folder, such as those of `cargo xtask dist`, and write no clients.
    #[arg(long, value_name = "DIR", requires = "verify", conflicts_with_all = ["out", "contract", "repository"])]
    packages: Option<PathBuf>,
    /// Write the table of the verification into docs/clients.md; every language must have been verified.
    #[arg(long, requires = "verify", conflicts_with = "languages")]
    write: bool,
    /// Another contract than openapi/contacts.yaml, such as openapi/gateway.json.
    #[arg(long, value_name = "FILE", default_value = CONTRACT)]
    contract: PathBuf,
    #[command(flatten)]
    repository: Repository,
}

/// Where the source is kept.
#[derive(clap::Args)]
pub struct Repository {
    /// The address that the manifests of the clients name as their source, with the changelog below it; none unless given.
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
}

/// `cargo xtask codegen`: writes the clients, and verifies them when asked to.
pub fn run(options: &Options) -> Result<(), Failure> {
    let languages = options.languages();
    for language in languages.iter().filter(|_| options.verify) {
        program::require(language.title(), program::of(*language))?;
    }
    if let Some(packages) = &options.packages {
        return verify::run(&languages, packages, options.write);
    }
    let contract = read(&options.contract, &options.repository)?;
    let out = workspace::root().join(&options.out);
    write(&languages, &contract, &out)?;
    if options.verify {
        let packages = folder::emptied(out.join(PACKAGES))?;
        pack(&languages, &contract, &out, &packages)?;
        verify::run(&languages, &packages, options.write)?;
    }
    Ok(())
}

/// Writes every client, and packs all of them into a folder.
pub fn pack_all(repository: &Repository, packages: &Path) -> Result<(), Failure> {
    for language in Language::ALL {
        program::require(language.title(), program::of(language))?;
    }
    let contract = read(Path::new(CONTRACT), repository)?;
    let out = workspace::root().join(OUT);
    write(&Language::ALL, &contract, &out)?;
    pack(&Language::ALL, &contract, &out, packages)
}

fn write(languages: &[Language], contract: &Contract, out: &Path) -> Result<(), Failure> {
    program::require("the generator", &[program::GENERATOR])?;
    for language in languages {
        let client = out.join(language.name());
        generate::write(*language, contract, &client)?;
        eprintln!("wrote {}", client.display());
    }
    Ok(())
}

fn pack(
    languages: &[Language],
    contract: &Contract,
    clients: &Path,
    packages: &Path,
) -> Result<(), Failure> {
    for language in languages {
        eprintln!("packing {}", language.title());
        let client = clients.join(language.name());
        pack::pack(*language, &contract.version, &client, packages)
            .map_err(|error| format!("{}: {error}", language.title()))?;
    }
    Ok(())
}

impl Options {
    fn languages(&self) -> Vec<Language> {
        let mut languages = self.languages.clone();
        if languages.is_empty() {
            languages = Language::ALL.to_vec();
        }
        languages.dedup();
        languages
    }
}

fn read(path: &Path, repository: &Repository) -> Result<Contract, Failure> {
    let path = workspace::root().join(path);
    let yaml = workspace::read(&path)?;
    let document =
        generator::parse(&yaml).map_err(|error| format!("{}: {error}", path.display()))?;
    Contract::of(document, repository.repository.clone())
        .map_err(|error| format!("{}: {error}", path.display()).into())
}
