//! What users have stored and scripted of the command. Nothing here may change without an upgrade note.

mod environment;
mod home;
mod json;
mod options;
mod shape;
mod stored;
