//! Asks git about the repository.

use std::process::Command;

use crate::generator::Failure;
use crate::util::{tool, workspace};

/// What git says to these arguments, in the root.
pub fn said(arguments: &[&str]) -> Result<String, Failure> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(workspace::root());
    let output = tool::output(&mut git, "install git")?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().into())
}
