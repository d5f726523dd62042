//! The command as people use it: the real binary, its output, its exit codes.

mod bad_input;
mod desk;
mod doctor;
mod done_when;
mod environment;
mod exit_codes;
mod identity;
mod import;
mod import_broken;
mod import_journal;
mod json;
mod profiles;
mod sandbox;
mod screens;
mod serving;
