//! `create CLIENT URL IN_FLIGHT COUNT`: prints `COUNT CPU_NS WALL_NS MEDIAN_NS`.
#![forbid(unsafe_code)]

use drift_bench::{Fault, clients};

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, url, in_flight, count] = arguments.as_slice() else {
        return Err("give a client, a URL, how many in flight, and how many creates".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let cost = runtime.block_on(clients::run(
        client,
        url,
        in_flight.parse()?,
        count.parse()?,
    ))?;
    println!("{cost}");
    Ok(())
}
