//! What the transport adds to the generated client, over real sockets.

mod answers;
mod phases;
mod secrecy;
mod sent;
mod server;
