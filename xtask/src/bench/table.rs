//! A table in Markdown, its columns aligned so that it reads well in a terminal too.

/// A table of text.
pub struct Table(Vec<Vec<String>>);

impl Table {
    /// A table with these heads; the first column holds names, the others numbers.
    pub fn new<'a>(heads: impl IntoIterator<Item = &'a str>) -> Self {
        Self(vec![heads.into_iter().map(str::to_owned).collect()])
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        for (place, row) in self.0.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = width(column);
                match column {
                    0 => write!(formatter, "| {cell:<width$} ")?,
                    _ => write!(formatter, "| {cell:>width$} ")?,
                }
            }
            writeln!(formatter, "|")?;
            if place == 0 {
                for column in 0..row.len() {
                    let line = "-".repeat(width(column) + 1);
                    let end = if column == 0 { "-" } else { ":" };
                    write!(formatter, "|{line}{end}")?;
                }
                writeln!(formatter, "|")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["client", "µs"]);
        table.row(["drift".to_owned(), "14.2".to_owned()]);
        assert_eq!(
            table.to_string(),
            "| client |   µs |\n|--------|-----:|\n| drift  | 14.2 |\n"
        );
    }
}
