//! Safe writes: creates, `ensure` and `upsert`, their proofs and tickets.

mod check_email_first;
mod create;
mod ensure_and_upsert;
mod prepare;
mod proof;
mod safe_write;
mod single_flight;
mod ticket;
