//! Values as JSON: how they are written, and how they are read from outside.
//!
//! Names are those of the wire and of the command's `--json`. What is read is checked as its constructor checks it, and
//! never counts as a proof. No error here shows a value: it may be personal data.

mod attribute_definition;
mod changes;
mod contact;
pub(crate) mod members;
mod new_contact;
mod outcome;
pub(crate) mod texts;
mod timeline_event;
