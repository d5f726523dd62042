//! `bench`: what a contact costs, beside everything a user would pick instead. Ratios, measured side by side.

mod blocking;
mod clients;
mod command;
mod create;
mod document;
mod emulator;
mod gateway;
mod listening;
mod machine;
mod mocks;
pub mod program;
mod stats;
mod table;
mod weight;

use clap::{Args, ValueEnum};

use crate::generator::Failure;

/// What to measure, and how long.
#[derive(Args)]
pub struct Options {
    /// Only a few rounds, printed and not written: to see that all of it works.
    #[arg(long)]
    quick: bool,
    /// Only these parts; the others keep what docs/benchmarks.md says of them.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
}

/// A part of the report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// CPU, instructions and allocations of a create, by client.
    Create,
    /// What it costs to build a program that depends on `drift`.
    Weight,
    /// The whole process `drift contacts create`, beside curl.
    Command,
    /// The emulator beside its floor.
    Emulator,
    /// The mock servers that people use, beside the emulator.
    Mocks,
    /// Rows per second of an import, and its memory.
    Import,
    /// The gateway beside nginx and the direct call; needs nginx.
    Gateway,
}

impl Part {
    /// The mark of the part's section in the document.
    fn mark(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Weight => "weight",
            Self::Command => "command",
            Self::Emulator => "emulator",
            Self::Mocks => "mocks",
            Self::Import => "import",
            Self::Gateway => "gateway",
        }
    }

    fn measure(self, quick: bool) -> Result<String, Failure> {
        match self {
            Self::Create => create::measure(quick),
            Self::Weight => weight::measure(quick),
            Self::Command => command::measure(quick),
            Self::Emulator => emulator::emulator(quick),
            Self::Mocks => mocks::measure(quick),
            Self::Import => emulator::import(quick),
            Self::Gateway => gateway::measure(quick),
        }
    }
}

/// Measures, prints, and writes docs/benchmarks.md.
pub fn run(options: &Options) -> Result<(), Failure> {
    let parts = match options.only.as_slice() {
        [] => Part::value_variants(),
        only => only,
    };
    let mut failed = Vec::new();
    for part in parts {
        match part.measure(options.quick) {
            Ok(text) if options.quick => println!("{text}"),
            Ok(text) => {
                println!("{text}");
                document::replace(part.mark(), &format!("{}\n\n{text}", machine::facts()))?;
            }
            Err(failure) => {
                eprintln!("{}: {failure}", part.mark());
                failed.push(part.mark());
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("not measured: {}", failed.join(", ")).into())
}
