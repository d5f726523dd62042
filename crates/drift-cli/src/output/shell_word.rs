//! Words for command lines that are shown to be copied.

/// The word as a POSIX shell takes it.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

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
