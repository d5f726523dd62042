//! The contract as the clients' packages need it.

use serde_json::Value;

use crate::generator::Failure;

/// A contract and what its head says.
pub struct Contract {
    /// The whole document.
    pub document: Value,
    /// Its version, which is that of every client.
    pub version: String,
    /// An SPDX expression.
    pub license: String,
    /// Where to read more.
    pub homepage: String,
    /// Who is named as its author.
    pub author: String,
    /// Where the source is kept, where that is known.
    pub repository: Option<String>,
    /// What it is about, in Markdown.
    pub description: String,
    /// In the order of the document's paths.
    pub operations: Vec<Operation>,
}

/// A call.
pub struct Operation {
    /// `createContact`
    pub id: String,
    /// `POST`
    pub method: String,
    /// `/contacts`
    pub path: String,
    /// The tag, after which the generator names the class that holds the call.
    pub tag: String,
    /// One line.
    pub summary: String,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

impl Contract {
    /// Reads the head and the operations; what is missing is named in the error.
    pub fn of(document: Value, repository: Option<String>) -> Result<Contract, Failure> {
        Ok(Contract {
            version: text(&document, "/info/version")?,
            license: text(&document, "/info/license/name")?,
            homepage: text(&document, "/info/contact/url")?,
            author: text(&document, "/info/contact/name")?,
            repository,
            description: text(&document, "/info/description")?,
            operations: operations(&document)?,
            document,
        })
    }

    /// The first sentence of the description, without its full stop.
    pub fn summary(&self) -> String {
        let paragraph = self.description.split("\n\n").next().unwrap_or_default();
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = line.split(". ").next().unwrap_or_default();
        sentence.trim_end_matches('.').to_owned()
    }
}

fn operations(document: &Value) -> Result<Vec<Operation>, Failure> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS.iter().filter(|method| item.get(method).is_some()) {
            let operation = &item[method];
            operations.push(Operation {
                id: text(operation, "/operationId")?,
                method: method.to_uppercase(),
                path: path.clone(),
                tag: text(operation, "/tags/0")?,
                summary: text(operation, "/summary")?,
            });
        }
    }
    Ok(operations)
}

fn text(value: &Value, pointer: &str) -> Result<String, Failure> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| format!("there is no text at {pointer}").into())
}

#[cfg(test)]
mod tests {
    use super::Contract;
    use serde_json::json;

    fn whole() -> Contract {
        let document = json!({
            "info": { "version": "1", "license": { "name": "MIT" },
                "contact": { "name": "Us", "url": "https://drift.test" },
                "description": "One\nthing.\n\nMore." },
            "paths": { "/a": { "parameters": [], "get": {
                "operationId": "readA", "tags": ["a"], "summary": "Read it" } } },
        });
        Contract::of(document, None).expect("it is whole")
    }

    #[test]
    fn the_head_and_the_operations_are_read() {
        let contract = whole();
        assert_eq!(contract.summary(), "One thing");
        assert_eq!(contract.operations.len(), 1);
        assert_eq!(contract.operations[0].method, "GET");
    }

    #[test]
    fn only_the_first_sentence_is_the_summary() {
        let contract = Contract {
            description: "One thing. Another.".to_owned(),
            ..whole()
        };
        assert_eq!(contract.summary(), "One thing");
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = Contract::of(json!({ "info": {} }), None)
            .err()
            .expect("no version");
        assert!(error.to_string().contains("/info/version"), "{error}");
    }
}
