//! Failures of reading, importing and exporting files of contacts.

use drift_import::{ColumnProblem, Error};

use crate::failure::Failure;

/// An import or export that cannot start or continue. If nothing was sent, the exit code is that of bad input.
pub fn file_failure(error: &Error) -> Failure {
    match error {
        Error::Columns(problems) => {
            let failure = Failure::input("the columns do not fit the attributes of a contact");
            let sentences = ColumnProblem::sentences(problems).into_iter();
            let failure = sentences.fold(failure, Failure::next);
            failure.next("map a column with --map COLUMN=ATTRIBUTE, or ignore it with --map COLUMN=-")
                .next("ignore all other columns with --unmapped ignore, import them with --unmapped attribute, or map known names with --unmapped suggested")
        }
        Error::Encoding { candidates, .. } => {
            let likeliest = candidates.first().map_or("NAME", |one| one.encoding);
            Failure::input(error.to_string()).next(format!(
                "choose the encoding that reads correctly, for example: --encoding {}",
                likeliest.to_ascii_lowercase()
            ))
            .next("if none does, save the file as UTF-8")
        }
        Error::Drift(cause) => Failure::before_sending(cause),
        Error::Broken { cause, unknown, .. } => broken(error, cause, *unknown),
        Error::FileChanged | Error::OptionsChanged(_) => Failure::input(error.to_string())
            .next("see the new plan with --dry-run, or continue with --replan"),
        Error::OtherAccount { .. } => Failure::input(error.to_string())
            .next("use the account of the journal: drift --profile NAME, or drift --sandbox")
            .next("or name another journal and folder for this account: --journal FILE --results FOLDER"),
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
