//! `drift contacts attributes`.

use drift::AttributeDefinition;
use serde_json::{Value, json};

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

/// Lists the definitions of custom attributes.
pub async fn run(global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    let definitions = connected(global, async |connection| {
        let listed = connection.client.contacts().attributes().await;
        listed.map_err(|error| Failure::of_reading(&error))
    })
    .await?;
    if screen.is_json() {
        screen.value(&definitions.iter().map(to_json).collect::<Value>());
        return Ok(());
    }
    let rows: Vec<Vec<String>> = definitions.iter().map(line).collect();
    screen.table(&["name", "type", "label"], &rows);
    Ok(())
}

fn to_json(definition: &AttributeDefinition) -> Value {
    json!({
        "name": definition.name(),
        "type": definition.kind().to_string(),
        "displayName": definition.display_name(),
    })
}

fn line(definition: &AttributeDefinition) -> Vec<String> {
    let label = definition.display_name().unwrap_or("-");
    vec![
        definition.name().to_owned(),
        definition.kind().to_string(),
        label.to_owned(),
    ]
}
