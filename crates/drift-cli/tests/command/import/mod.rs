//! `drift contacts import`.

mod breaks_off;
mod interrupt;
mod journal;
mod piped_input;
mod plan;
mod result;
mod suppression;
mod undo;
