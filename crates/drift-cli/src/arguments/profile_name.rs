//! The name of a profile.

/// Reads the name of a profile, which is also the name of a table and of files.
pub fn profile_name(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.is_empty() || !text.chars().all(plain) {
        return Err("a name has letters, digits, - and _");
    }
    Ok(text.to_owned())
}
