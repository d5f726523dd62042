//! What users have stored and scripted of the emulator. Nothing here may change without an upgrade note.

#[path = "../behaviour/common/mod.rs"]
mod common;
mod control;
mod shape;
mod stored;
