//! Words for command lines that are shown to be copied: a line that names the next command runs when it is pasted.

/// The word as a POSIX shell reads it.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// An option with its value. A value that begins with `-` would be read as an option of its own.
pub fn shell_option(option: &str, value: &str) -> String {
    let separator = if value.starts_with('-') { '=' } else { ' ' };
    format!("{option}{separator}{}", shell_word(value))
}

/// `drift`, with the options that decide which account is meant.
pub fn drift_command(sandbox: bool, profile: Option<&str>, base_url: Option<&str>) -> String {
    let mut command = "drift".to_owned();
    if sandbox {
        command.push_str(" --sandbox");
    }
    for (option, value) in [("--profile", profile), ("--base-url", base_url)] {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", shell_word(value)));
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::{shell_option, shell_word};

    #[test]
    fn a_value_that_looks_like_an_option_stays_a_value() {
        assert_eq!(shell_option("--email", "a@x.test"), "--email a@x.test");
        assert_eq!(shell_option("--email", "-a@x.test"), "--email=-a@x.test");
    }

    #[test]
    fn words_reach_the_command_as_they_are() {
        for (word, quoted) in [
            ("a+b@example.test", "a+b@example.test"),
            ("customer 7", "'customer 7'"),
            ("o'hara@example.test", "'o'\\''hara@example.test'"),
            ("$(reboot)", "'$(reboot)'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
