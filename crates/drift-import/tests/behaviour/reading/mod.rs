//! What is read from a file, and what is refused.

mod addresses;
mod columns;
mod containers;
mod encodings;
mod external_ids;
mod records;
mod suppression;
