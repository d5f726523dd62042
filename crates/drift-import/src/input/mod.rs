//! From a file to contacts: what it holds inside ([`container`]), its bytes ([`source`]), its records ([`format`]), and the contact that a record asks for
//! ([`value`]); with the do-not-contact list.
//!
//! Nothing here knows of a plan, a journal or a request, or of the options of an import.

pub(crate) mod container;
pub(crate) mod format;
pub(crate) mod hash;
pub(crate) mod source;
pub(crate) mod suppression;
pub(crate) mod value;
