//! Shows how a file was understood, before anything is sent.

use drift_import::{ColumnReading, EncodingProof, Reading};

/// Columns that a person is shown; a program is shown all.
const MOST_COLUMNS: usize = 60;

/// The sentences for a person, one a line.
pub fn lines(file: &str, reading: &Reading) -> Vec<String> {
    let mut lines = vec![format!("{file}: {}", how(reading))];
    let (used, left_out): (Vec<_>, Vec<_>) = reading
        .columns
        .iter()
        .partition(|column| column.attribute.is_some() || column.derives_id);
    let more = used.len().saturating_sub(MOST_COLUMNS);
    let shown = used.into_iter().take(MOST_COLUMNS);
    lines.extend(shown.map(|column| format!("  {}", column_line(column))));
    if more > 0 {
        lines.push(format!("  and {more} more columns; --json shows all"));
    }
    if !left_out.is_empty() {
        let names: Vec<String> = left_out
            .iter()
            .map(|one| format!("{:?}", one.column))
            .collect();
        lines.push(format!("  left out: {}", names.join(", ")));
    }
    if reading.blank_rows > 0 {
        lines.push(format!(
            "  skipped rows of empty cells: {}",
            reading.blank_rows
        ));
    }
    lines.extend(reading.notes.iter().map(|note| format!("  note: {note}")));
    lines
}

fn how(reading: &Reading) -> String {
    let kind = match reading.format {
        "csv" => "CSV",
        _ => "JSON Lines",
    };
    let mut facts = match &reading.taken_from {
        // Neither its encoding nor its delimiter is the person's.
        Some(sheet) if sheet.starts_with("the sheet ") => {
            return [vec![sheet.clone()], header_words(reading, "row")]
                .concat()
                .join(", ");
        }
        Some(from) => vec![format!("from {from}")],
        None => Vec::new(),
    };
    facts.push(format!(
        "{kind} in {} ({})",
        reading.encoding,
        proof(reading.encoding_proof)
    ));
    if let Some(delimiter) = reading.delimiter {
        facts.push(format!("delimiter {}", character(delimiter)));
        facts.push(reading.quote.map_or_else(
            || "quotes mean nothing".to_owned(),
            |quote| format!("quote {}", character(quote)),
        ));
        facts.extend(
            reading
                .escape
                .map(|escape| format!("escape {}", character(escape))),
        );
        facts.extend(header_words(reading, "line"));
    }
    facts.join(", ")
}

fn header_words(reading: &Reading, line: &str) -> Vec<String> {
    vec![match (reading.header, reading.skipped_lines) {
        (true, 0) => format!("header in the first {line}"),
        (true, lines) => format!("header in {line} {}", lines + 1),
        (false, 0) => "no header".to_owned(),
        (false, lines) => format!("no header, rows from {line} {} on", lines + 1),
    }]
}

fn proof(proof: EncodingProof) -> &'static str {
    match proof {
        EncodingProof::Named => "named",
        EncodingProof::Mark => "sure: it has a byte-order mark",
        EncodingProof::Ascii => "sure: all is ASCII",
        EncodingProof::Valid => "sure: all is valid",
        EncodingProof::MostlyValid => "likely: most is valid; rows that are not are refused",
        EncodingProof::Words => "sure by its words",
        _ => "detected",
    }
}

fn character(character: char) -> String {
    match character {
        '\t' => "tab".to_owned(),
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        other => other.to_string(),
    }
}

fn column_line(column: &ColumnReading) -> String {
    let kind = match column.kind.as_deref().unwrap_or_default() {
        "as written" => "type of each value",
        kind => kind,
    };
    let attribute = column
        .attribute
        .as_ref()
        .map(|attribute| format!("{attribute} ({kind})"));
    let derived = column.derives_id.then(|| "externalId (derived)".to_owned());
    let goes: Vec<String> = attribute.into_iter().chain(derived).collect();
    format!("{:?} is {}", column.column, goes.join(" and "))
}
