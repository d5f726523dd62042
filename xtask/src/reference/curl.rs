//! A call of curl, made from the first examples of an operation.

use super::operation::Operation;
use crate::generator::Failure;
use crate::ordered::Node;

/// The command, a line for each part.
pub fn command(operation: &Operation) -> Result<String, Failure> {
    let mut parts = vec![format!(
        "curl -X {} '{}'",
        operation.method.to_uppercase(),
        url(operation)?
    )];
    parts.push("-H \"Authorization: Bearer $DRIFT_TOKEN\"".to_owned());
    if let Some((_, body)) = operation.examples(operation.node.get("requestBody")).next() {
        parts.push("-H 'Content-Type: application/json'".to_owned());
        parts.push(format!(
            "-d '{}'",
            serde_json::to_string(body)?.replace('\'', "'\\''")
        ));
    }
    Ok(parts.join(" \\\n  "))
}

fn url(operation: &Operation) -> Result<String, Failure> {
    let servers = operation.contract.get("servers").elements();
    let mut url = servers
        .first()
        .map_or("", |server| server.get("url").text())
        .to_owned();
    url += operation.path;
    let mut query = Vec::new();
    for parameter in chosen(operation) {
        let name = parameter.get("name").text();
        let values = values(parameter.get("example"))?;
        match parameter.get("in").text() {
            "path" => url = url.replace(&format!("{{{name}}}"), &values.concat()),
            _ => query.extend(values.iter().map(|value| format!("{name}={value}"))),
        }
    }
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(format!("{url}{mark}{}", query.join("&")))
}

/// The required ones, or, where none is, the first: one way to call is enough here.
fn chosen<'a>(operation: &Operation<'a>) -> Vec<&'a Node> {
    let all: Vec<&Node> = operation.parameters().collect();
    let required: Vec<&Node> = all
        .iter()
        .copied()
        .filter(|one| one.get("required").is_true())
        .collect();
    if required.is_empty() {
        all.into_iter().take(1).collect()
    } else {
        required
    }
}

fn values(example: &Node) -> Result<Vec<String>, Failure> {
    Ok(match example {
        Node::List(elements) => elements
            .iter()
            .map(|element| escaped(element.text()))
            .collect(),
        Node::Text(text) => vec![escaped(text)],
        other => vec![serde_json::to_string(other)?],
    })
}

/// Percent-encoded, all but what no server takes for anything else.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{command, escaped};
    use crate::ordered::Node;
    use crate::reference::operation;

    #[test]
    fn each_command_is_what_a_person_would_type() {
        let yaml = include_str!("../../../openapi/contacts.yaml");
        let contract: Node = serde_saphyr::from_str(yaml).expect("it is YAML");
        let cases = [
            (
                "getContact",
                "curl -X GET 'https://driftapi.com/contacts/24100000017' \\\n  -H \"Authorization: Bearer $DRIFT_TOKEN\"",
            ),
            (
                "findContacts",
                "curl -X GET 'https://driftapi.com/contacts?email=ada%40example.test' \\\n",
            ),
            (
                "updateContactByOtherId",
                "curl -X PATCH 'https://driftapi.com/contacts/normalize?idType=external&id=u_9f3c1ad27b60e845' \\\n",
            ),
            (
                "createContact",
                "-d '{\"attributes\":{\"email\":\"ada@example.test\"}}'",
            ),
        ];
        for (id, expected) in cases {
            let operation = operation::all(&contract).find(|operation| operation.id() == id);
            let command =
                command(&operation.expect("the contract has it")).expect("it has examples");
            assert!(command.contains(expected), "{command}");
        }
    }

    #[test]
    fn a_plus_in_a_query_is_escaped() {
        assert_eq!(
            escaped("ada+test@example.test"),
            "ada%2Btest%40example.test"
        );
    }
}
