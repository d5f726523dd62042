//! What commands print.

mod golden;
mod help;
mod json;
mod terminal;
