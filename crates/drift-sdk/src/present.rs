//! Reads an optional member that is there, null included, so that null is not taken for absent.

use serde::{Deserialize, Deserializer};

/// Called by serde only for a member that is present; an absent one takes the default, `None`.
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
