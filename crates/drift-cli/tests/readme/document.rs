//! The shell examples of a Markdown document: fenced blocks, the command lines in them, and the output shown below.

/// A fenced block.
pub struct Block {
    pub language: String,
    pub text: String,
}

/// A command line, and the output that the document shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    pub line: String,
    pub shown: Vec<String>,
}

/// The fenced blocks of a document.
pub fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for line in text.lines() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some(language)) => {
                open = Some(Block {
                    language: language.to_owned(),
                    text: String::new(),
                });
            }
            (Some(block), None) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

impl Block {
    /// In a `console` block the lines after `$ ` are commands and all others are output. In other blocks every line is a
    /// command, except comments.
    pub fn lines(&self) -> Vec<Typed> {
        let mut typed: Vec<Typed> = Vec::new();
        let text = self.text.replace("\\\n", "");
        for line in text.lines() {
            if self.language != "console" {
                let line = line.split("  #").next().unwrap_or_default().trim();
                if !line.is_empty() && !line.starts_with('#') {
                    typed.push(Typed::new(line));
                }
            } else if let Some(line) = line.strip_prefix("$ ") {
                typed.push(Typed::new(line.split("  #").next().unwrap_or_default()));
            } else {
                let last = typed
                    .last_mut()
                    .expect("a block begins with a line to type");
                last.shown.push(line.to_owned());
            }
        }
        typed
    }
}

impl Typed {
    fn new(line: &str) -> Self {
        Self {
            line: line.trim().to_owned(),
            shown: Vec::new(),
        }
    }

    /// Another line, of which the same is shown.
    pub fn with_line(&self, line: &str) -> Self {
        Self {
            line: line.to_owned(),
            shown: self.shown.clone(),
        }
    }
}

#[test]
fn command_lines_and_their_output_are_separated() {
    let text = "a\n```console\n$ one \\\n  two\nshown\n$ three  # why\n```\n```sh\n# no\nfour   # five\n```\n";
    let typed: Vec<Typed> = blocks(text).iter().flat_map(Block::lines).collect();
    let line = |line: &str, shown: &[&str]| Typed {
        line: line.to_owned(),
        shown: shown.iter().map(|it| (*it).to_owned()).collect(),
    };
    assert_eq!(
        typed,
        [
            line("one   two", &["shown"]),
            line("three", &[]),
            line("four", &[])
        ]
    );
}
