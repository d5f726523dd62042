//! What every room needs: files and folders of the repository, archives, cargo, git and other programs, servers, JSON, diffs, findings, storms.
//! Nothing here knows the contract, a client or a rule.

pub mod archive;
pub mod cargo;
pub mod diff;
pub mod faults;
pub mod finding;
pub mod folder;
pub mod git;
pub mod json;
pub mod random;
pub mod server;
pub mod tool;
pub mod workspace;
