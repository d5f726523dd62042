//! What users have stored and scripted of the command. Nothing here may change without an upgrade note.

mod documented;
mod environment;
mod home;
mod json;
mod options;
mod shape;
mod stored;
