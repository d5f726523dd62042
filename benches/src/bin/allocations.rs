//! `allocations CLIENT URL IN_FLIGHT COUNT`: prints how often and how many bytes the whole run allocated.
#![forbid(unsafe_code)]

use std::alloc::System;

use drift_bench::{Fault, clients};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, url, in_flight, count] = arguments.as_slice() else {
        return Err("give a client, a URL, how many in flight, and how many creates".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(clients::run(
        client,
        url,
        in_flight.parse()?,
        count.parse()?,
    ))?;
    let stats = ALLOCATOR.stats();
    println!(
        "{} {}",
        stats.allocations + stats.reallocations,
        stats.bytes_allocated
    );
    Ok(())
}
