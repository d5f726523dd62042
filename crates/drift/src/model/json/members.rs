//! The members of a JSON object, taken one at a time, each of the type that it should have.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::{Map, Value};

/// What is left of an object.
pub(crate) struct Members(Map<String, Value>);

/// Why a member was not taken. It names the member, and does not show its value.
pub(crate) enum Mismatch {
    /// It is not there.
    Missing(&'static str),
    /// It is not of this type.
    Type(&'static str, &'static str),
    /// The whole is no object.
    NoObject,
    /// There are others.
    Unknown,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(formatter, "the member {name:?} is missing"),
            Self::Type(name, wanted) => write!(formatter, "the member {name:?} must be {wanted}"),
            Self::NoObject => formatter.write_str("it must be a JSON object"),
            Self::Unknown => formatter.write_str("it has a member that is not known"),
        }
    }
}

impl Members {
    /// The members of the object that is read.
    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }

    fn of(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(Mismatch::NoObject),
        }
    }

    /// Takes a member out, null or not.
    pub(crate) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Takes a text out.
    pub(crate) fn text(&mut self, name: &'static str) -> Result<Option<String>, Mismatch> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Mismatch::Type(name, "text")),
        }
    }

    /// Takes a text or a null out.
    pub(crate) fn text_or_null(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Option<String>>, Mismatch> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => Ok(Some(Some(text))),
            Some(_) => Err(Mismatch::Type(name, "text or null")),
        }
    }

    /// Takes a whole number out.
    pub(crate) fn integer(&mut self, name: &'static str) -> Result<Option<i64>, Mismatch> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let wrong = Mismatch::Type(name, "a whole number of 64 bits");
        value.as_i64().map(Some).ok_or(wrong)
    }

    /// Takes an object out.
    pub(crate) fn object(&mut self, name: &'static str) -> Result<Self, Mismatch> {
        let value = self.value(name).ok_or(Mismatch::Missing(name))?;
        Self::of(value).map_err(|_| Mismatch::Type(name, "an object"))
    }

    /// All members that are left.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// Makes sure that none is left.
    pub(crate) fn end(self) -> Result<(), Mismatch> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Mismatch::Unknown)
        }
    }
}
