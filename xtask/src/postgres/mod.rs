//! `cargo xtask postgres`: runs on a PostgreSQL server of its own what needs one: the suite of the gateway's store, and a
//! storm of several gateways.

mod chaos;
mod server;
mod storm;

use std::process::Command;

use clap::Args;

use crate::generator::Failure;
use crate::util::workspace;
use server::Server;

/// What is run, and how much of it.
#[derive(Args)]
pub struct Options {
    /// The creates of a storm of three gateways that are killed; 0 leaves it out
    #[arg(long, default_value_t = 0)]
    creates: usize,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    let server = Server::start()?;
    suite(&server)?;
    match options.creates {
        0 => Ok(()),
        creates => storm::run(server, creates),
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
