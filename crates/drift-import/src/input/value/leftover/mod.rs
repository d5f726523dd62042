//! What programs and people leave in the place of a value: placeholders, and errors of spreadsheets. Nothing here knows of a column.

pub(crate) mod placeholder;
pub(crate) mod spreadsheet;
