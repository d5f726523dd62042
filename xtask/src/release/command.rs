//! The program, and what it writes about itself: completions and man pages.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::generator::Failure;
use crate::util::{cargo, tool};

/// What the program is built from.
pub const PACKAGE: &str = "drift-cli";

/// How it is built: see Cargo.toml.
const PROFILE: &str = "small";

const COMPLETIONS: &str = "completions";
const MAN: &str = "man";

/// A shell, and the file that it looks for.
const SHELLS: [(&str, &str); 3] = [
    ("bash", "drift.bash"),
    ("fish", "drift.fish"),
    ("zsh", "_drift"),
];

/// Builds the program and puts it into the folder, with its completions and man pages.
pub fn put(folder: &Path) -> Result<(), Failure> {
    cargo::run(&[
        "build",
        "--locked",
        "--profile",
        PROFILE,
        "--package",
        PACKAGE,
    ])?;
    let name = format!("drift{}", std::env::consts::EXE_SUFFIX);
    let program = folder.join(&name);
    fs::copy(tool::target().join(PROFILE).join(&name), &program)?;
    completions(&program, &folder.join(COMPLETIONS))?;
    let mut man = Command::new(&program);
    tool::run(
        man.arg("man").arg(folder.join(MAN)),
        "it writes its man pages",
    )
}

fn completions(program: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir(folder)?;
    for (shell, file) in SHELLS {
        let mut command = Command::new(program);
        let said = tool::success(command.args(["completions", shell]), "it was just built")?;
        fs::write(folder.join(file), said.stdout)?;
    }
    Ok(())
}

/// Completions and man pages stand beside the archive too, for those who pack it for a system.
pub fn move_manual(from: &Path, to: &Path) -> Result<(), Failure> {
    for folder in [COMPLETIONS, MAN] {
        fs::rename(from.join(folder), to.join(folder))?;
    }
    Ok(())
}
