//! The gateway over real sockets, an emulator behind it: one file per behaviour.

mod accounts;
mod callers;
mod deliveries;
mod erasure;
mod keyed;
mod leases;
mod matrix;
mod neighbour;
mod replicas;
mod seed_page;
mod support;
mod timeline;
mod tls;
mod tokens;
mod unkeyed;
mod whole_json;
