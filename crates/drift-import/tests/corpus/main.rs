//! Files as CRMs, spreadsheets and people make them. What is sent is what a person reads in them, or the row is refused.
//!
//! `cases/` holds a small file for each case, headed by its reason; `damage` damages clean files at random, and `mutation`
//! looks for files that break the reader.

mod case;
mod cases;
mod damage;
mod mutation;
mod sent;
