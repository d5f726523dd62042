//! `cargo xtask storm`: programs in four languages create contacts through a gateway that is killed again and again, with
//! losses on either side of it. The emulator's ledger then judges every response.

mod callers;
mod gateway;
mod judge;
mod network;

use clap::Args;
use drift_emulator::settings::LookupLag;
use drift_emulator::{Effect, Emulator, Fault, Settings};

use crate::generator::Failure;
use crate::util::{cargo, faults, folder, tool};
use callers::Callers;
use gateway::Victim;
use network::LosingNetwork;

const SEED: u64 = 20_261_127;

/// How long look-ups stay behind creates, in milliseconds.
const LAG: i64 = 500;

/// The size of the storm.
#[derive(Args)]
pub struct Options {
    /// The contacts to create
    #[arg(long, default_value_t = 10_000)]
    creates: usize,
    /// How often the gateway is killed
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// Let the gateway write a stamp, which proves who made a contact; and let the network deliver creates twice
    #[arg(long)]
    stamp: bool,
}

pub fn run(options: &Options) -> Result<(), Failure> {
    cargo::run_quietly(&["build", "--package", "drift-cli"], &[])?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()?;
    runtime.block_on(storm(options))
}

async fn storm(options: &Options) -> Result<(), Failure> {
    let settings = Settings {
        lookup_lag: Some(LookupLag::Ms(LAG)),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await?;
    emulator.faults().add_all(faults::of_a_storm(SEED))?;
    if options.stamp {
        let twice = Fault::new(Effect::Twice).method("POST").path("/contacts");
        emulator.faults().add(twice.share(0.05, SEED - 1))?;
    }
    let home = folder::emptied(tool::folder("storm-of-languages")?)?;
    let mut gateway = Victim::start(&home, emulator.url(), options.stamp)?;
    let network = LosingNetwork::start(gateway.address(), SEED)?;
    let callers = Callers::start(&home, network.url(), emulator.token(), options.creates)?;
    let kills = gateway.kill_often(&emulator, &callers, options).await?;
    let responses = tokio::task::spawn_blocking(move || {
        callers.responses().map_err(|problem| problem.to_string())
    });
    let responses = responses.await??;
    let counts = judge::judge(&emulator, options, &responses).await?;
    let (requests, faulted) = network.counts();
    println!(
        "{} creates in {}, {kills} kills of the gateway, {faulted} of {requests} requests to it and {} calls behind it \
         faulted: each contact is there once, and every final response is true ({counts})",
        options.creates,
        callers::NAMES.join(", "),
        emulator.faults().log().len(),
    );
    Ok(())
}
