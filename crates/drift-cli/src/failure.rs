//! How a command fails: one sentence, what to do next, and the exit code. `output` shows it.

use std::error::Error;
use std::io;

use drift::{Delivery, ErrorKind, NextAction};
use serde_json::{Map, Value};

/// The exit codes other than 0, as the README documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Drift refused.
    Refused = 1,
    /// Nothing was sent.
    Input = 2,
    /// It is not known whether Drift did it.
    Unknown = 3,
    /// The network, or Drift itself.
    Other = 4,
}

/// A command that did not do what it was asked to.
pub struct Failure(Box<Parts>);

struct Parts {
    exit: Exit,
    kind: &'static str,
    sentence: String,
    next: Vec<String>,
    facts: Map<String, Value>,
    /// The reader of standard output has gone, which is no failure.
    reader_gone: bool,
}

/// What a failure says of an error by itself.
const SAID: [&str; 3] = ["kind", "message", "next_action"];

impl Failure {
    /// A failure with an exit code.
    pub fn new(exit: Exit, kind: &'static str, sentence: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            exit,
            kind,
            sentence: sentence.into(),
            next: Vec::new(),
            facts: Map::new(),
            reader_gone: false,
        }))
    }

    /// Bad input, or a bad set-up: nothing was sent.
    pub fn input(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Input, "input", sentence)
    }

    /// Drift refused.
    pub fn refused(kind: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Exit::Refused, kind, sentence)
    }

    /// It is not known whether Drift did it.
    pub fn unknown(kind: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Exit::Unknown, kind, sentence)
    }

    /// A failure of this machine.
    pub fn other(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Other, "local", sentence)
    }

    /// What happened.
    pub fn sentence(&self) -> &str {
        &self.0.sentence
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.0.exit
    }

    /// What to do.
    pub fn advice(&self) -> &[String] {
        &self.0.next
    }

    /// Adds a line that says what to do.
    #[must_use]
    pub fn next(mut self, action: impl Into<String>) -> Self {
        self.0.next.push(action.into());
        self
    }

    /// Replaces the library's advice by a line that says what to type.
    #[must_use]
    pub fn advise(mut self, action: impl Into<String>) -> Self {
        self.0.next = vec![action.into()];
        self
    }

    /// Adds a member to the JSON form.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.facts.insert(name.to_owned(), value.into());
        self
    }

    /// A failed call that changes nothing.
    pub fn of_reading(error: &drift::Error) -> Self {
        Self::of_call(error, false)
    }

    /// A failed call that changes something, so that an unknown delivery matters.
    pub fn of_writing(error: &drift::Error) -> Self {
        Self::of_call(error, true)
    }

    /// A failed call whose response is needed before anything is sent.
    pub fn before_sending(error: &drift::Error) -> Self {
        let mut failure = Self::of_call(error, false);
        failure.0.exit = Exit::Input;
        failure
    }

    fn of_call(error: &drift::Error, writing: bool) -> Self {
        let mut failure = Self::new(
            exit(error, writing),
            error.kind().as_str(),
            error.to_string(),
        );
        failure.add_facts(error);
        if writing && error.delivery() == Delivery::Done {
            failure.0.sentence.push_str("; the request was executed");
        }
        if let (ErrorKind::InvalidRequest, Some(message)) = (error.kind(), error.server_message())
            && !message.trim_start().starts_with('<')
        {
            failure = failure.next(format!("Drift says: {message}"));
        }
        if let Some(cause) = root_cause(error) {
            failure = failure.next(format!("cause: {cause}"));
        }
        match advice(error) {
            Some(advice) => failure.next(advice),
            None => failure,
        }
    }

    /// What the library knows of the error, in its own words.
    fn add_facts(&mut self, error: &drift::Error) {
        if let Ok(Value::Object(facts)) = serde_json::to_value(error) {
            let facts = facts.into_iter();
            let new = facts.filter(|(name, _)| !SAID.contains(&name.as_str()));
            self.0.facts.extend(new);
        }
    }

    /// The kind as one word, for scripts.
    pub fn kind(&self) -> &'static str {
        self.0.kind
    }

    /// Members of the JSON form beyond those that every failure has.
    pub fn facts(&self) -> &Map<String, Value> {
        &self.0.facts
    }

    /// Whether the output could not be written because its reader has gone, which is no failure.
    pub fn is_reader_gone(&self) -> bool {
        self.0.reader_gone
    }
}

impl From<io::Error> for Failure {
    /// Output that cannot be written.
    fn from(error: io::Error) -> Self {
        let mut failure = Self::other(format!("the output cannot be written: {error}"));
        failure.0.reader_gone = error.kind() == io::ErrorKind::BrokenPipe;
        failure
    }
}

fn exit(error: &drift::Error, writing: bool) -> Exit {
    match (error.kind(), error.delivery()) {
        (ErrorKind::Input, _) => Exit::Input,
        (_, Delivery::Unknown) if writing => Exit::Unknown,
        (ErrorKind::RateLimited | ErrorKind::NotDrift, _) => Exit::Other,
        (_, Delivery::Refused) => Exit::Refused,
        (ErrorKind::Ambiguous, _) => Exit::Refused,
        _ => Exit::Other,
    }
}

/// Whether the outcome of a create is unknown because another server than Drift responded.
pub fn is_of_another_server(error: &drift::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref());
    cause.is_some_and(|cause: &drift::Error| cause.kind() == ErrorKind::NotDrift)
}

/// What to do, where the sentence does not say it already.
fn advice(error: &drift::Error) -> Option<String> {
    let text = match (error.kind(), error.next_action()) {
        (_, action @ NextAction::CheckInDrift) => return Some(action.to_string()),
        (ErrorKind::Input, _) => return None,
        (ErrorKind::NotFound, _) if error.code().is_none() => {
            "check the id, as `create` and `find` print it, and the base URL"
        }
        (ErrorKind::NotFound, _) => "check the id, as `create` and `find` print it",
        (ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId, _) => {
            "another contact has this email or external id: look at that one first"
        }
        (ErrorKind::LoginRequired, _) => "log in again: drift login, with the same --profile",
        (ErrorKind::Connect, _) => "check the connection: drift doctor",
        (ErrorKind::Unauthorized, _) => {
            "check which token is used (drift doctor), or ask your Drift administrator for a new one"
        }
        (_, action) => return Some(action.to_string()),
    };
    Some(text.to_owned())
}

/// The error that caused all others in a chain.
pub fn deepest_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause
}

/// What the network said, for failures that are about it.
fn root_cause(error: &drift::Error) -> Option<String> {
    let cause = deepest_cause(error.source()?);
    let about_network = matches!(error.kind(), ErrorKind::Connect | ErrorKind::Interrupted);
    about_network.then(|| cause.to_string())
}
