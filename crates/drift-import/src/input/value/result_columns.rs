//! The columns that result files add to those of the input.

/// Columns that result files add. They are never attributes.
pub(crate) const RESULT_COLUMNS: [&str; 5] = [
    "drift_line",
    "drift_contact_id",
    "drift_outcome",
    "drift_reason",
    MISFIT,
];

/// The column for what did not fit a row's header. A row that has a value there is refused.
pub(crate) const MISFIT: &str = "drift_misfit";
