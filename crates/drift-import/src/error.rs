//! Why an import as a whole cannot continue. What is wrong with one row is in the result of that row.
//!
//! Every room returns this error; it knows none of them but for the candidates of an encoding.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use crate::input::source::legacy::EncodingCandidate;

/// Why an import could not be planned, committed, undone or exported. No variant but [`Error::Encoding`] holds a value of the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    Input {
        /// The file, and the line where one is known.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// It is not sure how the letters of a file are to be read. Nothing was sent. The candidates hold one word of the file
    /// each; they are the only value of a file in an error, and are left out of its `Debug`.
    Encoding {
        /// The file.
        place: String,
        /// The encodings that read it plausibly, the likeliest first.
        candidates: Vec<EncodingCandidate>,
    },
    /// The journal is of an earlier version, which read some rows otherwise, and of these some may have been sent.
    ReadingChanged {
        /// The journal.
        journal: PathBuf,
        /// Rows that may have been sent, and that this version reads otherwise or cannot find.
        rows: u64,
    },
    /// Columns that cannot be mapped to attributes.
    Columns(Vec<ColumnProblem>),
    /// Another import holds the journal.
    Locked(PathBuf),
    /// The journal could not be read or written.
    Journal {
        /// The journal.
        path: PathBuf,
        /// What the database said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The file is not the one that was planned. Nothing more was sent.
    FileChanged,
    /// The options are not those that were planned. Nothing was sent. Holds the names of the options that differ, as the
    /// command names them; none if an earlier version made the plan.
    OptionsChanged(Vec<String>),
    /// The journal belongs to another account. Nothing was read from Drift or written to it; the only call was the one
    /// that describes the token.
    OtherAccount {
        /// The journal.
        journal: PathBuf,
        /// The account that it belongs to.
        was: String,
        /// The account of this import.
        is: String,
    },
    /// A result file would replace a file that this import did not write.
    ResultExists(PathBuf),
    /// A result file was changed since this import wrote it, and rows are open whose outcomes it would have to hold. Where it was
    /// changed while the import ran, rows may have been sent; they are in the journal.
    ResultEdited(PathBuf),
    /// Drift refused what concerns the whole import, or could not be reached.
    Drift(drift::Error),
    /// The work broke off after some rows were done. They stay done, and the same call continues from there.
    Broken {
        /// Why.
        cause: Box<Error>,
        /// Rows that were done in this run before; contacts for an undo.
        done: u64,
        /// Rows that may have been sent, with no outcome in the journal; the same call looks them up first.
        unknown: u64,
    },
    /// The work ended without a result: a panic, a runtime that was shut down, or a plan that was cancelled.
    Interrupted,
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(out, "{}: {source}", path.display()),
            Self::Input { place, problem } => write!(out, "{place}: {problem}"),
            Self::Encoding { place, candidates } => {
                write!(
                    out,
                    "{place}: the encoding cannot be detected for sure; name it"
                )?;
                for (number, EncodingCandidate { encoding, sample }) in
                    candidates.iter().enumerate()
                {
                    let separator = if number > 0 { "," } else { ":" };
                    write!(out, "{separator} {encoding} reads {sample:?}")?;
                }
                Ok(())
            }
            Self::ReadingChanged { journal, rows } => write!(
                out,
                "the journal {} is of an earlier version, which read {rows} rows otherwise that may have been sent; run \
                 it with that version and the same file until every row is done, then use this version",
                journal.display()
            ),
            Self::Columns(problems) => list(out, problems),
            Self::Locked(path) => write!(
                out,
                "another import is using the journal {}",
                path.display()
            ),
            Self::Journal { path, source } => {
                write!(out, "the journal {}: {source}", path.display())
            }
            Self::FileChanged => {
                out.write_str("the file changed since it was planned; make a new plan")
            }
            Self::OptionsChanged(names) => {
                let which = if names.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", names.join(", "))
                };
                write!(
                    out,
                    "the options differ from those of the plan{which}; use the same options, or make a new plan"
                )
            }
            Self::OtherAccount { journal, was, is } => write!(
                out,
                "the journal {} belongs to {was}, and this is {is}; nothing was done",
                journal.display()
            ),
            Self::ResultExists(path) => write!(
                out,
                "{} exists and was not written by this import; move it, or name another folder for the results",
                path.display()
            ),
            Self::ResultEdited(path) => write!(
                out,
                "{} was changed since this import wrote it, and would be replaced; import that file and move it away, or \
                 only move it away",
                path.display()
            ),
            Self::Drift(error) => error.fmt(out),
            Self::Broken {
                cause,
                done,
                unknown,
            } => {
                write!(out, "{cause}; before that {done} were done")?;
                if *unknown > 0 {
                    write!(out, ", and the outcome of {unknown} is unknown")?;
                }
                Ok(())
            }
            Self::Interrupted => {
                out.write_str("the import was interrupted before it ended; run it again")
            }
        }
    }
}

