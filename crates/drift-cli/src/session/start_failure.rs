//! Why an emulator does not start, as a failure of the command.

use drift_emulator::StartError;

use crate::failure::Failure;

/// An emulator that cannot start is bad input: a file that cannot be opened, a port that is in use.
pub fn of_emulator(error: StartError) -> Failure {
    let failure = Failure::input(error.to_string());
    match error {
        StartError::PortInUse(_) => {
            failure.next("choose another --port, or 0 for any that is free")
        }
        StartError::Database(..) => {
            failure.next("check the path and its permissions, or name another file")
        }
        StartError::DefaultTokenExposed(_) => {
            failure.next("put a token of your own into DRIFT_EMULATOR_TOKEN")
        }
        _ => failure,
    }
}
