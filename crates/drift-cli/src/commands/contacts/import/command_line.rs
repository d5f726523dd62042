//! The command lines that continue an import: the one that was typed, and one for a result file. Both can be pasted.

use std::path::Path;

use crate::output::shell_word;

/// Options that belong to one file alone.
const OF_ONE_FILE: [&str; 2] = ["--journal", "--results"];

/// The command line that was typed.
pub struct CommandLine {
    words: Vec<String>,
    file: String,
}

impl CommandLine {
    /// The one of this process; `file` is the file that it imports.
    pub fn typed(file: &Path) -> Self {
        let words = std::env::args_os().skip(1);
        Self {
            words: words
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            file: file.display().to_string(),
        }
    }

    /// The same again.
    pub fn again(&self) -> String {
        line(self.words.iter().map(String::as_str))
    }

    /// The same for another file, which has a journal of its own.
    pub fn for_file(&self, file: &Path) -> String {
        let file = file.display().to_string();
        let mut kept = Vec::new();
        let mut words = self.words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let option = word.split('=').next().unwrap_or_default();
            if !OF_ONE_FILE.contains(&option) {
                kept.push(if word == self.file { &file } else { word });
            } else if option == word {
                // Its value is the next word.
                words.next();
            }
        }
        line(kept.into_iter())
    }
}

fn line<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words = words.map(|word| format!(" {}", shell_word(word)));
    format!("drift{}", words.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stay_and_words_are_quoted() {
        for (words, again, refused) in [
            (
                &["contacts", "import", "leads.csv"][..],
                "drift contacts import leads.csv",
                "drift contacts import 'my leads.refused.csv'",
            ),
            (
                &[
                    "--sandbox",
                    "contacts",
                    "import",
                    "--map",
                    "Full Name=name",
                    "leads.csv",
                ],
                "drift --sandbox contacts import --map 'Full Name=name' leads.csv",
                "drift --sandbox contacts import --map 'Full Name=name' 'my leads.refused.csv'",
            ),
            (
                &[
                    "contacts",
                    "import",
                    "leads.csv",
                    "--journal",
                    "j",
                    "--results=r",
                    "--json",
                ],
                "drift contacts import leads.csv --journal j --results=r --json",
                "drift contacts import 'my leads.refused.csv' --json",
            ),
        ] {
            let typed = CommandLine {
                words: words.iter().map(|word| (*word).to_owned()).collect(),
                file: "leads.csv".to_owned(),
            };
            assert_eq!(typed.again(), again);
            assert_eq!(typed.for_file(Path::new("my leads.refused.csv")), refused);
        }
    }
}
