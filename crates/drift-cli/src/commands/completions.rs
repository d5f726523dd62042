//! `drift completions`: scripts that complete commands and options, made from the definition of the arguments.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Subcommand};
use clap_complete::Shell;

use crate::commands::cli::Cli;
use crate::failure::Failure;
use crate::output::{Screen, shell_word};

/// The shell to complete for.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  drift completions install\n  drift completions bash > ~/.local/share/bash-completion/completions/drift"
)]
pub struct CompletionsArgs {
    /// Print the completions of this shell
    #[arg(required = true)]
    shell: Option<Shell>,
    #[command(subcommand)]
    command: Option<CompletionsCommand>,
}

/// What can be done with completions.
#[derive(Subcommand)]
pub enum CompletionsCommand {
    /// Install the completions where your shell finds them
    #[command(
        after_help = "Examples:\n  drift completions install\n  drift completions install zsh"
    )]
    Install {
        /// bash, zsh or fish [default: the shell in SHELL]
        shell: Option<Shell>,
    },
}

/// Prints completions, or installs them.
pub fn run(args: &CompletionsArgs, screen: &mut Screen) -> Result<(), Failure> {
    if let Some(CompletionsCommand::Install { shell }) = &args.command {
        return install(*shell, screen);
    }
    if let Some(shell) = args.shell {
        screen.script(script(shell).trim_end());
    }
    Ok(())
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "drift", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Writes the file that the shell loads by itself, and says what is left to do. Files of the person are not changed.
fn install(shell: Option<Shell>, screen: &mut Screen) -> Result<(), Failure> {
    let shell = shell.or_else(Shell::from_env).ok_or_else(|| {
        Failure::input("SHELL does not name a shell with completions")
            .next("name it: drift completions install bash, zsh or fish")
    })?;
    let file = file(shell)?;
    let folder = file.parent().unwrap_or(&file);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&file, script(shell)))
        .map_err(|cause| {
            Failure::input(format!("{} cannot be written: {cause}", file.display()))
        })?;
    screen.done(&format!("Installed {}", file.display()));
    if !screen.is_json() {
        screen.next_step(&next_step(shell));
    }
    Ok(())
}

/// Where each shell looks by itself; zsh needs one line in its start file.
fn file(shell: Shell) -> Result<PathBuf, Failure> {
    let no_home = || Failure::input("there is no home folder to install completions in");
    let home = std::env::home_dir().ok_or_else(no_home)?;
    // Relative paths in these variables are invalid by the XDG rules.
    let base = |variable: &str, under_home: &str| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let named = named.filter(|path| path.is_absolute());
        named.unwrap_or_else(|| home.join(under_home))
    };
    match shell {
        Shell::Bash => {
            Ok(base("XDG_DATA_HOME", ".local/share").join("bash-completion/completions/drift"))
        }
        Shell::Fish => Ok(base("XDG_CONFIG_HOME", ".config").join("fish/completions/drift.fish")),
        Shell::Zsh => Ok(home.join(".zfunc/_drift")),
        other => Err(
            Failure::input(format!("{other} has no folder for completions")).next(format!(
                "load them in its profile: drift completions {other}"
            )),
        ),
    }
}

fn next_step(shell: Shell) -> String {
    match shell {
        Shell::Zsh => {
            let lines = "fpath=(~/.zfunc $fpath); autoload -Uz compinit; compinit";
            format!(
                "once, if ~/.zshrc does not load ~/.zfunc: echo {} >> ~/.zshrc",
                shell_word(lines)
            )
        }
        other => format!("they work in each new {other}"),
    }
}
