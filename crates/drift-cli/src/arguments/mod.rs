//! Argument types that several commands share, and what each means: a contact id, an external id, attributes, `--yes`,
//! the global options.
//!
//! This folder knows no command and no connection. It prints nothing.

mod attributes;
mod confirm;
mod contact_id;
mod external_id;
mod file_format;
mod file_or_stdin;
mod global;
mod profile_name;
mod typed;

pub use attributes::{AttributeArgs, TextAttribute, TypedAttribute};
pub use confirm::ConfirmArgs;
pub use contact_id::contact_id;
pub use external_id::{ExternalIdArgs, IdKeyArgs};
pub use file_format::FormatArg;
pub use file_or_stdin::read_file_or_stdin;
pub use global::GlobalArgs;
pub use profile_name::profile_name;
pub use typed::{typed_drift, typed_email};
