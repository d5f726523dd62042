//! Behaviour across crates, over real sockets.
