//! What stands on the command line before it is understood, for advice that can be pasted.

use crate::shell_word::drift_command;

/// `drift`, with the options that were typed and decide which account is meant.
pub fn typed_drift() -> String {
    drift_of(&words())
}

/// The email address that was typed.
pub fn typed_email() -> Option<String> {
    value_of("--email", &words())
}

fn words() -> Vec<String> {
    let words = std::env::args_os().skip(1);
    let words = words.map(|word| word.to_string_lossy().into_owned());
    words.take_while(|word| word != "--").collect()
}

fn drift_of(words: &[String]) -> String {
    let is_sandbox = words.iter().any(|word| word == "--sandbox");
    let (profile, base_url) = (value_of("--profile", words), value_of("--base-url", words));
    drift_command(is_sandbox, profile.as_deref(), base_url.as_deref())
}

/// The value of an option, after it or after an equals sign.
fn value_of(option: &str, words: &[String]) -> Option<String> {
    let at = words.iter().position(|word| {
        let rest = word.strip_prefix(option);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })?;
    match words[at].split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None => words.get(at + 1).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_keeps_the_account() {
        for (typed, kept) in [
            ("contacts get 1", "drift"),
            ("--sandbox contacts get 1", "drift --sandbox"),
            ("contacts get --sandbox", "drift --sandbox"),
            ("--profile acme token info", "drift --profile acme"),
            ("--profile=acme token info", "drift --profile acme"),
            (
                "--base-url http://127.0.0.1:80 x",
                "drift --base-url http://127.0.0.1:80",
            ),
            ("--profile", "drift"),
            ("--profiles acme", "drift"),
        ] {
            let words: Vec<String> = typed.split(' ').map(str::to_owned).collect();
            assert_eq!(drift_of(&words), kept, "{typed}");
        }
    }
}
