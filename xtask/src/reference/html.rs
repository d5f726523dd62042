//! Small pieces of HTML. Everything that comes from the contract is escaped here.

use pulldown_cmark::{Event, Parser, html::push_html};

/// A text with what means something in HTML taken out of it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// `<name>text</name>` on a line.
pub fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>\n", escaped(text))
}

/// A heading that can be linked to.
pub fn anchor(name: &str, id: &str, text: &str) -> String {
    format!("<{name} id=\"{id}\">{}</{name}>\n", escaped(text))
}

/// Code within a line.
pub fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Code in lines of its own.
pub fn block(text: &str) -> String {
    format!("<pre><code>{}</code></pre>\n", escaped(text.trim_end()))
}

/// A description. Raw HTML in it is shown, not obeyed.
pub fn markdown(text: &str) -> String {
    let mut html = String::new();
    let events = Parser::new(text).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        other => other,
    });
    push_html(&mut html, events);
    html
}

/// A description that stands in a line: without the paragraph around it.
pub fn inline(text: &str) -> String {
    let html = markdown(text);
    let inner = html
        .trim()
        .strip_prefix("<p>")
        .and_then(|html| html.strip_suffix("</p>"));
    match inner {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        _ => html,
    }
}

/// A table, its cells being HTML already; nothing when it has no rows.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head: String = head.iter().map(|cell| format!("<th>{cell}</th>")).collect();
    let rows: String = rows
        .iter()
        .map(|row| format!("<tr>{}</tr>\n", cells(row)))
        .collect();
    format!("<table>\n<tr>{head}</tr>\n{rows}</table>\n")
}

fn cells(row: &[String]) -> String {
    row.iter().map(|cell| format!("<td>{cell}</td>")).collect()
}

#[cfg(test)]
mod tests {
    use super::{block, inline, markdown, table};

    #[test]
    fn what_the_contract_says_cannot_become_markup() {
        assert_eq!(
            block("<b> & \"c\"\n"),
            "<pre><code>&lt;b&gt; &amp; &quot;c&quot;</code></pre>\n"
        );
        assert!(!markdown("a <script>alert(1)</script>").contains("<script"));
        assert_eq!(markdown("`<a>`"), "<p><code>&lt;a&gt;</code></p>\n");
    }

    #[test]
    fn one_paragraph_stands_in_a_line_and_two_do_not() {
        assert_eq!(inline("a `b`"), "a <code>b</code>");
        assert_eq!(inline("a\n\nb"), "<p>a</p>\n<p>b</p>\n");
    }

    #[test]
    fn a_table_without_rows_is_nothing() {
        assert_eq!(table(&["a"], &[]), "");
    }
}