fn list(out: &mut fmt::Formatter<'_>, problems: &[ColumnProblem]) -> fmt::Result {
    out.write_str(&ColumnProblem::sentences(problems).join("; "))
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Journal { source, .. } => Some(source.as_ref()),
            Self::Drift(error) => Some(error),
            Self::Broken { cause, .. } => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl Error {
    /// The same error, as [`Self::Broken`] if rows were done before it.
    pub(crate) fn after(self, done: u64, unknown: u64) -> Self {
        if done + unknown == 0 {
            return self;
        }
        Self::Broken {
            cause: Box::new(self),
            done,
            unknown,
        }
    }
}

impl From<drift::Error> for Error {
    fn from(error: drift::Error) -> Self {
        Self::Drift(error)
    }
}

/// Names the file in an I/O error.
pub(crate) fn at(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}

/// A column that cannot be mapped to an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnProblem {
    /// The column's name.
    pub column: String,
    /// What is wrong.
    pub problem: String,
    /// The likely fix, as a mapping `column=attribute`.
    pub suggestion: Option<String>,
}

impl ColumnProblem {
    /// The problems in words: one sentence for each that is different, with the columns that have it, and the suggestions
    /// after it.
    pub fn sentences(problems: &[Self]) -> Vec<String> {
        let mut sentences: Vec<String> = Vec::new();
        let mut said: Vec<&str> = Vec::new();
        for problem in problems {
            if said.contains(&problem.problem.as_str()) {
                continue;
            }
            said.push(&problem.problem);
            let same = problems
                .iter()
                .filter(|other| other.problem == problem.problem);
            let columns: Vec<String> = same
                .clone()
                .map(|one| format!("{:?}", one.column))
                .collect();
            let noun = if columns.len() == 1 {
                "column"
            } else {
                "columns"
            };
            let mut sentence = format!("{noun} {}: {}", columns.join(", "), problem.problem);
            let suggestions: Vec<String> = same
                .filter_map(|one| one.suggestion.as_ref())
                .map(|suggestion| format!("{suggestion:?}"))
                .collect();
            if !suggestions.is_empty() {
                sentence += &format!("; did you mean {}?", suggestions.join(", "));
            }
            sentences.push(sentence);
        }
        sentences
    }
}

impl fmt::Display for ColumnProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "column {:?}: {}", self.column, self.problem)?;
        match &self.suggestion {
            Some(suggestion) => write!(out, "; did you mean {suggestion:?}?"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_once_for_all_columns_that_it_is_about() {
        let problem = |column: &str, problem: &str, suggestion: Option<&str>| ColumnProblem {
            column: column.to_owned(),
            problem: problem.to_owned(),
            suggestion: suggestion.map(str::to_owned),
        };
        let problems = [
            problem("email", "missing", None),
            problem("a", "unknown", None),
            problem("b", "unknown", Some("b=name")),
            problem("c", "unknown", None),
        ];
        assert_eq!(
            ColumnProblem::sentences(&problems),
            [
                "column \"email\": missing",
                "columns \"a\", \"b\", \"c\": unknown; did you mean \"b=name\"?"
            ]
        );
    }
}
