//! Runs commands and servers for the tests.

mod connection_counter;
mod emulator_process;
mod faulty_server;
mod import_workspace;
mod network_fault;
#[cfg(target_os = "linux")]
mod terminal;
mod workspace;

pub use connection_counter::ConnectionCounter;
pub use emulator_process::EmulatorProcess;
pub use faulty_server::FaultyServer;
pub use import_workspace::{ImportWorkspace, leads};
pub use network_fault::{SelfSignedServer, refusing_proxy};
#[cfg(target_os = "linux")]
pub use terminal::on_terminal;
pub use workspace::{Finished, Workspace, account, finish_with_input, finished};
