//! Shows what an undo would delete, contact by contact, and what it did.

use std::io::{BufWriter, Write};

use drift_import::{UndoContact, UndoPreview, UndoVerdict, Undoable, Undone};
use serde_json::json;

use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::{Screen, counted, harmless};

/// What an undo would delete, without a verb: `3 contacts from Drift, 2 of them from earlier versions of the file`.
pub fn undoable_words(undoable: &Undoable) -> String {
    let contacts = format!("{} from Drift", counted(undoable.contacts, "contact"));
    match undoable.earlier {
        0 => contacts,
        earlier => format!("{contacts}, {earlier} of them from earlier versions of the file"),
    }
}

/// Writes what an undo would do to each contact. With `--json` that is one document, since programs read it as one.
pub async fn show_preview(
    preview: &mut UndoPreview,
    screen: &mut Screen,
) -> Result<Undoable, Failure> {
    let json = screen.is_json();
    let undoable = preview.undoable().map_err(|error| file_failure(&error))?;
    let mut out = BufWriter::new(screen.stream()?);
    if json {
        let (contacts, earlier) = (undoable.contacts, undoable.earlier);
        write!(
            out,
            "{{\"undoable\":{{\"contacts\":{contacts},\"earlier\":{earlier},\"list\":["
        )?;
    }
    let mut separator = "";
    loop {
        let page = preview.next_page().await;
        let page = page.map_err(|error| file_failure(&error))?;
        if page.is_empty() {
            break;
        }
        for contact in &page {
            if json {
                write!(out, "{separator}{}", json!(contact))?;
                separator = ",";
            } else {
                writeln!(out, "{}", contact_line(contact))?;
            }
        }
    }
    if json {
        writeln!(out, "]}}}}")?;
    } else {
        let words = undoable_words(&undoable);
        writeln!(out, "An undo will delete {words}. Nothing was deleted yet.")?;
    }
    out.flush()?;
    Ok(undoable)
}

fn contact_line(contact: &UndoContact) -> String {
    let verdict = match contact.verdict {
        UndoVerdict::Delete => "delete",
        UndoVerdict::Gone => "gone",
        _ => "keep",
    };
    let email = contact.email.as_deref().unwrap_or_default();
    let reason = match contact.reason {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    let line = format!("{verdict} {} {}", contact.id, harmless(email));
    format!("{}{reason}", line.trim_end())
}

/// Writes what an undo did.
pub fn show_undone(undone: &Undone, screen: &mut Screen) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "undone": undone }));
    } else {
        let mut line = format!(
            "{} deleted, {} already gone",
            counted(undone.deleted, "contact"),
            undone.gone
        );
        if undone.not_proved > 0 {
            let kept = undone.not_proved;
            line += &format!(", {kept} kept: not proved to be created by this import");
        }
        screen.line(&line);
    }
    screen.finish()?;
    let open = undone.failed + undone.left;
    if open > 0 {
        return Err(Failure::unknown(
            "undo_open",
            format!("{} not deleted yet", counted(open, "contact")),
        )
        .next("run the same command again"));
    }
    match undone.not_recognized {
        0 => Ok(()),
        kept => Err(Failure::refused(
            "not_recognized",
            format!(
                "{} kept: not what the journal recorded",
                counted(kept, "contact")
            ),
        )
        .next("see the reason for each: run the same command with --dry-run")
        .next("to delete one of them nevertheless, use drift contacts delete")),
    }
}
