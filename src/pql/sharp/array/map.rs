//! MAP and DELIMIT: something made of every element.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp::call::{fail, into_text};
use crate::pql::sharp::text::field;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::tree::{LinkArgument, Print, StatementKind};
use crate::pql::syntax::{Parsed, Source, parse_expression_within};
use crate::value::{Row, Value};

/// Stands in the template for the text of the element.
const ITEM: &str = "#item";

/// How many different expressions are remembered while one array is mapped.
const REMEMBERED_MAX: usize = 1024;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["MAP"], "template", Takes::LIST, Rule::List(map))
        .says(
            "The values of the template, an expression in which the text of the element stands for \
             `#item`. Text elements need quotes around it, which are then safe.",
        )
        .shows(&[
            ("[1, 2, 3] MAP '#item * 5'", "[5,10,15]"),
            ("[1, 2, 3] MAP #item * 5", "[5,10,15]"),
            (r#"['a', "it's"] MAP "'#item' + '!'""#, r#"["a!","it's!"]"#),
        ]),
    Entry::new(&["DELIMIT"], "s", Takes::ARRAY, Rule::List(delimit))
        .says("The ROW of the elements, each cut at its first s into name and value.")
        .shows(&[(r#"["a=1"] DELIMIT '='"#, r#"{"a":"1"}"#)]),
];

fn map(call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    let template = match call.raw() {
        Some(LinkArgument::Template(template)) => call.run.rich(template)?.into(),
        _ => call.text()?,
    };
    let mut known: HashMap<String, Value> = HashMap::new();
    let mut mapped = Vec::with_capacity(items.len());
    for item in items.iter() {
        let text = fill(&template, &item.render());
        if let Some(value) = known.get(&text) {
            mapped.push(value.clone());
            continue;
        }
        call.run.step()?;
        let value = evaluate(call.run, &text)?;
        if known.len() < REMEMBERED_MAX && is_constant(&text) {
            known.insert(text, value.clone());
        }
        mapped.push(value);
    }
    Ok(mapped.into())
}

/// The value of an expression that was put together; its text is the place of an error.
fn evaluate(run: &mut Run, text: &str) -> Done<Value> {
    let source = Source::new("MAP", text).with_nesting_max(run.limits().nesting);
    let Parsed {
        program,
        diagnostics,
    } = parse_expression_within(&source, run.scopes.names());
    if let Some(fault) = diagnostics.iter().find(|fault| fault.is_error()) {
        let message = format!("`{text}` has no value: {}", fault.title);
        return Err(Halt::new(fault.code, message));
    }
    let Some(StatementKind::Print(Print { values, .. })) =
        program.body.first().map(|statement| &statement.kind)
    else {
        return Err(fail(&format!("`{text}` is no expression")));
    };
    run.scopes.extend(program.slots);
    let outer = std::mem::replace(&mut run.source, Arc::clone(&program.source));
    let value = values.first().map(|value| run.evaluate(value));
    run.source = outer;
    value.unwrap_or(Ok(Value::Null)).map_err(|halt| match halt {
        Halt::Fault(error) => {
            let message = format!("{} (in `{text}`)", error.message());
            Halt::new(error.code(), message)
        }
        Halt::Exit => Halt::Exit,
    })
}

/// What names no variable, function or link gives the same value every time.
fn is_constant(expression: &str) -> bool {
    !expression.contains(['$', '@', '%', '-']) && !expression.contains(|c: char| c.is_alphabetic())
}

/// Where a place of the template is.
#[derive(Clone, Copy)]
enum Inside {
    /// Code, with so many braces open; what closes one more leads out of it.
    Code(usize),
    /// A literal in this quote.
    Literal(char),
    /// A rich string in three of this quote.
    Rich(char),
}

/// Puts the text of an element into the template. In code it becomes code; inside a literal or a
/// rich string it stays the text that it is.
fn fill(template: &str, item: &str) -> String {
    let mut filled = String::with_capacity(template.len().saturating_add(item.len()));
    let mut around = Vec::new();
    let mut inside = Inside::Code(0);
    let mut rest = template;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(ITEM) {
            match inside {
                Inside::Code(_) => filled.push_str(item),
                Inside::Literal(_) => escape(item, &mut filled),
                Inside::Rich(_) => {
                    filled.push_str("${'");
                    escape(item, &mut filled);
                    filled.push_str("'}");
                }
            }
            rest = after;
            continue;
        }
        let quotes = match c {
            '\'' | '"' => rest.chars().take_while(|quote| *quote == c).count(),
            _ => 0,
        };
        let mut length = c.len_utf8();
        match inside {
            // Four are a literal of one quote.
            Inside::Code(_) if quotes == 4 => length = 4,
            Inside::Code(_) if quotes >= 3 => {
                around.push(std::mem::replace(&mut inside, Inside::Rich(c)));
                length = 3;
            }
            Inside::Code(_) if matches!(c, '\'' | '"') => {
                around.push(std::mem::replace(&mut inside, Inside::Literal(c)));
            }
            Inside::Code(braces) if c == '{' => inside = Inside::Code(braces.saturating_add(1)),
            Inside::Code(0) if c == '}' => inside = around.pop().unwrap_or(Inside::Code(0)),
            Inside::Code(braces) if c == '}' => inside = Inside::Code(braces.saturating_sub(1)),
            Inside::Rich(quote) if quotes >= 3 && c == quote => {
                inside = around.pop().unwrap_or(Inside::Code(0));
                length = 3;
            }
            Inside::Rich(_) if rest.starts_with("${") => {
                around.push(std::mem::replace(&mut inside, Inside::Code(0)));
                length = 2;
            }
            Inside::Literal(quote) if c == quote => {
                inside = around.pop().unwrap_or(Inside::Code(0));
            }
            Inside::Literal(_) | Inside::Rich(_) if c == '\\' => {
                let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
                length = length.saturating_add(escaped);
            }
            _ => {}
        }
        let (taken, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        filled.push_str(taken);
        rest = behind;
    }
    filled
}

/// Writes a text so that a literal in any quotes is that text, also one inside a rich string.
fn escape(item: &str, out: &mut String) {
    for c in item.chars() {
        match c {
            '\'' => out.push_str("~u0027"),
            '"' => out.push_str("~u0022"),
            '~' => out.push_str("~u007e"),
            '\\' => out.push_str(r"\\"),
            _ => out.push(c),
        }
    }
}

fn delimit(call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    let mark = call.text()?;
    if mark.is_empty() {
        return Err(fail("a text to cut at is needed"));
    }
    let fields = items
        .iter()
        .map(|item| Ok(field(&into_text(item.clone())?, &mark)))
        .collect::<Done<Vec<_>>>()?;
    Ok(fields.into_iter().collect::<Row>().into())
}
