//! Logging in and out.

mod browser;
mod browser_login;
mod logout;
mod person;
mod renewal;
mod token;

use crate::support::{Finished, Workspace, finish_with_input};

/// Runs a command line with this text on standard input.
fn run(workspace: &Workspace, line: &str, input: &str) -> Finished {
    let mut command = workspace.command();
    command.args(line.split_whitespace());
    finish_with_input(command, input)
}

/// The files of the configuration and their content.
fn stored(workspace: &Workspace) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(workspace.path().join("config/drift"));
    let mut files: Vec<(String, String)> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_none_or(|extension| extension != "lock"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("text");
            (name.into_owned(), text)
        })
        .collect();
    files.sort();
    files
}

/// A file that only its owner can read and write.
#[cfg(unix)]
fn assert_private(workspace: &Workspace, file: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = workspace.path().join("config/drift").join(file);
    let mode = std::fs::metadata(path).expect(file).permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{file}");
}
