//! Types that derive `Debug` and hold text which is not about a person: their file, their name, what the text is.

const DEFINITION: &str = "crates/drift/src/attribute_definition.rs";
const COLUMNS: &str = "crates/drift-import/src/columns.rs";
const SETTLE: &str = "crates/drift-import/src/settle.rs";

/// Sentences that are made for the result files; they name a column where one is known, and no value.
const REASON: &str = "a reason without a value";

/// All of them.
pub const HARMLESS: [(&str, &str, &str); 16] = [
    (DEFINITION, "AttributeDefinition", "names of attributes"),
    (DEFINITION, "AttributeKind", "the name of a type"),
    (
        "crates/drift/src/contact.rs",
        "AttributeTypeError",
        "the name of an attribute",
    ),
    (
        "crates/drift/src/options.rs",
        "CallOptions",
        "the name of an attribute",
    ),
    (
        "crates/drift-cli/src/profile.rs",
        "Choice",
        "a profile's name, and an address",
    ),
    (COLUMNS, "ColumnProblem", "names of columns"),
    (COLUMNS, "Definition", "names of attributes"),
    (COLUMNS, "Target", "the name of an attribute"),
    (
        "crates/drift-import/src/error.rs",
        "Error",
        "files, and problems without a value",
    ),
    ("crates/drift-import/src/import.rs", "PlannedRow", REASON),
    (
        "crates/drift-import/src/input.rs",
        "InputOptions",
        "the name of an encoding",
    ),
    ("crates/drift-import/src/plan.rs", "Decision", REASON),
    ("crates/drift-import/src/progress.rs", "Event", REASON),
    ("crates/drift-import/src/row.rs", "Complaint", REASON),
    (SETTLE, "Next", REASON),
    (SETTLE, "Seen", REASON),
];
