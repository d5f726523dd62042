//! The section of one operation.

use super::html::{block, code, element, escaped, inline, markdown, table};
use super::{curl, evidence, schema};
use crate::generator::Failure;
use crate::ordered::Node;

/// An operation and where it stands.
pub struct Operation<'a> {
    /// The whole contract, which references lead into.
    pub contract: &'a Node,
    /// Such as `/contacts/{contactId}`.
    pub path: &'a str,
    /// Such as `get`.
    pub method: &'a str,
    /// What stands under path and method.
    pub node: &'a Node,
    /// The parameters of all operations of the path.
    shared: &'a Node,
}

/// Every operation, in the contract's order.
pub fn all(contract: &Node) -> impl Iterator<Item = Operation<'_>> {
    contract
        .get("paths")
        .entries()
        .flat_map(move |(path, item)| {
            let methods = item
                .entries()
                .filter(|(_, node)| node.get("operationId").is_there());
            methods.map(move |(method, node)| Operation {
                contract,
                path,
                method,
                node,
                shared: item.get("parameters"),
            })
        })
}

impl<'a> Operation<'a> {
    /// Its `operationId`.
    pub fn id(&self) -> &str {
        self.node.get("operationId").text()
    }

    /// Its first tag.
    pub fn tag(&self) -> &str {
        self.node
            .get("tags")
            .elements()
            .first()
            .map_or("", Node::text)
    }

    /// A line of the navigation.
    pub fn link(&self) -> String {
        let summary = escaped(self.node.get("summary").text());
        format!("<li><a href=\"#{}\">{summary}</a></li>\n", self.id())
    }

    /// Its parameters, those of the path first.
    pub fn parameters(&self) -> impl Iterator<Item = &'a Node> {
        let contract = self.contract;
        let all = self
            .shared
            .elements()
            .iter()
            .chain(self.node.get("parameters").elements());
        all.map(move |parameter| contract.follow(parameter))
    }

    /// What stands under `application/json` of a body.
    pub fn media(&self, body: &'a Node) -> &'a Node {
        self.contract
            .follow(body)
            .path(&["content", "application/json"])
    }

    /// The examples of a body: summary and value.
    pub fn examples(&self, body: &'a Node) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let contract = self.contract;
        let examples = self.media(body).get("examples").entries();
        examples.map(move |(_, example)| {
            let example = contract.follow(example);
            (example.get("summary").text(), example.get("value"))
        })
    }

    /// The whole section.
    pub fn section(&self) -> Result<String, Failure> {
        Ok([
            format!("<section id=\"{}\">\n", self.id()),
            element("h3", self.node.get("summary").text()),
            self.line(),
            markdown(self.node.get("description").text()),
            evidence(self.node),
            self.facts(),
            self.parameter_table(),
            self.request()?,
            element("h4", "With curl"),
            block(&curl::command(self)?),
            self.responses()?,
            "</section>\n".to_owned(),
        ]
        .concat())
    }

    fn line(&self) -> String {
        let method = self.method.to_uppercase();
        format!(
            "<p class=\"line\"><b class=\"{}\">{method}</b> {}</p>\n",
            self.method,
            code(self.path)
        )
    }

    fn facts(&self) -> String {
        let scopes = self.node.get("x-required-scopes").elements().iter();
        let scopes: Vec<String> = scopes.map(|scope| code(scope.text())).collect();
        let scopes = if scopes.is_empty() {
            "none".to_owned()
        } else {
            scopes.join(", ")
        };
        let page = escaped(self.node.path(&["externalDocs", "url"]).text());
        format!(
            "<p>Scope: {scopes}. Operation: {}. <a href=\"{page}\">Drift’s page</a></p>\n",
            code(self.id())
        )
    }

    fn parameter_table(&self) -> String {
        let rows: Vec<Vec<String>> = self.parameters().map(parameter_row).collect();
        table(&["Parameter", "Type", "Meaning"], &rows)
    }

    fn request(&self) -> Result<String, Failure> {
        let body = self.node.get("requestBody");
        if !body.is_there() {
            return Ok(String::new());
        }
        Ok([
            element("h4", "Request"),
            format!(
                "<p>{} {}</p>\n",
                schema::words(self.media(body).get("schema")),
                inline(self.contract.follow(body).get("description").text())
            ),
            self.shown_examples(body)?,
        ]
        .concat())
    }

    fn responses(&self) -> Result<String, Failure> {
        let mut text = element("h4", "Answers");
        for (status, response) in self.node.get("responses").entries() {
            let whole = self.contract.follow(response);
            let schema = schema::words(self.media(response).get("schema"));
            text += &format!(
                "<details{}>\n<summary><b>{status}</b> {}</summary>\n<p>{schema}</p>\n{}{}{}</details>\n",
                if status.starts_with('2') { " open" } else { "" },
                inline(whole.get("description").text()),
                evidence(whole),
                self.header_table(whole),
                self.shown_examples(response)?,
            );
        }
        Ok(text)
    }

    fn header_table(&self, response: &Node) -> String {
        let rows: Vec<Vec<String>> = response
            .get("headers")
            .entries()
            .map(|(name, header)| header_row(name, self.contract.follow(header)))
            .collect();
        table(&["Header", "Meaning"], &rows)
    }

    fn shown_examples(&self, body: &'a Node) -> Result<String, Failure> {
        let mut text = String::new();
        for (summary, value) in self.examples(body) {
            text += &format!("<p class=\"muted\">{}</p>\n", escaped(summary));
            text += &block(&serde_json::to_string_pretty(value)?);
        }
        Ok(text)
    }
}

fn parameter_row(parameter: &Node) -> Vec<String> {
    let mark = if parameter.get("required").is_true() {
        " <em>required</em>"
    } else {
        ""
    };
    vec![
        format!(
            "{}{mark}<br>in {}",
            code(parameter.get("name").text()),
            escaped(parameter.get("in").text())
        ),
        schema::words(parameter.get("schema")),
        format!(
            "{}{}",
            inline(parameter.get("description").text()),
            evidence(parameter)
        ),
    ]
}

fn header_row(name: &str, header: &Node) -> Vec<String> {
    vec![
        code(name),
        format!(
            "{}{}",
            inline(header.get("description").text()),
            evidence(header)
        ),
    ]
}
