//! What the transport adds to the generated client, over real sockets.

mod responses;
mod secrecy;
mod sent;
mod server;
mod stages;
