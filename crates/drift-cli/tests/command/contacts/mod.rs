//! `drift contacts`, without the import.

mod concurrent_commands;
mod create_and_find;
mod export;
mod tickets;
