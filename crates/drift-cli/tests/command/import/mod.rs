//! `drift contacts import`.

mod breaks_off;
mod interrupt;
mod journal;
mod piped_input;
mod plan;
mod reading;
mod result;
mod suppression;
mod undo;
