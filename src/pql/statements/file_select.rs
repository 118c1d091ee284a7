//! `SELECT .. FROM :name` (4.15): a small query over a file, row by row.
//!
//! Columns or `*`, constants, AS, a WHERE of simple comparisons with AND and OR, LIMIT. The text
//! has been embedded already; its literals are those of SQL.

use std::sync::Arc;

use crate::connectors;
use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::statements::file_query::{FileQuery, Operand, Output, Test};
use crate::pql::syntax::Name;
use crate::value::{self, Frame, Table, Value};

/// Runs a query over a file when it is one: `None` when the text names no file table.
pub(crate) fn run(run: &Run, sql: &str) -> Done<Option<Table>> {
    let Some(query) = FileQuery::read(sql)? else {
        return Ok(None);
    };
    let FileQuery {
        file,
        outputs,
        condition,
        mut skip,
        limit,
    } = query;
    let Some(source) = run.outside.file_tables.get(&Name::new(&file)) else {
        let message = format!(
            "there is no file table `:{file}`: declare it, such as by `OPEN CSV FILE 'file.csv' AS \
             TABLE {file} WITH FIRST ROW HEADERS`"
        );
        return Err(Halt::new(Code::CONNECTION_NOT_FOUND, message));
    };
    let frame = run.shared.frame();
    let mut table: Option<Table> = None;
    let mut keep = |columns: &[Arc<str>], cells| {
        let row = FileRow { columns, cells };
        let result = table.get_or_insert_with(|| Table::new(labels(&outputs, columns)));
        match take(&condition, &outputs, &row, frame)? {
            None => {}
            Some(_) if skip > 0 => skip = skip.saturating_sub(1),
            Some(_) if result.len() >= limit => {}
            Some(cells) => {
                run.check_rows(result.len().saturating_add(1), "the result")?;
                result.push_row(cells);
            }
        }
        Ok(result.len() < limit)
    };
    let look = || {
        if run.shared.cancel.is_cancelled() {
            return Err(connectors::Error::Cancelled);
        }
        Ok(())
    };
    let mut fault = None;
    let streamed = source.stream(frame, &look, &mut |columns, cells| {
        Ok(keep(columns, cells).unwrap_or_else(|halt| {
            fault = Some(halt);
            false
        }))
    });
    let columns = streamed.map_err(Error::from)?;
    if let Some(halt) = fault {
        return Err(halt);
    }
    Ok(Some(
        table.unwrap_or_else(|| Table::new(labels(&outputs, &columns))),
    ))
}

/// The cells of the result when the condition holds.
fn take(
    condition: &[Vec<Test>],
    outputs: &[Output],
    row: &FileRow<'_>,
    frame: Frame<'_>,
) -> Done<Option<Vec<Value>>> {
    let mut holds = condition.is_empty();
    for all in condition {
        let mut each = true;
        for test in all {
            each = each && test.holds(row, frame)?;
        }
        holds = holds || each;
    }
    if !holds {
        return Ok(None);
    }
    let mut cells = Vec::new();
    for output in outputs {
        match &output.operand {
            None => cells.extend(row.cells.iter().cloned()),
            Some(operand) => cells.push(row.value(operand)?),
        }
    }
    Ok(Some(cells))
}

fn labels(outputs: &[Output], columns: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut labels = Vec::new();
    for output in outputs {
        match &output.operand {
            None => labels.extend(columns.iter().cloned()),
            Some(_) => labels.push(Arc::clone(&output.label)),
        }
    }
    value::labels(labels)
}

struct FileRow<'a> {
    columns: &'a [Arc<str>],
    cells: Vec<Value>,
}

impl FileRow<'_> {
    fn value(&self, operand: &Operand) -> Done<Value> {
        let name = match operand {
            Operand::Constant(value) => return Ok(value.clone()),
            Operand::Column(name) => name,
        };
        let mut columns = self.columns.iter();
        let Some(index) = columns.position(|column| column.eq_ignore_ascii_case(name)) else {
            let message = format!("the file has no column `{name}`");
            return Err(Halt::new(Code::PQL_ACCESS, message));
        };
        Ok(self.cells.get(index).cloned().unwrap_or(Value::Null))
    }
}

impl Test {
    fn holds(&self, row: &FileRow<'_>, frame: Frame<'_>) -> Done<bool> {
        let (left, right) = (row.value(&self.left)?, row.value(&self.right)?);
        // As in SQL, nothing compares with NULL.
        if left.is_absent() || right.is_absent() {
            return Ok(false);
        }
        Ok(match self.sign.as_str() {
            "=" | "==" => left.is_loosely_equal(&right, frame),
            "<>" | "!=" => !left.is_loosely_equal(&right, frame),
            "LIKE" => left.is_like(&right),
            sign => {
                let order = left.order(&right, frame);
                // What has no common order has that of its texts, as in the link WHERE.
                let order = order.unwrap_or_else(|_| left.render().cmp(&right.render()));
                match sign {
                    ">" => order.is_gt(),
                    ">=" => order.is_ge(),
                    "<" => order.is_lt(),
                    _ => order.is_le(),
                }
            }
        })
    }
}
