//! `allocations CLIENT URL IN_FLIGHT COUNT`: prints how often and how many bytes the whole run allocated.
#![forbid(unsafe_code)]

use std::alloc::System;

use drift_bench::{Fault, clients};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Fault> {
    clients::run_by_arguments()?;
    let stats = ALLOCATOR.stats();
    println!(
        "{} {}",
        stats.allocations + stats.reallocations,
        stats.bytes_allocated
    );
    Ok(())
}
