//! Long help, shown through a pager on a terminal: `DRIFT_PAGER`, else `PAGER`, else `less`. An empty one, or `cat`,
//! means none.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

use super::screen::{colours_wanted, write_out};

/// Writes a help text to standard output.
pub fn print(help: &clap::builder::StyledStr) {
    let on_terminal = io::stdout().is_terminal();
    let text = if on_terminal && colours_wanted() {
        help.ansi().to_string()
    } else {
        help.to_string()
    };
    let height = terminal_size::terminal_size_of(io::stdout()).map(|(_, height)| height.0);
    let named = ["DRIFT_PAGER", "PAGER"].map(|name| std::env::var(name).ok());
    let pager = choose(height, text.lines().count(), named);
    let paged = pager.is_some_and(|pager| page(&pager, &text).is_ok());
    if !paged {
        // A reader that has gone has seen enough of the help.
        let _ = write_out(&text);
    }
}

/// The pager for so many lines, if one is wanted; `height` is the terminal's, `None` where there is no terminal.
fn choose(height: Option<u16>, lines: usize, named: [Option<String>; 2]) -> Option<String> {
    let is_long = height.is_some_and(|height| lines >= usize::from(height));
    let pager = named.into_iter().flatten().next();
    let pager = pager.unwrap_or_else(|| "less".to_owned());
    let wanted = !matches!(pager.trim(), "" | "cat");
    (is_long && wanted).then_some(pager)
}

/// Starts it and waits for its end. An error means that nothing was shown.
fn page(pager: &str, text: &str) -> io::Result<()> {
    let mut command = shell(pager);
    if std::env::var_os("LESS").is_none() {
        // Ends by itself where all fits, shows colours, and leaves the text on the screen.
        command.env("LESS", "FRX");
    }
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A reader who ends the pager early has seen enough.
        let _ = input.write_all(text.as_bytes());
    }
    // What a shell says of a command that is not there.
    match child.wait()?.code() {
        Some(126 | 127) => Err(io::ErrorKind::NotFound.into()),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn shell(pager: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", pager]);
    command
}

#[cfg(not(unix))]
fn shell(pager: &str) -> Command {
    let mut words = pager.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn a_pager_is_for_long_texts_on_a_terminal() {
        for (height, lines, drift_pager, pager, chosen) in [
            (Some(24), 80, None, None, Some("less")),
            (Some(24), 80, None, Some("more"), Some("more")),
            (Some(24), 80, Some("most -w"), Some("more"), Some("most -w")),
            (Some(24), 80, Some(""), Some("more"), None),
            (Some(24), 80, Some("cat"), None, None),
            (Some(24), 80, None, Some(" "), None),
            (Some(24), 23, None, None, None),
            (Some(24), 24, None, None, Some("less")),
            (None, 80, Some("less"), Some("less"), None),
        ] {
            let named = [drift_pager, pager].map(|name: Option<&str>| name.map(str::to_owned));
            assert_eq!(
                choose(height, lines, named).as_deref(),
                chosen,
                "{height:?} {lines} {drift_pager:?} {pager:?}"
            );
        }
    }
}
