//! A text whose sentences run on over the ends of lines.

/// Lines joined by one space each, without the marks of comments.
pub struct Flat {
    /// The joined text.
    pub text: String,
    starts: Vec<usize>,
}

impl Flat {
    /// Joins the lines of a text.
    pub fn of(text: &str) -> Self {
        let mut flat = Self {
            text: String::new(),
            starts: Vec::new(),
        };
        for line in text.lines() {
            flat.starts.push(flat.text.len());
            let line = line.trim();
            let words = ["///", "//!", "//"]
                .iter()
                .find_map(|mark| line.strip_prefix(mark));
            flat.text.push_str(words.unwrap_or(line).trim());
            flat.text.push(' ');
        }
        flat
    }

    /// The line of the original, counted from 1, that this character was in.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::Flat;

    #[test]
    fn sentences_run_on() {
        let flat = Flat::of("    /// One\n    /// two.\nfn a() {}\n");
        assert_eq!(flat.text, "One two. fn a() {} ");
        assert_eq!([0, 4, 9].map(|offset| flat.line(offset)), [1, 2, 3]);
    }
}
