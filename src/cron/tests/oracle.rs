//! Plans against another program's reading of the shared subset.

use super::support::{civil, plan};
use crate::cron::Calendar;
use rstest::rstest;

/// Numbers, lists, ranges, steps and names of months mean the same in crontab; days and weekdays
/// only when the other of the two is unrestricted.
#[rstest]
#[case("*/7 3-20/4 * 2,NOV *")]
#[case("5,10-20/3 0 1,15,31 * *")]
#[case("0 12 29 2 *")]
#[case("59 23 */9 1-6 *")]
#[case("30 6 * * MON-FRI")]
#[case("0 0 * JAN-MAR 2,4,6")]
fn ticks_agree_with_croner(#[case] text: &str) {
    let cron: croner::Cron = text.parse().expect(text);
    let start = chrono::DateTime::from_timestamp(1_784_110_040, 0).expect("in range");
    let theirs: Vec<String> = cron
        .iter_after(start)
        .take(200)
        .map(|tick| format!("{:?}", tick.naive_utc()))
        .take_while(|tick| tick.as_str() < "2101")
        .collect();
    let end = civil("2100-12-31T23:59");
    let ours: Vec<String> = plan(text)
        .ticks(
            civil("2026-07-15T10:07:20")..=end,
            theirs.len(),
            &Calendar::default(),
        )
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(ours, theirs, "{text}");
}
