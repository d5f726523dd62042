//! The command as people use it: the real binary, its output, its exit codes.

mod bad_input;
mod desk;
mod doctor;
mod done_when;
mod exit_codes;
mod import;
mod import_broken;
mod json;
mod profiles;
mod screens;
mod serving;
