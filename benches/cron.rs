//! How long one next tick takes, beside the crate `croner` on what both understand, and at worst.
//!
//! Expected: well under 10 us for a plan that fires, under 1 ms for one that never does.

use criterion::{Criterion, criterion_group, criterion_main};
use keeper::clock::{Civil, Zone};
use keeper::cron::{Calendar, Plan};
use std::hint::black_box;

const START: Civil = Civil::constant(2026, 7, 15, 10, 7, 20, 0);

/// Name, our text and the same in the other dialect.
const SHARED: &[(&str, &str, &str)] = &[
    ("every 5 minutes", "*/5", "*/5 * * * *"),
    ("daily", "0 2", "0 2 * * *"),
    ("Mondays", "0 9 ? * MON", "0 9 * * MON"),
    ("leap day", "0 0 29 2", "0 0 29 2 *"),
];

const OWN: &[(&str, &str)] = &[
    ("work days", "0 9 W"),
    ("sixth week", "0 8 ? * #6"),
    ("never", "0 0 ? * WED#6"),
    ("never by the calendar", "0 0 ? * R#6"),
];

fn next(criterion: &mut Criterion) {
    let calendar = Calendar::default();
    let mut group = criterion.benchmark_group("next");
    for (name, own, other) in SHARED {
        let plan = Plan::parse(own).expect("valid");
        group.bench_function(format!("{name}/keeper"), |bencher| {
            bencher.iter(|| black_box(&plan).next_after(black_box(START), &calendar));
        });
        let cron: croner::Cron = other.parse().expect("valid");
        let start = chrono::DateTime::from_timestamp(1_784_110_040, 0).expect("in range");
        group.bench_function(format!("{name}/croner"), |bencher| {
            bencher.iter(|| black_box(&cron).find_next_occurrence(black_box(&start), false));
        });
    }
    for (name, text) in OWN {
        let plan = Plan::parse(text).expect("valid");
        group.bench_function(format!("{name}/keeper"), |bencher| {
            bencher.iter(|| black_box(&plan).next_after(black_box(START), &calendar));
        });
    }
    let zone = Zone::get("Europe/Berlin").expect("known");
    let moment = zone.to_timestamp(START).expect("in range");
    let plan = Plan::parse("30 2").expect("valid");
    group.bench_function("daily in a zone/keeper", |bencher| {
        bencher.iter(|| black_box(&plan).next_tick(black_box(moment), &zone, &calendar));
    });
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let long = "0 0 ? * WED#6;".repeat(71);
    criterion.bench_function("parse/classic", |bencher| {
        bencher.iter(|| Plan::parse(black_box("0 0 9 1,9-15,25-L MAR-JUL ? 2026")));
    });
    criterion.bench_function("parse/readable", |bencher| {
        bencher.iter(|| Plan::parse(black_box("MONTHLY LAST-WORKDAY 18:10; HOLIDAY 12:00")));
    });
    criterion.bench_function("parse/71 parts", |bencher| {
        bencher.iter(|| Plan::parse(black_box(&long)));
    });
    let plan = Plan::parse(&long).expect("valid");
    let calendar = Calendar::default();
    criterion.bench_function("next/71 parts that never fire", |bencher| {
        bencher.iter(|| black_box(&plan).next_after(black_box(START), &calendar));
    });
}

criterion_group!(benches, next, parse);
criterion_main!(benches);
