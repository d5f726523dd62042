//! `cargo xtask postgres`: runs on a PostgreSQL server of its own what needs one: the suite of the gateway's store, and a
//! storm of several gateways; or measures them.

mod balancer;
mod chaos;
mod measure;
mod server;
mod storm;

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::bench::program;
use crate::generator::Failure;
use crate::util::workspace;
use server::Server;

/// What is run, and how much of it.
#[derive(Args)]
pub struct Options {
    /// The creates of a storm of three gateways that are killed; 0 leaves it out
    #[arg(long, default_value_t = 0)]
    creates: usize,
    /// In the storm, run this older `drift` as one of the three gateways, as during an upgrade
    #[arg(long, value_name = "PROGRAM")]
    beside: Option<PathBuf>,
    /// Measure instead: creates per second by number of gateways, transactions and bytes of WAL per create
    #[arg(long, conflicts_with_all = ["creates", "beside"])]
    measure: bool,
    /// Measure this `drift` instead of one that is built in the release profile
    #[arg(long, value_name = "PROGRAM", requires = "measure")]
    program: Option<PathBuf>,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let server = Server::start()?;
    if options.measure {
        let program = match &options.program {
            Some(program) => program.clone(),
            None => program::built("drift-cli")?.join("drift"),
        };
        return measure::run(&server, program);
    }
    suite(&server)?;
    match options.creates {
        0 => Ok(()),
        creates => storm::run(server, creates, options.beside.as_deref()),
    }
}

/// The suite that every store passes.
fn suite(server: &Server) -> Result<(), Failure> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(workspace::root())
        .args(["test", "--package", "drift-gateway"])
        .args(["--features", "postgres", "--test", "store"])
        .env("DRIFT_TEST_POSTGRES", server.url())
        .env("DRIFT_TEST_POSTGRES_CA", server.certificate());
    match cargo.status()?.success() {
        true => Ok(()),
        false => Err("the store's suite failed on PostgreSQL".into()),
    }
}
