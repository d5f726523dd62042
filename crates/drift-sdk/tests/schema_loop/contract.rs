//! The contract that this crate was built from, as JSON.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
    serde_saphyr::from_str(drift_sdk::CONTRACT)
        .expect("the contract was parsed to build this crate")
});

/// The whole of it.
pub fn whole() -> &'static Value {
    &CONTRACT
}

/// Its component schemas by name.
pub fn schemas() -> &'static Map<String, Value> {
    CONTRACT["components"]["schemas"]
        .as_object()
        .expect("the contract has components")
}
