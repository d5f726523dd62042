//! What users have stored and scripted of an import. Nothing here may change without an upgrade note.

mod journals;
mod results;
mod stored;
mod suppression;
