//! `cargo xtask codegen`: clients for other languages, made from the contract (`generate`), and proved against the
//! emulator (`verify`). Neither knows the other; what both need of a language stands here.

use std::path::{Path, PathBuf};

use crate::contract::CONTRACT;
use crate::generator::{self, Failure};
use crate::util::workspace;

mod generate;
mod language;
pub mod program;
pub mod verify;

use language::Language;

use generate::Contract;

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
        generate::write(*language, &contract, &out.join(language.name()))?;
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
