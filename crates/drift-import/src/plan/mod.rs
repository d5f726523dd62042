//! What will happen to every row, and why.
//!
//! [`decide`] is pure. The planner around it reads the file, looks contacts up and writes the journal; it knows nothing
//! of commits, and sends nothing that changes a contact.

pub(crate) mod decision;
pub(crate) mod filling;
pub(crate) mod found_types;
pub(crate) mod look_ups;
pub(crate) mod planner;
pub(crate) mod reading;
pub(crate) mod reading_version;
pub(crate) mod sequences;
pub(crate) mod undecided;

pub use decision::{Decision, Facts, Found, Rules, Verdict, decide};
pub use filling::Filling;
pub use reading::{ColumnReading, Reading};
