//! The API reference page: one HTML file that needs no network, made from the contract and the samples.

use crate::generator::Failure;
use crate::ordered::Node;
use crate::samples::Sample;

mod curl;
mod html;
mod operation;
mod schema;

use html::{anchor, code, element, escaped, markdown};

const STYLE: &str = include_str!("style.css");

/// The page.
pub fn page(contract: &Node, samples: &[Sample]) -> Result<String, Failure> {
    let title = escaped(contract.path(&["info", "title"]).text());
    let body = [
        navigation(contract, samples),
        format!(
            "<main>\n{}{}{}{}{}</main>\n",
            opening(contract),
            six_ways(samples),
            operations(contract)?,
            schemas(contract),
            closing(),
        ),
    ]
    .concat();
    Ok(format!(
        "<!doctype html>\n<!-- Written by `cargo xtask generate`. -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    ))
}

fn navigation(contract: &Node, samples: &[Sample]) -> String {
    let mut parts = vec![link("top", contract.path(&["info", "title"]).text())];
    if !samples.is_empty() {
        parts.push(link("samples", "Create a contact"));
    }
    for tag in contract.get("tags").elements() {
        let name = tag.get("name").text();
        parts.push(element("h2", name));
        let mine = operation::all(contract).filter(|operation| operation.tag() == name);
        let links: Vec<String> = mine.map(|operation| operation.link()).collect();
        parts.push(format!("<ul>\n{}</ul>\n", links.concat()));
    }
    parts.push(element("h2", "schemas"));
    let names = contract.path(&["components", "schemas"]).entries();
    let links: Vec<String> = names
        .map(|(name, _)| format!("<li>{}</li>\n", schema::link(name)))
        .collect();
    parts.push(format!("<ul>\n{}</ul>\n", links.concat()));
    format!("<nav>\n{}</nav>\n", parts.concat())
}

fn link(to: &str, text: &str) -> String {
    format!("<p><a href=\"#{to}\">{}</a></p>\n", escaped(text))
}

fn opening(contract: &Node) -> String {
    let info = contract.get("info");
    let server = contract
        .get("servers")
        .elements()
        .first()
        .map_or("", |server| server.get("url").text());
    let security = contract.path(&["components", "securitySchemes", "bearerAuth", "description"]);
    [
        anchor("h1", "top", info.get("title").text()),
        format!(
            "<p class=\"muted\">Contract {}</p>\n",
            escaped(info.get("version").text())
        ),
        markdown(info.get("description").text()),
        format!("<p>Base URL: {}</p>\n", code(server)),
        format!(
            "<p>Each call carries the header {}.</p>\n",
            code("Authorization: Bearer TOKEN")
        ),
        markdown(security.text()),
    ]
    .concat()
}

/// The hand-written samples.
fn six_ways(samples: &[Sample]) -> String {
    if samples.is_empty() {
        return String::new();
    }
    let shown = samples.iter().map(|sample| {
        let path = escaped(sample.path);
        format!(
            "<details>\n<summary>{} <code>{path}</code></summary>\n{}</details>\n",
            escaped(sample.name),
            html::block(&sample.text)
        )
    });
    let shown: String = shown.collect();
    format!(
        "{}{shown}",
        anchor("h2", "samples", "Create a contact in any language")
    )
}

fn operations(contract: &Node) -> Result<String, Failure> {
    let mut text = String::new();
    for tag in contract.get("tags").elements() {
        let name = tag.get("name").text();
        text += &anchor("h2", &format!("tag-{name}"), name);
        text += &markdown(tag.get("description").text());
        for operation in operation::all(contract).filter(|operation| operation.tag() == name) {
            text += &operation.section()?;
        }
    }
    Ok(text)
}

fn schemas(contract: &Node) -> String {
    let all = contract.path(&["components", "schemas"]).entries();
    let sections: String = all
        .map(|(name, node)| schema::section(name, node))
        .collect();
    format!("{}{sections}", anchor("h2", "schemas", "Schemas"))
}

fn closing() -> String {
    "<footer>Made from <code>openapi/contacts.yaml</code> by <code>cargo xtask generate</code>.</footer>\n".to_owned()
}

/// How a fact is known, where Drift does not plainly document it.
fn evidence(node: &Node) -> String {
    let evidence = node.get("x-evidence");
    let confidence = evidence.get("confidence").text();
    if confidence.is_empty() {
        return String::new();
    }
    let source = escaped(evidence.get("source").text());
    format!("<p class=\"evidence\"><b class=\"{confidence}\">{confidence}</b> {source}</p>\n")
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::ordered::Node;
    use crate::samples::Sample;

    fn contract() -> Node {
        serde_saphyr::from_str(include_str!("../../../openapi/contacts.yaml")).expect("it is YAML")
    }

    #[test]
    fn the_page_names_every_operation_schema_and_member() {
        let contract = contract();
        let page = page(&contract, &[]).expect("the contract has a page");
        for operation in super::operation::all(&contract) {
            assert!(
                page.contains(&format!("id=\"{}\"", operation.id())),
                "{}",
                operation.id()
            );
        }
        for (name, schema) in contract.path(&["components", "schemas"]).entries() {
            assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
            for (member, _) in schema.get("properties").entries() {
                assert!(
                    page.contains(&format!("<code>{member}</code>")),
                    "{name}.{member}"
                );
            }
        }
    }

    #[test]
    fn every_link_within_the_page_leads_somewhere() {
        let page = page(&contract(), &[]).expect("the contract has a page");
        for target in page.split("href=\"#").skip(1) {
            let target = target.split('"').next().unwrap_or_default();
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }

    #[test]
    fn the_page_loads_nothing_from_elsewhere() {
        let page = page(&contract(), &[]).expect("the contract has a page");
        for loading in ["<script", "<link", "<img", "@import", "url("] {
            assert!(!page.contains(loading), "{loading}");
        }
    }

    #[test]
    fn samples_are_shown_as_text() {
        let sample = Sample {
            name: "curl",
            path: "examples/curl.sh",
            text: "curl <host>\n".into(),
        };
        let page = page(&contract(), &[sample]).expect("the contract has a page");
        assert!(page.contains("curl &lt;host&gt;"));
    }
}
