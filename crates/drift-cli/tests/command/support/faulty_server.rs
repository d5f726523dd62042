//! An emulator process with faults.

use super::emulator_process::EmulatorProcess;
use super::workspace::{Finished, Workspace, account};

/// A workspace with an emulator that fails as the JSON says.
pub struct FaultyServer {
    pub workspace: Workspace,
    emulator: EmulatorProcess,
}

impl FaultyServer {
    pub fn with_faults(faults: &str) -> Self {
        let workspace = Workspace::new();
        std::fs::write(workspace.path().join("faults.json"), faults).expect("a file");
        let emulator = EmulatorProcess::start(&workspace, "--db contacts.db --faults faults.json");
        Self {
            workspace,
            emulator,
        }
    }

    /// The same contacts, without faults.
    pub fn recover(self) -> Self {
        drop(self.emulator);
        let emulator = EmulatorProcess::start(&self.workspace, "--db contacts.db");
        Self {
            workspace: self.workspace,
            emulator,
        }
    }

    pub fn run(&self, line: &str) -> Finished {
        let environment = account("sandbox", self.emulator.url.as_str());
        self.workspace.run_with(line, &environment)
    }
}
