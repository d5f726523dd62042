//! One passage of JSON text through a type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What came out, or why the type refused.
pub type Passed = Result<Value, String>;

/// Reads the text as `T` and writes it again.
pub fn through<T: Serialize + DeserializeOwned>(json: &str) -> Passed {
    let read: T = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let written = serde_json::to_string(&read).map_err(|error| error.to_string())?;
    serde_json::from_str(&written).map_err(|error| error.to_string())
}
