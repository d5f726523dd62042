//! Idempotency keys: how they are written, and what makes two requests the same. Pure; it knows no HTTP server, no store
//! and no Drift.

pub(crate) mod canonical;
pub(crate) mod fingerprint;
pub(crate) mod idempotency_key;
