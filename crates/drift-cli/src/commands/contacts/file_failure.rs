//! Failures of reading, importing and exporting files of contacts.

use drift_import::{ColumnProblem, Error};

use crate::failure::Failure;

/// An import or export that cannot begin, or go on: where nothing was sent the exit code is that of bad input.
pub fn file_failure(error: &Error) -> Failure {
    match error {
        Error::Columns(problems) => {
            let failure = Failure::input("the columns do not fit the attributes of a contact");
            let sentences = ColumnProblem::sentences(problems).into_iter();
            let failure = sentences.fold(failure, Failure::next);
            failure.next("--map COLUMN=ATTRIBUTE maps one, --map COLUMN=- leaves one out")
                .next("--unmapped ignore leaves all others out, attribute makes them attributes, suggested takes what other products mean by their names")
        }
        Error::Encoding { candidates, .. } => {
            let likeliest = candidates.first().map_or("NAME", |one| one.encoding);
            Failure::input(error.to_string()).next(format!(
                "choose the one whose word is right, for example: --encoding {}",
                likeliest.to_ascii_lowercase()
            ))
            .next("if none is, save the file as UTF-8")
        }
        Error::Drift(cause) => Failure::before_sending(cause),
        Error::Broken { cause, unknown, .. } => broken(error, cause, *unknown),
        Error::FileChanged | Error::OptionsChanged(_) => Failure::input(error.to_string())
            .next("--dry-run shows the new plan; --replan goes on without"),
        Error::OtherAccount { .. } => Failure::input(error.to_string())
            .next("use the account that it was made with (drift --profile NAME, or drift --sandbox)")
            .next("for this account name a journal of its own, and a folder for its results: --journal FILE --results FOLDER"),
        _ => Failure::input(error.to_string()),
    }
}

/// An import that broke off after something was sent.
fn broken(error: &Error, cause: &Error, unknown: u64) -> Failure {
    let failure = match unknown {
        0 => Failure::other(error.to_string()),
        _ => Failure::unknown("rows_open", error.to_string()),
    };
    let failure = failure.next("what was done is in the journal; run the same command to continue");
    let advice = file_failure(cause);
    advice.advice().iter().fold(failure, Failure::next)
}
