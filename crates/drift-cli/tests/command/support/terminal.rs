//! A terminal for the command, of 24 lines and 80 columns.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

const SIZE: Winsize = Winsize {
    ws_row: 24,
    ws_col: 80,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

/// Runs a command with all three streams on a terminal, and with this typed on it. Gives the exit code, and all that the
/// terminal shows, what was typed included.
pub fn on_terminal(mut command: Command, typed: &str) -> (i32, String) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal)
        .and_then(|()| unlockpt(&terminal))
        .expect("it is ours");
    let name = ptsname(&terminal, Vec::new()).expect("its name");
    let name = name.into_string().expect("ASCII");
    let open = || {
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(&name)
            .expect("its other end")
    };
    tcsetwinsize(open(), SIZE).expect("its size");
    command.stdin(open()).stdout(open()).stderr(open());
    let mut child = command.spawn().expect("the binary runs");
    // Only the child has the other end now, so that reading ends with it.
    drop(command);
    let mut terminal = File::from(terminal);
    terminal.write_all(typed.as_bytes()).expect("typed");
    let mut shown = Vec::new();
    let mut part = [0; 4096];
    // On Linux reading fails once the other end is closed.
    while let Ok(count @ 1..) = terminal.read(&mut part) {
        shown.extend_from_slice(&part[..count]);
    }
    let code = child.wait().expect("it ends").code();
    let shown = String::from_utf8(shown)
        .expect("UTF-8")
        .replace("\r\n", "\n");
    (code.expect("no signal ended it"), shown)
}
