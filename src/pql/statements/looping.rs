//! FOR and WHILE (4.24, 4.25).

use crate::pql::eval::{Done, Flow, FrameKind, Run};
use crate::pql::syntax::tree::{
    Block, Expression, ExpressionKind, For, ForMode, LinkArgument, Sigil, Slot, While,
};
use crate::value::{Row, Value};

/// Runs the body for each element of a collection that is evaluated once.
pub(crate) fn run_for(run: &mut Run, statement: &For) -> Done<Flow> {
    if let [target] = statement.targets.as_slice()
        && let Some((from, to)) = range(run, &statement.collection)?
    {
        return run_range(run, target.slot, (from, to), &statement.body);
    }
    let collection = run.evaluate(&statement.collection)?;
    run.scopes.push(FrameKind::Block);
    let flow = for_each(run, statement, &collection);
    run.scopes.pop();
    flow
}

/// Runs the body as long as the condition holds.
pub(crate) fn run_while(run: &mut Run, statement: &While) -> Done<Flow> {
    run.scopes.push(FrameKind::Block);
    let flow = repeat(run, statement);
    run.scopes.pop();
    flow
}

/// The ends of `a TO b` when it is nothing else: such a range is counted, not stored.
fn range(run: &mut Run, collection: &Expression) -> Done<Option<(i64, i64)>> {
    let ExpressionKind::Chain { data, links } = &collection.kind else {
        return Ok(None);
    };
    let [link] = links.as_slice() else {
        return Ok(None);
    };
    let Some(LinkArgument::Value(end)) = &link.argument else {
        return Ok(None);
    };
    if !link.name.is("TO") || !link.tails.is_empty() || !is_plain(data) || !is_plain(end) {
        return Ok(None);
    }
    let ends = (run.evaluate(data)?, run.evaluate(end)?);
    let (Value::Integer(from), Value::Integer(to)) = ends else {
        return Ok(None);
    };
    let length = usize::try_from(from.abs_diff(to)).unwrap_or(usize::MAX);
    run.check_rows(length.saturating_add(1), "the range")?;
    Ok(Some((from, to)))
}

/// Tells whether evaluating it twice does no harm.
fn is_plain(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) => true,
        ExpressionKind::Variable(variable) => {
            variable.sigil == Sigil::User && variable.access.is_empty()
        }
        _ => false,
    }
}

fn run_range(run: &mut Run, slot: Slot, (from, to): (i64, i64), body: &Block) -> Done<Flow> {
    run.scopes.push(FrameKind::Block);
    let flow = count(run, slot, (from, to), body);
    run.scopes.pop();
    flow
}

fn count(run: &mut Run, slot: Slot, (from, to): (i64, i64), body: &Block) -> Done<Flow> {
    let step = if from <= to { 1 } else { -1 };
    let mut number = from;
    loop {
        run.step()?;
        run.scopes.declare_integer(slot, number);
        match run.block(body)? {
            Flow::Next | Flow::Continue => {}
            Flow::Exit => return Ok(Flow::Next),
            Flow::Return => return Ok(Flow::Return),
        }
        if number == to {
            return Ok(Flow::Next);
        }
        number = number.saturating_add(step);
    }
}

fn for_each(run: &mut Run, statement: &For, collection: &Value) -> Done<Flow> {
    let mut turns = Turns::new(collection, statement.mode);
    while let Some(cells) = turns.next() {
        run.step()?;
        let mut cells = cells.into_iter();
        for target in &statement.targets {
            let value = cells.next().unwrap_or(Value::Null);
            run.scopes.declare(target.slot, value);
        }
        match run.block(&statement.body)? {
            Flow::Next | Flow::Continue => {}
            Flow::Exit => break,
            Flow::Return => return Ok(Flow::Return),
        }
    }
    Ok(Flow::Next)
}

fn repeat(run: &mut Run, statement: &While) -> Done<Flow> {
    loop {
        run.step()?;
        if !run.holds(&statement.condition)? {
            return Ok(Flow::Next);
        }
        match run.block(&statement.body)? {
            Flow::Next | Flow::Continue => {}
            Flow::Exit => return Ok(Flow::Next),
            Flow::Return => return Ok(Flow::Return),
        }
    }
}

/// The turns of FOR: what the variables get, by the table of 4.24.
struct Turns<'a> {
    collection: &'a Value,
    mode: ForMode,
    index: usize,
    /// What is left of a TEXT.
    text: std::str::Chars<'a>,
}

impl<'a> Turns<'a> {
    fn new(collection: &'a Value, mode: ForMode) -> Self {
        Self {
            collection,
            mode,
            index: 0,
            text: collection.as_text().unwrap_or_default().chars(),
        }
    }

    fn next(&mut self) -> Option<Vec<Value>> {
        let index = self.index;
        self.index = index.saturating_add(1);
        match self.collection {
            Value::Undefined | Value::Null => None,
            Value::Array(items) => items.get(index).map(|item| vec![item.clone()]),
            Value::HashSet(set) => set.items().get(index).map(|item| vec![item.clone()]),
            Value::Text(_) => self.text.next().map(|c| vec![Value::text(c.to_string())]),
            Value::Row(row) => {
                let (name, value) = row.at(index)?;
                let name = Value::from(name);
                Some(match self.mode {
                    ForMode::In => vec![name, value.clone()],
                    ForMode::Of => {
                        let mut field = Row::new();
                        field.insert("key", name);
                        field.insert("value", value.clone());
                        vec![field.into()]
                    }
                })
            }
            Value::Table(table) => match self.mode {
                ForMode::In => table.rows().get(index).cloned(),
                ForMode::Of => table.row(index).map(|row| vec![row.into()]),
            },
            single => (index == 0).then(|| vec![single.clone()]),
        }
    }
}
