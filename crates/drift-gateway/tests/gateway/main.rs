//! The gateway over real sockets, an emulator behind it: one file per behaviour; `stored` is what outlives a request.

mod accounts;
mod callers;
mod matrix;
mod neighbour;
mod seed_page;
mod stored;
mod support;
mod tls;
mod tokens;
mod unkeyed;
mod whole_json;
