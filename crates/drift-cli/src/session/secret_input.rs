//! Secrets that a person types or pipes in. What is typed does not show, and a secret is never an argument.

use std::io::{IsTerminal, Read};

use crate::failure::Failure;

/// Where the secrets of a command come from: a terminal asks for each, and standard input has a line for each.
pub struct SecretInput {
    source: Source,
    /// How the command is typed, for whoever typed it in another way.
    usage: String,
}

enum Source {
    Terminal(Hidden),
    Lines(std::vec::IntoIter<String>),
}

impl SecretInput {
    /// Reads standard input, if it is no terminal, up to so many lines.
    pub fn open(count: usize, usage: impl Into<String>) -> Result<Self, Failure> {
        let mut input = std::io::stdin();
        let usage = usage.into();
        if input.is_terminal() {
            let source = Source::Terminal(Hidden::begin());
            return Ok(Self { source, usage });
        }
        let mut text = String::new();
        input
            .read_to_string(&mut text)
            .map_err(|cause| Failure::input(format!("standard input cannot be read: {cause}")))?;
        let lines: Vec<String> = text.trim_end().lines().map(str::to_owned).collect();
        if lines.len() > count {
            let limit = match count {
                1 => "more than one line".to_owned(),
                count => format!("more than {count} lines"),
            };
            return Err(Failure::input(format!("there is {limit} on standard input")).next(usage));
        }
        Ok(Self {
            source: Source::Lines(lines.into_iter()),
            usage,
        })
    }

    /// The next secret, which must be one that a request can carry.
    pub fn read(&mut self, name: &str) -> Result<String, Failure> {
        let (text, from) = match &mut self.source {
            Source::Lines(lines) => (lines.next().unwrap_or_default(), " on standard input"),
            Source::Terminal(hidden) => (hidden.ask(name)?, ""),
        };
        let secret = text.trim();
        match flaw(secret, name) {
            None => Ok(secret.to_owned()),
            Some(flaw) => Err(Failure::input(format!("{flaw}{from}")).next(&self.usage)),
        }
    }
}

/// What is typed on the terminal does not show until this is dropped. `rpassword` begins to hide it when the prompt is
/// there already, and someone who pastes may be faster.
struct Hidden {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Hidden {
    fn begin() -> Self {
        #[cfg(unix)]
        {
            use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
            let before = tcgetattr(std::io::stdin()).ok();
            if let Some(mut modes) = before.clone() {
                modes.local_modes.remove(LocalModes::ECHO);
                // Where it cannot be hidden by us, `rpassword` fails for the same reason.
                let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &modes);
            }
            Self { before }
        }
        #[cfg(not(unix))]
        Self {}
    }

    fn ask(&self, name: &str) -> Result<String, Failure> {
        rpassword::prompt_password(format!("The {name}, which does not show: "))
            .map_err(|cause| Failure::input(format!("the {name} cannot be read: {cause}")))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            use rustix::termios::{OptionalActions, tcsetattr};
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

/// What is wrong with a secret, if anything.
fn flaw(secret: &str, name: &str) -> Option<String> {
    if secret.is_empty() {
        return Some(format!("there is no {name}"));
    }
    let sendable = secret.bytes().all(|byte| byte.is_ascii_graphic());
    (!sendable).then(|| format!("there is a character that no {name} has"))
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn what_no_request_can_carry_is_refused() {
        for (secret, flawed) in [
            ("t_1", false),
            ("a-b.c/d+e==", false),
            ("", true),
            ("a b", true),
            ("a\tb", true),
            ("a\u{1b}b", true),
            ("tök", true),
        ] {
            assert_eq!(flaw(secret, "access token").is_some(), flawed, "{secret:?}");
        }
    }
}
