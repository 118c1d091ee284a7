//! Texts with embedded items: evaluation in passes (2.9) and quoting (2.8).

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run, drivers};
use crate::pql::syntax::tree::{
    ExpressionKind, Item, Placeholder, Quoting, Segment, Sigil, Template, Variable,
};
use crate::sql::Dialect;
use crate::value::{Value, write_shell_text};

/// What kind of text embedded values become part of (2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTarget {
    /// A statement for a database.
    Sql(Dialect),
    /// A command line for the shell.
    Shell,
    /// A command of Redis, which is split at blanks with quotes as in the shell.
    Words,
}

/// A piece of a rendered template.
#[derive(Debug, Clone)]
pub(crate) enum Rendered {
    /// Ready text.
    Text(String),
    /// To be filled from a row of the buffer.
    Placeholder(Placeholder),
}

impl Run {
    /// Renders a rich string.
    pub(crate) fn rich(&mut self, template: &Template) -> Done<String> {
        let mut output = String::new();
        let values = self.items(template)?;
        for (segment, value) in template.segments.iter().zip(values) {
            match (segment, value) {
                (Segment::Text(text), _) => output.push_str(text),
                (Segment::Item(item), Some(value)) => {
                    if matches!(value.value, Value::Undefined) {
                        self.warn_undefined(&item.expression);
                    }
                    self.write_text(&value.value, &mut output)?;
                    output.push_str(&value.rest);
                }
                (Segment::Unassigned { span, .. }, _) => output.push_str(self.source.slice(*span)),
                (Segment::Placeholder(_) | Segment::Item(_), _) => {}
            }
            self.check_text(output.len())?;
        }
        Ok(output)
    }

    /// Renders a statement for a database.
    pub(crate) fn sql_text(&mut self, template: &Template, dialect: Dialect) -> Done<String> {
        self.target_text(template, TextTarget::Sql(dialect))
    }

    /// Renders a statement for a database and leaves the placeholders open.
    pub(crate) fn sql_pieces(
        &mut self,
        template: &Template,
        dialect: Dialect,
    ) -> Done<Vec<Rendered>> {
        self.pieces(template, TextTarget::Sql(dialect))
    }

    /// Renders a statement and leaves the placeholders open.
    pub(crate) fn pieces(
        &mut self,
        template: &Template,
        target: TextTarget,
    ) -> Done<Vec<Rendered>> {
        let mut pieces = Vec::with_capacity(template.segments.len());
        let mut size = 0_usize;
        if target != TextTarget::Shell
            && let Some((name, span)) = template.missing_argument()
        {
            let message = format!("missing argument `#{{{name}}}`");
            return Err(Halt::new(Code::PQL_UNDEFINED, message).at(span));
        }
        let values = self.items(template)?;
        for (segment, value) in template.segments.iter().zip(values) {
            let text = match (segment, value) {
                (Segment::Text(text), _) => text.as_ref().to_owned(),
                (Segment::Item(item), Some(value)) => self.target_item(item, &value, target)?,
                (Segment::Item(_), None) => String::new(),
                (Segment::Unassigned { span, .. }, _) => self.source.slice(*span).to_owned(),
                (Segment::Placeholder(placeholder), _) => {
                    pieces.push(Rendered::Placeholder(placeholder.clone()));
                    continue;
                }
            };
            size = size.saturating_add(text.len());
            self.check_text(size)?;
            pieces.push(Rendered::Text(text));
        }
        Ok(pieces)
    }

    /// Renders a whole text for a target; placeholders stay as they were written.
    pub(crate) fn target_text(&mut self, template: &Template, target: TextTarget) -> Done<String> {
        let mut output = String::new();
        for piece in self.pieces(template, target)? {
            match piece {
                Rendered::Text(text) => output.push_str(&text),
                Rendered::Placeholder(placeholder) => {
                    output.push_str(self.source.slice(placeholder.span()));
                }
            }
        }
        Ok(output)
    }

