//! `cargo xtask generate`: writes everything that is made from the contract.

use crate::contract::{CONTRACT, artifacts, gateway, schemas};
use crate::generator::Failure;
use crate::util::workspace;

/// Writes what has changed and names it.
pub fn run() -> Result<(), Failure> {
    let root = workspace::root();
    let yaml = workspace::read(&root.join(CONTRACT))?;
    let overlay = workspace::read(&root.join(gateway::OVERLAY))?;
    for artifact in artifacts::of(&yaml, &overlay)? {
        let path = root.join(artifact.path);
        if workspace::read_if_there(&path)?.as_deref() != Some(&artifact.text) {
            workspace::write(&path, &artifact.text)?;
            println!("wrote {}", artifact.path);
        }
    }
    eprintln!("generate: the schemas of the types, once they are compiled");
    schemas::write()
}
