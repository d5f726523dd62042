//! How a file was understood: what was detected or named, which column goes where with which type, what was skipped.

use serde::Serialize;

use drift::AttributeKind;

use crate::context::import_context::ImportContext;
use crate::context::options::OnDuplicate;
use crate::error::Error;
use crate::input::format::Format;
use crate::input::source::encoding::EncodingProof;
use crate::input::value::column_names::normalized;
use crate::input::value::mapping::Target;
use crate::journal::database::Journal;
use crate::plan::planner::BLANK_ROWS;

/// How a file was understood. It holds no value of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reading {
    /// `csv` or `json_lines`. A sheet of a workbook is read as CSV.
    pub format: &'static str,
    /// What the text was taken from, where it was inside of the file: `gzip`, `the sheet "Leads"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<String>,
    /// The encoding's name.
    pub encoding: &'static str,
    /// By what the encoding is known.
    pub encoding_proof: EncodingProof,
    /// Between the cells of CSV.
    pub delimiter: Option<char>,
    /// Around the cells of CSV; none where quotes mean nothing.
    pub quote: Option<char>,
    /// Before a quote that is meant, inside quotes.
    pub escape: Option<char>,
    /// Whether the columns have the names of a header.
    pub header: bool,
    /// Lines before the header, or before the first row where there is none.
    pub skipped_lines: u64,
    /// Rows of empty cells only, which were skipped.
    pub blank_rows: u64,
    /// The columns in their order.
    pub columns: Vec<ColumnReading>,
    /// What to know before anything is sent.
    pub notes: Vec<&'static str>,
}

/// Where a column goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ColumnReading {
    /// Its name in the file.
    pub column: String,
    /// The attribute; none where the column is left out.
    pub attribute: Option<String>,
    /// The attribute's type, as Drift writes it: `STRING`, `NUMERIC` and so on; none where the column is left out.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether external ids are derived from it.
    pub derives_id: bool,
}

const NO_UNDO: &str = "updates of contacts cannot be undone";
const NO_DATES: &str = "Drift defines none of these attributes as a date, so the format of dates and the time zone are not used, and dates are sent as text as they stand; define the attribute as a date in Drift first, or write dates as 2026-01-31 in the file";

/// The column of Mailchimp's exports that says when a person unsubscribed, in letters and digits of lower case.
const UNSUBSCRIBED: &str = "unsubtime";
const NOT_UNSUBSCRIBED: &str = "the column of unsubscribed people is left out, so they become contacts like others; exclude their addresses with --suppress, or stop Drift's emails to them with drift emails unsubscribe";

/// How the file of a plan was understood.
pub(crate) fn reading(context: &ImportContext, journal: &Journal) -> Result<Reading, Error> {
    let source = &context.source;
    let is_csv = source.format() == Format::Csv;
    let dialect = source.dialect();
    let character = |byte: u8| Some(char::from(byte)).filter(|_| is_csv);
    let blank_rows = journal.get(BLANK_ROWS)?.unwrap_or_default();
    let columns = (0..context.columns.len())
        .filter(|column| !context.columns.name(*column).is_empty())
        .map(|column| column_reading(context, column));
    Ok(Reading {
        format: if is_csv { "csv" } else { "json_lines" },
        taken_from: source.taken_from().map(str::to_owned),
        encoding: source.encoding(),
        encoding_proof: source.encoding_proof(),
        delimiter: character(dialect.delimiter),
        quote: dialect.quote.and_then(character),
        escape: dialect.escape.and_then(character),
        header: source.has_header(),
        skipped_lines: source.skipped_lines(),
        blank_rows: blank_rows.parse().unwrap_or_default(),
        columns: columns.collect(),
        notes: notes(context),
    })
}

/// What is to be known before anything is sent.
fn notes(context: &ImportContext) -> Vec<&'static str> {
    let options = &context.options;
    let updates = matches!(
        options.on_duplicate,
        OnDuplicate::Update | OnDuplicate::Fill
    );
    let names_dates = !options.date_formats.is_empty() || options.time_zone.is_some();
    let has_dates = (0..context.columns.len()).any(|column| {
        let target = context.columns.target(column);
        matches!(
            target,
            Target::Attribute(_, AttributeKind::Date | AttributeKind::Datetime)
        )
    });
    let leaves_unsubscribed = (0..context.columns.len()).any(|column| {
        normalized(context.columns.name(column)) == UNSUBSCRIBED
            && matches!(context.columns.target(column), Target::Nothing)
    });
    let notes = [
        (updates, NO_UNDO),
        (names_dates && !has_dates, NO_DATES),
        (leaves_unsubscribed, NOT_UNSUBSCRIBED),
    ];
    let notes = notes.into_iter().filter(|(applies, _)| *applies);
    notes.map(|(_, note)| note).collect()
}

fn column_reading(context: &ImportContext, column: usize) -> ColumnReading {
    let (attribute, kind) = match context.columns.target(column) {
        Target::Nothing => (None, None),
        Target::Email => (Some("email"), Some("STRING".to_owned())),
        Target::ExternalId => (Some("externalId"), Some("STRING".to_owned())),
        Target::Name => (Some("name"), Some("STRING".to_owned())),
        Target::Phone => (Some("phone"), Some("STRING".to_owned())),
        Target::Attribute(name, kind) => (Some(name.as_str()), Some(type_of(kind))),
    };
    // The type of JSON, and of an export, is that of each value.
    let has_types = context.source.format() == Format::JsonLines || context.columns.is_typed();
    let by_value = kind.as_deref() == Some("") && has_types;
    ColumnReading {
        column: context.columns.name(column).to_owned(),
        attribute: attribute.map(str::to_owned),
        kind: kind.map(|kind| match (kind.as_str(), by_value) {
            ("", true) => "as written".to_owned(),
            ("", false) => "STRING".to_owned(),
            _ => kind,
        }),
        derives_id: context.columns.derive_from() == Some(column),
    }
}

fn type_of(kind: &AttributeKind) -> String {
    kind.to_string()
}
