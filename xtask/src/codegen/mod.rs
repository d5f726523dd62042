//! `cargo xtask codegen`: clients for other languages, made from the contract, and proved against the emulator.

use std::path::{Path, PathBuf};

use crate::generator::{self, Failure};
use crate::workspace::{self, CONTRACT};

mod accounts;
mod build;
mod contract;
mod drive;
mod examples;
mod judge;
mod language;
mod mend;
mod openapi_generator;
mod package;
mod program;
mod scenario;
mod table;
mod variant;
mod verify;
mod workbench;

pub use examples::run as examples;
pub use language::Language;

use contract::Contract;

/// What `cargo xtask codegen` takes.
#[derive(clap::Args)]
pub struct Options {
    /// The languages; all of them unless given.
    languages: Vec<Language>,
    /// Where the clients go, a folder for each language.
    #[arg(long, value_name = "DIR", default_value = "target/codegen")]
    out: PathBuf,
    /// Build each client too, and run the scenario of tests/clients through it against the emulator.
    #[arg(long)]
    verify: bool,
    /// Write the table of the verification into docs/clients.md; every language must have been verified.
    #[arg(long, requires = "verify", conflicts_with = "languages")]
    write: bool,
    /// Another contract than openapi/contacts.yaml.
    #[arg(long, value_name = "FILE", default_value = CONTRACT)]
    contract: PathBuf,
}

/// Writes the clients, and verifies them when asked to.
pub fn run(options: &Options) -> Result<(), Failure> {
    let languages = options.languages();
    program::require("the generator", &[program::GENERATOR])?;
    for language in languages.iter().filter(|_| options.verify) {
        program::require(language.title(), program::of(*language))?;
    }
    let contract = read(&workspace::root().join(&options.contract))?;
    let out = workspace::root().join(&options.out);
    for language in &languages {
        write(*language, &contract, &out.join(language.name()))?;
        println!("wrote {}", options.out.join(language.name()).display());
    }
    if options.verify {
        verify::run(&languages, &out, options.write)?;
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

fn read(path: &Path) -> Result<Contract, Failure> {
    let yaml = workspace::read(path)?;
    let document =
        generator::parse(&yaml).map_err(|error| format!("{}: {error}", path.display()))?;
    Contract::of(document).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// One client: what the generator makes, mended, in a package of ours.
fn write(language: Language, contract: &Contract, folder: &Path) -> Result<(), Failure> {
    package::clear(folder)?;
    openapi_generator::generate(language, contract, folder)?;
    mend::mend(language, folder)?;
    package::write(language, contract, folder)
}
