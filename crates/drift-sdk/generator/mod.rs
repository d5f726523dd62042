//! From the contract's text to the Rust text of the client: the one pipeline, used by `build.rs` and by `xtask`.

use serde_json::Value;

mod nullable;
mod post_process_calls;
mod post_process_types;
mod yaml;

/// A failure of generation, said in one sentence.
pub type Failure = Box<dyn std::error::Error>;

/// Parses the contract. Duplicate keys and broken YAML are failures with line and column.
pub fn parse(yaml: &str) -> Result<Value, Failure> {
    yaml::json(yaml)
}

/// The client as formatted Rust.
pub fn client(contract: &Value) -> Result<String, Failure> {
    let tokens = generator()?.generate_tokens(&spec(contract)?)?;
    let mut file = syn::parse2(tokens)?;
    post_process_types::apply(&mut file);
    post_process_calls::apply(&mut file);
    Ok(prettyplease::unparse(&file))
}

/// The typed httpmock helpers as formatted Rust, for a crate that depends on `drift_sdk`.
#[allow(dead_code, reason = "build.rs has no use for it, xtask has")]
pub fn httpmock(contract: &Value) -> Result<String, Failure> {
    let tokens = generator()?.httpmock(&spec(contract)?, "drift_sdk")?;
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}

fn spec(contract: &Value) -> Result<openapiv3::OpenAPI, Failure> {
    let mut contract = contract.clone();
    nullable::hoist(&mut contract);
    drop_bounds(&mut contract);
    Ok(serde_json::from_value(contract)?)
}

fn generator() -> Result<progenitor::Generator, Failure> {
    let mut settings = progenitor::GenerationSettings::new();
    settings
        .with_interface(progenitor::InterfaceStyle::Positional)
        .with_hooks(progenitor::HooksMode::Expected)
        .with_inner_type("crate::Transport".parse()?)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for name in ["ContactAttributes", "ContactUpdateAttributes"] {
        settings.with_patch(
            name,
            typify::TypeSpacePatch::default().with_derive("Default"),
        );
    }
    Ok(progenitor::Generator::new(&settings))
}

/// typify turns `minimum: 1` into `NonZeroU64` and `minLength: 1` into a type of its own, which also refuses what a
/// response holds; for callers ids are plain signed 64-bit numbers and plain strings.
fn drop_bounds(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map
                .get("type")
                .is_some_and(|kind| kind == "integer" || kind == "string")
            {
                for bound in ["minimum", "maximum", "minLength", "maxLength"] {
                    map.remove(bound);
                }
            }
            map.values_mut().for_each(drop_bounds);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_bounds),
        _ => {}
    }
}
