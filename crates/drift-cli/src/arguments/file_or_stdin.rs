//! A text that is in a named file, or on standard input.

use std::io::{self, Read};
use std::path::Path;

/// Reads the file, or standard input where no file is named.
pub fn read_file_or_stdin(file: Option<&Path>) -> io::Result<String> {
    match file {
        Some(path) => std::fs::read_to_string(path),
        None => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map(|_| text)
        }
    }
}
