//! What is in the store before Drift hears of it: requests with a key, deliveries, and how both survive a gateway.

mod deliveries;
mod erasure;
mod keyed;
mod leases;
mod replicas;
mod timeline;
