//! The workshop: `cargo xtask help` lists its commands. Each has its place in a room: `contract` (what is made from the
//! contract and holds it to its rules), `clients` (other languages), `release` (what is handed out), `tidy`
//! (conventions) and `bench` (measurements). Rooms may use `util`, which knows none of them.

use std::process::ExitCode;

use clap::Parser;

mod bench;
mod check;
mod clients;
mod contract;
mod examples;
mod generate;
mod matrix;
mod postgres;
mod release;
mod storm;
mod tidy;
mod util;

#[path = "../../crates/drift-sdk/generator/mod.rs"]
mod generator;

use generator::Failure;

/// What a developer of this project runs beside `cargo test`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Write everything that is made from the contract.
    Generate,
    /// Fail when something made from the contract is stale, or code is untidy, unformatted, unlinted or undocumented.
    Check,
    /// Fail when the project breaks a convention that a program can see.
    Tidy,
    /// Fail when the contract breaks a rule of ours or of Redocly's linter; needs Node.js.
    Lint,
    /// Fail when licences, versions, sources or directions of dependencies break deny.toml; needs cargo-deny.
    Dependencies,
    /// Show what the contract's change since a revision breaks for callers; fail unless the version announces it;
    /// needs Go.
    Breaking {
        /// Any name that git has for a commit, such as `main` or `HEAD~1`.
        revision: String,
    },
    /// Build the API reference, one page that needs no network, into target/reference; needs Node.js.
    Reference,
    /// Build everything that a release hands out into target/dist; needs Node.js and the languages.
    Dist(release::Options),
    /// Pack `drift-sdk` and build it from the tarball, with and without the feature `generate`.
    Package,
    /// Measure what a contact costs, beside everything else, and write docs/benchmarks.md.
    Bench(bench::Options),
    /// Write clients for other languages, and with --verify run each against the emulator; needs the languages.
    Codegen(clients::Options),
    /// Play every fault with every call over real sockets, print the table, and write it to docs/faults.md.
    Matrix,
    /// Start a PostgreSQL server of its own, and run the tests of the gateway's store and storm on it; needs PostgreSQL.
    Postgres(postgres::Options),
    /// Create contacts from four languages through a gateway that is killed, with losses on either side; needs Go, Node.js,
    /// Python and Ruby.
    Storm(storm::Options),
    /// Run the programs of examples/ against the emulator; needs their languages.
    Examples,
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Generate => generate::run(),
        Command::Check => check::run(),
        Command::Tidy => tidy::run(),
        Command::Lint => contract::lint::run(),
        Command::Dependencies => release::dependencies::run(),
        Command::Breaking { revision } => contract::breaking::run(&revision),
        Command::Reference => contract::reference::run(),
        Command::Dist(options) => release::run(&options),
        Command::Package => release::package::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Codegen(options) => clients::run(&options),
        Command::Matrix => matrix::run(),
        Command::Postgres(options) => postgres::run(&options),
        Command::Storm(options) => storm::run(&options),
        Command::Examples => examples::run(),
    }
}
