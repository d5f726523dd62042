//! The table as Markdown, for `docs/faults.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::calls::{CALLS, Call};
use crate::cell::Situation;
use crate::faults::{Often, Row};

/// The results by situation, frequency, row and call.
pub type Results = BTreeMap<(Situation, Often, usize, Call), String>;

const INTRODUCTION: &str = "\
# What happens when something goes wrong

Every fault, with every call, in every situation: played over real sockets between the library and the emulator, and
printed by `cargo xtask matrix`. The test `matrix` fails when this page is stale, or when a cell is wrong: it asks the
emulator's database which request made which contact, so a cell stands for *the number of contacts is right and what
was reported to the caller is true*.

A cell says what was reported to the caller and, behind the dot, how many contacts with that email address there are then.

| In a cell | Reported to the caller |
| --- | --- |
| created | the server responded that it created the contact |
| recovered | a response was lost; the contact was found, and it is proved that this call made it |
| existed | the contact is there, and nothing proves that this call made it |
| updated | the contact is there and has what was sent; an `upsert` says *created* instead of a contact that it made |
| deleted | the contact is not there; so too when a response was lost and no such contact is found then |
| found *n* | so many contacts |
| *duplicate, refused* | an error: a contact with this identity exists, and this call made none; where the request was *delivered twice*, a call without a proof may have made it |
| *unresolved* → … | an error with a ticket; behind the arrow, what `resolve` said of it once the fault was over |
| *kind, delivery* | any other error; *refused* and *not sent* promise that nothing was changed |

Each call makes at most 3 attempts and 3 look-ups. *Before* and *after commit* say whether the server executed the
request. A *late* request is one that the network keeps back past the time limit of its attempt, and delivers in the
end. One that is *delivered twice* is executed twice, and the second response comes back: so a create without a proof is
refused as its own duplicate, and a delete finds nothing any more. With a random id each creator has an own one, so a
contact that existed or a rival's is another contact with the same email. A rival acts between the first request of the
call and the second, or after the only one. The columns of `blocking` make the same calls
without async, by the real clock. No call takes longer than its time limit.
";

pub fn markdown(rows: &[Row], results: &Results) -> String {
    let mut text = INTRODUCTION.to_owned();
    for (often, title) in [
        (Often::Once, "The first attempt goes wrong"),
        (Often::EachTime, "Every attempt goes wrong"),
    ] {
        let _ = write!(text, "\n## {title}\n");
        for (existed, raced, title) in [
            (false, false, "The contact is new"),
            (true, false, "The contact existed before"),
            (false, true, "A rival creates it meanwhile"),
            (true, true, "It existed, and a rival creates it meanwhile"),
        ] {
            let _ = write!(text, "\n### {title}\n\n");
            let situation = Situation { existed, raced };
            table(&mut text, rows, results, situation, often);
        }
    }
    text
}

fn table(text: &mut String, rows: &[Row], results: &Results, situation: Situation, often: Often) {
    let names: Vec<&str> = CALLS.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(text, "| Fault | {} |", names.join(" | "));
    let _ = writeln!(text, "| --- {}|", "| --- ".repeat(names.len()));
    for (at, row) in rows.iter().enumerate() {
        if !row.happens(often) {
            continue;
        }
        let cells = CALLS.iter().map(|(_, call)| {
            let result = results.get(&(situation, often, at, *call));
            result.map_or("", String::as_str)
        });
        let cells: Vec<&str> = cells.collect();
        let _ = writeln!(text, "| {} | {} |", row.name, cells.join(" | "));
    }
}
