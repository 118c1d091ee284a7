//! PAGE, BLOCK and PROCESS (4.11): producers that are registered until a consumer comes.

use crate::fault::Code;
use crate::pql::eval::{
    Connected, Done, FirstFault, Halt, Pipeline, Prepared, Producer, Ranges, Rendered, Run,
};
use crate::pql::statements::get;
use crate::pql::statements::page_size::{Unfit, cut, page_size};
use crate::pql::syntax::tree::{BlockRange, Page, PageMark, Put, SqlEffect, Template};
use crate::value::Value;

/// Keys of a range when PER says nothing.
const RANGE_KEYS: i64 = 10_000;

/// Registers a producer of pages; without a mark it is GET.
pub(crate) fn run(run: &mut Run, page: &Page) -> Done<()> {
    let connected = run.source_connection()?;
    let pieces = run.sql_pieces(&page.query.body, connected.dialect())?;
    let producer = match &page.mark {
        PageMark::None => {
            let query = prepared(run, &connected, pieces);
            return get_once(run, &connected, &query);
        }
        PageMark::Offset => {
            let limits = "`LIMIT @{offset}, n` or `LIMIT n OFFSET @{offset}`";
            let size = page_size(&pieces).map_err(|unfit| unfit_limit(unfit, limits))?;
            let query = prepared(run, &connected, pieces);
            Producer::Offset { query, size }
        }
        PageMark::Column(name) => Producer::Column {
            limit: cut(&pieces).map_err(|unfit| unfit_limit(unfit, "`LIMIT n`"))?,
            query: prepared(run, &connected, pieces),
            column: name.as_str().into(),
        },
    };
    register(run, connected, producer);
    Ok(())
}

/// Why a query of PAGE is refused, and the LIMIT to write.
fn unfit_limit(unfit: Unfit, limits: &str) -> Halt {
    let message = match unfit {
        Unfit::NoNumber => {
            format!("PAGE needs the rows of a page as a number: write {limits}")
        }
        Unfit::FilteredOutside => "PAGE ends at its first empty page, and a WHERE, JOIN, GROUP BY \
                                   or HAVING outside of its LIMIT may empty one too early: put \
                                   it inside, before the LIMIT"
            .to_owned(),
    };
    Halt::new(Code::PQL_STATEMENT, message)
}

/// Registers a producer of key ranges; UPDATE and DELETE run at once. SELECT without marks is GET.
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
    let effect = block.statement.effect;
    let (connected, query) = prepare(run, &block.statement.body)?;
    let Some(marks) = block.marks else {
        return get_once(run, &connected, &query);
    };
    let ranges = Ranges {
        from,
        to,
        per,
        marks,
    };
    let limit = run.limits().rows;
    if ranges.count() > limit {
        let message = format!(
            "BLOCK would make {} ranges, more than {limit}: write a larger number behind PER",
            ranges.count()
        );
        return Err(Halt::new(Code::PQL_LIMIT, message));
    }
    if effect == SqlEffect::Query {
        register(run, connected, Producer::Ranges { query, ranges });
        return Ok(());
    }
    let affected = execute_ranges(run, &connected, &query, ranges)?;
    run.counters.affected_rows = i64::try_from(affected).unwrap_or(i64::MAX);
    Ok(())
}

/// What SELECT without a mark does: the same as in GET (4.11.8). The parser lets nothing else
/// come without marks.
fn get_once(run: &mut Run, connected: &Connected, query: &Prepared) -> Done<()> {
    let table = run.query_rows(connected, &query.text(), &[])?;
    run.counters.rows = i64::try_from(table.len()).unwrap_or(i64::MAX);
    get::append(run, &Value::from(table).to_table())
}

fn execute_ranges(
    run: &mut Run,
    connected: &Connected,
    query: &Prepared,
    ranges: Ranges,
) -> Done<u64> {
    let workers = run.workers(connected.dialect()).min(ranges.count());
    if workers <= 1 {
        let mut affected = 0_u64;
        for (low, high) in (0..).map_while(|index| ranges.get(index)) {
            run.step()?;
            let sql = query.fill_marks(&[low, high]);
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
        while let Some((low, high)) = ranges.get(next.fetch_add(1, order)) {
            shared.cancel.look()?;
            let sql = query.fill_marks(&[low, high]);
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
                    next.store(ranges.count(), order);
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
    let prepared = prepared(run, &connected, pieces);
    Ok((connected, prepared))
}

fn prepared(run: &Run, connected: &Connected, pieces: Vec<Rendered>) -> Prepared {
    let prepared = Prepared::new(pieces, connected.dialect(), &run.source);
    run.trace(|| format!("{}: {}", connected.key, prepared.text()));
    prepared
}

/// Adds a producer to those that wait for a consumer.
fn register(run: &mut Run, connected: Connected, producer: Producer) {
    if run.buffer.renew() {
        run.counters.total = 0;
        run.counters.put_total = 0;
    }
    run.outside.pipelines.push(Pipeline {
        connected,
        producer,
        stages: Vec::new(),
    });
}

/// Adds a stage to the registered producers.
pub(crate) fn run_process(run: &mut Run, statement: &Put) -> Done<()> {
    let (connected, prepared) = prepare(run, &statement.body)?;
    let pipelines = &mut run.outside.pipelines;
    if pipelines.is_empty() {
        let message = "PROCESS needs a PAGE or BLOCK before it";
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    }
    for pipeline in pipelines {
        let stage = (connected.clone(), statement.mode, prepared.clone());
        pipeline.stages.push(stage);
    }
    Ok(())
}
