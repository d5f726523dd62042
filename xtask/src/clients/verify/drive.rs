//! Runs a driver: calls in, a line of JSON out for each.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::generator::Failure;

/// What the driver gave: a result for each call that it came to, and what it complained of.
pub struct Driven {
    /// In the order of the calls.
    pub results: Vec<Value>,
    /// What it wrote to its standard error.
    pub complaint: String,
}

/// Runs it to its end.
pub fn drive(driver: &mut Command, calls: &Value) -> Result<Driven, Failure> {
    let mut running = driver
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", driver.get_program().to_string_lossy()))?;
    let mut errors = running.stderr.take();
    let complaint = thread::spawn(move || all_of(errors.as_mut()));
    if let Some(mut input) = running.stdin.take() {
        // A driver that has died says why on its standard error.
        let _broken = input.write_all(calls.to_string().as_bytes());
    }
    let said = all_of(running.stdout.as_mut());
    running.wait()?;
    Ok(Driven {
        results: said.lines().map(result).collect(),
        complaint: complaint.join().unwrap_or_default(),
    })
}

fn all_of(output: Option<&mut impl Read>) -> String {
    let mut bytes = Vec::new();
    let _read = output.map(|output| output.read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn result(line: &str) -> Value {
    serde_json::from_str(line)
        .unwrap_or_else(|_| serde_json::json!({ "failed": format!("the driver said {line:?}") }))
}
