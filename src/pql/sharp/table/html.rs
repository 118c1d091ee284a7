//! TO HTML TABLE.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Table, Value};

pub(crate) const LINKS: &[Entry] =
    &[
        Entry::new(&["TO HTML TABLE"], "", Takes::ROWS, Rule::Table(to_html))
            .says("The table in HTML without styles; values are escaped, NULL is empty.")
            .shows(&[(
                r#"[{"a":"<b>","c":null}] TO HTML TABLE"#,
                "<table><tr><th>a</th><th>c</th></tr><tr><td>&lt;b&gt;</td><td></td></tr></table>",
            )]),
    ];

fn to_html(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let mut html = String::from("<table>");
    let heads = table.columns().iter().map(|name| &**name);
    write_row(heads, "th", &mut html);
    for cells in table.rows() {
        let texts: Vec<_> = cells
            .iter()
            .map(|cell| {
                if cell.is_absent() {
                    "".into()
                } else {
                    cell.render()
                }
            })
            .collect();
        write_row(texts.iter().map(|text| &**text), "td", &mut html);
    }
    html.push_str("</table>");
    Ok(html.into())
}

fn write_row<'a>(texts: impl Iterator<Item = &'a str>, tag: &str, html: &mut String) {
    html.push_str("<tr>");
    for text in texts {
        html.extend(["<", tag, ">"]);
        escape(text, html);
        html.extend(["</", tag, ">"]);
    }
    html.push_str("</tr>");
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}