    fn target_item(&mut self, item: &Item, value: &ItemValue, target: TextTarget) -> Done<String> {
        if let TextTarget::Sql(dialect) = target {
            return self.sql_item(item, value, dialect);
        }
        if matches!(value.value, Value::Undefined) {
            self.warn_undefined(&item.expression);
        }
        // The text of a collection may contain anything, so it is quoted like a text.
        let is_quoted = item.quoting == Quoting::Target
            && (value.value.is_collection()
                || matches!(value.value, Value::Text(_) | Value::DateTime(_)));
        let mut text = String::new();
        if is_quoted {
            write_shell_text(&self.text_of(&value.value)?, &mut text);
        } else {
            self.write_text(&value.value, &mut text)?;
        }
        text.push_str(&value.rest);
        Ok(text)
    }

    fn sql_item(&mut self, item: &Item, value: &ItemValue, dialect: Dialect) -> Done<String> {
        let mut text = match (&value.value, item.quoting) {
            (Value::Undefined, _) => return self.undefined_in_sql(item, value),
            // What is absent has no parts that are there.
            (Value::Null, _) => return Ok(Value::Null.to_string()),
            (value, Quoting::Raw) => self.text_of(value)?.into_owned(),
            (value, Quoting::Target) if value.is_collection() => self.text_of(value)?.into_owned(),
            (value, Quoting::Target) => drivers::literal(value, dialect)?,
        };
        text.push_str(&value.rest);
        Ok(text)
    }

    /// An unknown `@name` may be a variable of the database session and stays as written.
    fn undefined_in_sql(&self, item: &Item, value: &ItemValue) -> Done<String> {
        let expression = &item.expression;
        let written = self.source.slice(expression.span);
        match &expression.kind {
            ExpressionKind::Variable(Variable {
                sigil: Sigil::Global,
                access,
                ..
            }) if access.is_empty() || !value.rest.is_empty() => Ok(written.to_owned()),
            _ => {
                let message = format!("`{written}` is undefined and cannot be sent to a database");
                Err(Halt::new(Code::PQL_UNDEFINED, message).at(expression.span))
            }
        }
    }

    /// Evaluates the items of a template pass by pass; the answer has the order of the segments.
    fn items(&mut self, template: &Template) -> Done<Vec<Option<ItemValue>>> {
        let mut order: Vec<(usize, &Item)> = template
            .segments
            .iter()
            .enumerate()
            .filter_map(|(index, segment)| match segment {
                Segment::Item(item) => Some((index, item)),
                _ => None,
            })
            .collect();
        order.sort_by_key(|(_, item)| item.pass());
        let mut values: Vec<Option<ItemValue>> = Vec::new();
        values.resize_with(template.segments.len(), || None);
        for (index, item) in order {
            let value = self.item(item)?;
            if let Some(place) = values.get_mut(index) {
                *place = Some(value);
            }
        }
        Ok(values)
    }

    fn item(&mut self, item: &Item) -> Done<ItemValue> {
        match &item.expression.kind {
            ExpressionKind::Variable(variable) if !variable.access.is_empty() => self
                .access_in_text(variable)
                .map_err(|halt| halt.at(item.expression.span)),
            _ => self.evaluate(&item.expression).map(ItemValue::whole),
        }
    }

    /// An access chain on a single value is no access: the characters stay (3.5.3).
    fn access_in_text(&mut self, variable: &Variable) -> Done<ItemValue> {
        let mut value = self.read(variable)?;
        for (index, access) in variable.access.iter().enumerate() {
            if value.is_collection() {
                value = self.access(&value, access)?;
                continue;
            }
            if index > 0 && value.is_absent() {
                break;
            }
            let rest = variable.access.get(index..).unwrap_or_default();
            let written = rest.iter().map(|step| self.source.slice(step.span()));
            let rest = written.collect();
            return Ok(ItemValue { value, rest });
        }
        Ok(ItemValue::whole(value))
    }
}

/// The value of an item and the written characters that follow it.
struct ItemValue {
    value: Value,
    rest: String,
}

impl ItemValue {
    fn whole(value: Value) -> Self {
        let rest = String::new();
        Self { value, rest }
    }
}
