//! Types that derive `Debug` and hold text which is not about a person: their crate, their name, what the text is.

const CLI: &str = "crates/drift-cli/src/";
const DRIFT: &str = "crates/drift/src/";
const IMPORT: &str = "crates/drift-import/src/";

/// Sentences that are made for the result files; they name a column where one is known, and no value.
const REASON: &str = "a reason without a value";

/// All of them.
pub const HARMLESS: [(&str, &str, &str); 19] = [
    (DRIFT, "AttributeDefinition", "names of attributes"),
    (DRIFT, "AttributeKind", "the name of a type"),
    (DRIFT, "AttributeTypeError", "the name of an attribute"),
    (DRIFT, "CallOptions", "the name of an attribute"),
    (CLI, "Choice", "a profile's name, and an address"),
    (IMPORT, "ColumnProblem", "names of columns"),
    (IMPORT, "Definition", "names of attributes"),
    (IMPORT, "Target", "the name of an attribute"),
    (IMPORT, "Exported", "names of columns and an encoding"),
    (IMPORT, "Filling", "names of attributes"),
    (IMPORT, "Error", "files, and problems without a value"),
    (IMPORT, "PlannedRow", REASON),
    (IMPORT, "InputOptions", "names of an encoding and a sheet"),
    (IMPORT, "Decision", REASON),
    (IMPORT, "Event", REASON),
    (IMPORT, "RowProblem", REASON),
    (
        IMPORT,
        "ExportOptions",
        "an encoding, and the name of a column",
    ),
    (
        IMPORT,
        "ColumnReading",
        "names of a column and an attribute",
    ),
    (
        IMPORT,
        "Reading",
        "the name of a sheet or of an archive's file",
    ),
];
