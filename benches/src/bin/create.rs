//! `create CLIENT URL IN_FLIGHT COUNT`: prints `COUNT CPU_NS WALL_NS MEDIAN_NS`.
#![forbid(unsafe_code)]

use drift_bench::{Fault, clients};

fn main() -> Result<(), Fault> {
    println!("{}", clients::run_by_arguments()?);
    Ok(())
}
