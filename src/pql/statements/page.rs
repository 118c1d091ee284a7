//! PAGE, BLOCK and PROCESS (4.11): producers that are registered until a consumer comes.

use crate::fault::Code;
use crate::pql::eval::{Connected, Done, FirstFault, Halt, Pipeline, Prepared, Producer, Run};
use crate::pql::statements::get;
use crate::pql::syntax::tree::{BlockRange, Page, PageMark, Put, SqlEffect, Template};
use crate::value::Value;

/// Keys of a range when PER says nothing.
const RANGE_KEYS: i64 = 10_000;

/// Registers a producer of pages; without a mark it is GET.
pub(crate) fn run(run: &mut Run, page: &Page) -> Done<()> {
    let (connected, query) = prepare(run, &page.query.body)?;
    let producer = match &page.mark {
        PageMark::None => {
            let sql = query.text();
            let table = run.query_rows(&connected, &sql, &[])?;
            run.counters.rows = i64::try_from(table.len()).unwrap_or(i64::MAX);
            return get::append(run, &Value::from(table).to_table());
        }
        PageMark::Offset(size) => Producer::Offset {
            query,
            size: i64::try_from(*size).unwrap_or(i64::MAX),
        },
        PageMark::Column(name) => Producer::Column {
            query,
            column: name.as_str().into(),
        },
    };
    register(run, connected, producer);
    Ok(())
}

/// Registers a producer of key ranges; UPDATE and DELETE run at once.
pub(crate) fn run_block(run: &mut Run, block: &BlockRange) -> Done<()> {
    let from = run.evaluate_integer(&block.from)?;
    let to = run.evaluate_integer(&block.to)?;
    let per = match &block.per {
        Some(per) => run.evaluate_integer(per)?,
        None => RANGE_KEYS,
    };
    if per <= 0 {
        let message = format!("BLOCK needs a positive number of keys behind PER, not {per}");
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    }
    let bounds = bounds(block, from, to, per);
    run.check_rows(bounds.len(), "the number of ranges")?;
    let (connected, query) = prepare(run, &block.statement.body)?;
    if block.statement.effect == SqlEffect::Query {
        register(run, connected, Producer::Ranges { query, bounds });
        return Ok(());
    }
    let affected = execute_ranges(run, &connected, &query, &bounds)?;
    run.counters.affected_rows = i64::try_from(affected).unwrap_or(i64::MAX);
    Ok(())
}

/// Consecutive ranges that cover both ends; what the marks get depends on their signs (D43).
fn bounds(block: &BlockRange, from: i64, to: i64, per: i64) -> Vec<(i64, i64)> {
    let mut bounds = Vec::new();
    let mut first = from;
    while first <= to {
        let last = first.saturating_add(per.saturating_sub(1)).min(to);
        let low = if block.from_is_included {
            first
        } else {
            first.saturating_sub(1)
        };
        let high = if block.to_is_excluded {
            last.saturating_add(1)
        } else {
            last
        };
        bounds.push((low, high));
        if last == i64::MAX {
            break;
        }
        first = last.saturating_add(1);
    }
    bounds
}

fn execute_ranges(
    run: &mut Run,
    connected: &Connected,
    query: &Prepared,
    bounds: &[(i64, i64)],
) -> Done<u64> {
    let workers = run.workers(connected.dialect()).min(bounds.len());
    if workers <= 1 {
        let mut affected = 0_u64;
        for (low, high) in bounds {
            run.step()?;
            let sql = query.fill_marks(&[*low, *high]);
            let done = run.with_session(connected, |session| session.execute(&sql, &[]))?;
            affected = affected.saturating_add(done.affected);
        }
        return Ok(affected);
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let affected = std::sync::atomic::AtomicU64::new(0);
    let fault = FirstFault::default();
    let shared = &run.shared;
    let order = std::sync::atomic::Ordering::SeqCst;
    let work = || -> Done<()> {
        let mut session = shared.own_session(&connected.key, &connected.source)?;
        while let Some((low, high)) = bounds.get(next.fetch_add(1, order)) {
            shared.cancel.look()?;
            let sql = query.fill_marks(&[*low, *high]);
            let done = session
                .execute(&sql, &[])
                .map_err(crate::pql::Error::from)?;
            affected.fetch_add(done.affected, order);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                if let Err(halt) = work() {
                    next.store(bounds.len(), order);
                    fault.set(halt);
                }
            });
        }
    });
    run.look()?;
    fault.take().map_or(Ok(affected.into_inner()), Err)
}

fn prepare(run: &mut Run, body: &Template) -> Done<(Connected, Prepared)> {
    let connected = run.source_connection()?;
    let pieces = run.sql_pieces(body, connected.dialect())?;
    let prepared = Prepared::new(pieces, connected.dialect(), &run.source);
    run.trace(|| format!("{}: {}", connected.key, prepared.text()));
    Ok((connected, prepared))
}

fn register(run: &mut Run, connected: Connected, producer: Producer) {
    if run.buffer.renew() {
        run.counters.total = 0;
        run.counters.put_total = 0;
    }
    run.outside.pipeline = Some(Pipeline {
        connected,
        producer,
        stages: Vec::new(),
    });
}

/// Adds a stage to the registered producer.
pub(crate) fn run_process(run: &mut Run, statement: &Put) -> Done<()> {
    let (connected, prepared) = prepare(run, &statement.body)?;
    let Some(pipeline) = &mut run.outside.pipeline else {
        let message = "PROCESS needs a PAGE or BLOCK before it";
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    };
    pipeline.stages.push((connected, statement.mode, prepared));
    Ok(())
}
