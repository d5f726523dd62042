//! `drift contacts import`: `run` plans and commits, `undo` deletes what an import created; `arguments` defines the
//! arguments, `input` finds the rows, `corrections` the imports of refused rows, `next_command` is the line to type next, `reading` shows how the file was read, and
//! `progress`, `report` and `undo_report` show what happens and how it ended.
//!
//! How a row is read, judged and sent is not known here: that is `drift-import`'s.

mod arguments;
mod corrections;
mod input;
mod next_command;
mod plan_report;
mod progress;
mod reading;
mod report;
mod run;
mod undo;
mod undo_report;

pub use arguments::ImportArgs;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;

impl ImportArgs {
    /// Plans, commits or undoes.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        match &self.undo {
            Some(journal) => undo::undo(journal, &self, global, screen).await,
            None => run::run(&self, global, screen).await,
        }
    }
}
