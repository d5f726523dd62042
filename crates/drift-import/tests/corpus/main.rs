//! Files as CRMs, spreadsheets and people make them. What is sent is what a person reads in them, or the row is refused.
//!
//! `cases/` holds a small file for each case, headed by its reason; `damage` damages clean files at random, `mutation`
//! looks for files that break the reader, and `containers` does both to files that hold others.

#[path = "../support/archives.rs"]
mod archives;
mod case;
mod cases;
mod containers;
mod damage;
mod mutation;
mod sent;
