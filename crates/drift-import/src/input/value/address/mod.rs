//! Email addresses: the one reader of them, and the key by which they are compared. Nothing here knows a file or a row.

pub(crate) mod key;
pub(crate) mod reader;
