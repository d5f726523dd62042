//! Records as contacts: columns become attributes, cells become values, and a record becomes a row with its hash.
//!
//! It knows a record, and nothing of the file that it stands in.

pub(crate) mod address;
pub(crate) mod attribute;
pub(crate) mod column_checks;
pub(crate) mod column_names;
pub(crate) mod columns;
mod csv_row;
pub(crate) mod invisible;
pub(crate) mod leftover;
pub(crate) mod mapping;
pub(crate) mod misfit;
pub(crate) mod reading;
pub(crate) mod result_columns;
pub(crate) mod row;
pub(crate) mod stamp;
pub(crate) mod suggestions;
