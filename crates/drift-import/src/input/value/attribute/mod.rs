//! Cells as values of attributes: by the type that Drift defines, by the forms of dates that are named, or as an export wrote
//! them. Nothing here knows of a row.

pub(crate) mod cell;
pub(crate) mod dates;
pub(crate) mod exported_cell;
pub(crate) mod own_attribute;
