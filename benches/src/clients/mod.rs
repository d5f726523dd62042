//! The clients that are compared. Each makes what a careful user of it would write: typed request and response,
//! unknown attributes kept, time limits set, the status checked.

pub mod bare_hyper;
pub mod generated;
pub mod handwritten;
pub mod safe;

use std::sync::Arc;
use std::time::Duration;

use crate::Fault;
use crate::drive::{Cost, drive};

/// Runs the client that the program's arguments name: `CLIENT URL IN_FLIGHT COUNT [PAUSE]`, with a pause of so many
/// milliseconds before each create.
///
/// # Errors
///
/// When the arguments are others; else as [`run`].
pub fn run_by_arguments() -> Result<Cost, Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (client, url, in_flight, count, pause) = match arguments.as_slice() {
        [client, url, in_flight, count] => (client, url, in_flight, count, 0),
        [client, url, in_flight, count, pause] => (client, url, in_flight, count, pause.parse()?),
        _ => return Err("give a client, a URL, how many in flight, and how many creates".into()),
    };
    let (in_flight, count, pause) = (
        in_flight.parse()?,
        count.parse()?,
        Duration::from_millis(pause),
    );
    if client == "drift-blocking" {
        return safe::block(url, count, pause);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(client, url, in_flight, count, pause))
}

/// Runs one client: first a few creates to warm up, then those that are measured.
///
/// # Errors
///
/// When there is no such client, or a create fails.
pub async fn run(
    name: &str,
    url: &str,
    in_flight: usize,
    count: usize,
    pause: Duration,
) -> Result<Cost, Fault> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    match name {
        "hyper" | "hyper-status" => {
            let reads = name == "hyper";
            let client = bare_hyper::Client::connect(url, in_flight, reads).await?;
            warm(client, in_flight, count, pause).await
        }
        "hyper-keyed" => {
            let client = bare_hyper::Client::connect(url, in_flight, false).await?;
            warm(client.keyed(), in_flight, count, pause).await
        }
        "reqwest" => warm(handwritten::Client::new(url)?, in_flight, count, pause).await,
        "reqwest-each" => warm(handwritten::Each::new(url), in_flight, count, pause).await,
        "drift-sdk" => warm(generated::Client::new(url)?, in_flight, count, pause).await,
        "drift" => warm(safe::Client::new(url)?, in_flight, count, pause).await,
        _ => Err(format!("there is no client {name:?}").into()),
    }
}

async fn warm<C: crate::drive::Creates>(
    client: C,
    in_flight: usize,
    count: usize,
    pause: Duration,
) -> Result<Cost, Fault> {
    let client = Arc::new(client);
    drive(client.clone(), in_flight, in_flight * 2, Duration::ZERO).await?;
    drive(client, in_flight, count, pause).await
}
