//! Schemas in words and tables.

use super::evidence;
use super::html::{anchor, code, escaped, inline, markdown, table};
use crate::ordered::Node;

/// A link to the section of a schema.
pub fn link(name: &str) -> String {
    format!("<a href=\"#schema-{name}\">{}</a>", escaped(name))
}

/// What a value of the schema is, in a few words.
pub fn words(schema: &Node) -> String {
    if let Some(name) = schema
        .get("$ref")
        .text()
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
    {
        return link(name);
    }
    let null = if schema.get("nullable").is_true() {
        " or null"
    } else {
        ""
    };
    let format = schema.get("format").text();
    let kind = match schema.get("type").text() {
        "" => "anything".to_owned(),
        "array" => format!("list of {}", words(schema.get("items"))),
        "object" => "object".to_owned(),
        kind if format.is_empty() => kind.to_owned(),
        kind => format!("{kind} ({})", escaped(format)),
    };
    format!("{kind}{}{}{null}", choices(schema), bounds(schema))
}

fn choices(schema: &Node) -> String {
    let values: Vec<String> = schema
        .get("enum")
        .elements()
        .iter()
        .map(|value| code(value.text()))
        .collect();
    match values.is_empty() {
        true => String::new(),
        false => format!(": {}", values.join(", ")),
    }
}

fn bounds(schema: &Node) -> String {
    let bound = |key: &str, word: &str| match schema.get(key) {
        Node::Number(number) => format!(", {word} {number}"),
        _ => String::new(),
    };
    bound("minimum", "at least") + &bound("maximum", "at most")
}

/// The section of a named schema.
pub fn section(name: &str, schema: &Node) -> String {
    let members: Vec<Vec<String>> = schema
        .get("properties")
        .entries()
        .map(|(name, member)| row(name, member, schema))
        .collect();
    let plain = if members.is_empty() {
        format!("<p>{}</p>\n", words(schema))
    } else {
        String::new()
    };
    [
        anchor("h3", &format!("schema-{name}"), name),
        markdown(schema.get("description").text()),
        evidence(schema),
        plain,
        table(&["Member", "Type", "Meaning"], &members),
        open(schema),
    ]
    .concat()
}

fn row(name: &str, member: &Node, schema: &Node) -> Vec<String> {
    let required = schema
        .get("required")
        .elements()
        .iter()
        .any(|required| required.text() == name);
    let mark = if required { " <em>required</em>" } else { "" };
    vec![
        format!("{}{mark}", code(name)),
        words(member),
        format!(
            "{}{}",
            inline(member.get("description").text()),
            evidence(member)
        ),
    ]
}

fn open(schema: &Node) -> String {
    match schema.get("additionalProperties").is_there() {
        true => "<p class=\"muted\">May hold any other member.</p>\n".to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::ordered::Node;

    #[test]
    fn each_kind_of_schema_has_words() {
        let cases = [
            ("{}", "anything"),
            ("{type: string, nullable: true}", "string or null"),
            (
                "{type: integer, format: int64, minimum: 1}",
                "integer (int64), at least 1",
            ),
            (
                "{type: string, enum: [a, b]}",
                "string: <code>a</code>, <code>b</code>",
            ),
            ("{type: array, items: {type: boolean}}", "list of boolean"),
            (
                "{$ref: '#/components/schemas/A'}",
                "<a href=\"#schema-A\">A</a>",
            ),
        ];
        for (yaml, expected) in cases {
            let schema: Node = serde_saphyr::from_str(yaml).expect("it is YAML");
            assert_eq!(words(&schema), expected, "{yaml}");
        }
    }
}
