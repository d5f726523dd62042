//! The command as people use it: the real binary, its output, its exit codes. One file for each behaviour.

mod bad_input;
mod contacts;
mod doctor;
mod emulator;
mod environment;
mod exit_codes;
mod gateway;
mod import;
mod layers;
mod login;
mod output;
mod profiles;
mod sandbox;
mod signed_identity;
mod support;
