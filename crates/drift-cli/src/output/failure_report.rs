//! Failures as they are shown on standard error: a sentence and advice for people, one JSON object for programs.

use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use serde_json::{Value, json};

use super::pager;
use super::screen::{Screen, write_error};
use super::text::{harmless, harmless_json};
use crate::failure::{Exit, Failure};

/// Writes the failure to standard error, and returns the exit code.
pub fn report_failure(failure: &Failure, screen: &Screen) -> ExitCode {
    if failure.is_reader_gone() {
        return ExitCode::SUCCESS;
    }
    if screen.is_json() {
        write_error(&as_json(failure));
    } else {
        write_error(&as_text(failure, screen.error_mark()));
    }
    ExitCode::from(failure.exit() as u8)
}

/// Reports arguments that are wrong, or prints the help that was asked for.
pub fn report_arguments(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        pager::print(&error.render());
        return ExitCode::SUCCESS;
    }
    let json = std::env::args_os().any(|argument| argument == "--json");
    if let Some(failure) = of_secret(error) {
        let report = if json {
            as_json(&failure)
        } else {
            as_text(&failure, "error:")
        };
        write_error(&report);
        return ExitCode::from(Exit::Input as u8);
    }
    if !json {
        // Where standard error is closed, nobody reads it.
        let _ = error.print();
        return ExitCode::from(Exit::Input as u8);
    }
    let failure = if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        Failure::input("no command is given").next("list the commands: drift --help")
    } else {
        of_arguments(error)
    };
    write_error(&as_json(&failure));
    ExitCode::from(Exit::Input as u8)
}

fn as_text(failure: &Failure, mark: &str) -> String {
    let mut text = format!("{mark} {}\n", harmless(failure.sentence()));
    for line in failure.advice() {
        text.push_str(&format!("  {}\n", harmless(line)));
    }
    text
}

fn as_json(failure: &Failure) -> String {
    let mut error = json!({
        "kind": failure.kind(),
        "message": failure.sentence(),
        "exit_code": failure.exit() as u8,
    });
    if let Some(members) = error.as_object_mut() {
        members.extend(failure.facts().clone());
        if !failure.advice().is_empty() {
            members.insert("next".to_owned(), Value::from(failure.advice()));
        }
    }
    format!(
        "{}\n",
        harmless_json(&json!({ "error": error }).to_string())
    )
}

/// A word too many after a command that takes a secret may be the secret, so it is not repeated.
fn of_secret(error: &clap::Error) -> Option<Failure> {
    let mut words = std::env::args_os().skip(1);
    let takes_secret = words.any(|word| word == "login" || word == "profiles");
    let is_word = match error.kind() {
        ErrorKind::TooManyValues => true,
        ErrorKind::UnknownArgument => !error
            .get(ContextKind::InvalidArg)
            .is_some_and(|word| word.to_string().starts_with('-')),
        _ => false,
    };
    (takes_secret && is_word).then(|| {
        Failure::input("there is an unexpected argument; it is not shown, since it may be a secret")
            .next("never pass a token as an argument, which other processes can see: drift login --token < FILE_WITH_THE_TOKEN")
            .next("if it was a token, your shell history may hold it: create a new one in Drift")
    })
}

/// What clap says: its first paragraph is the sentence, the others are the advice.
fn of_arguments(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let mut paragraphs = text
        .split("\n\n")
        .map(one_line)
        .filter(|text| !text.is_empty());
    let sentence = paragraphs.next().unwrap_or_default();
    let failure = Failure::input(sentence.trim_start_matches("error: "));
    paragraphs.fold(failure, Failure::next)
}

fn one_line(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}
