//! Which outcome each due tick gets: the deciding function, pure.
//!
//! Ticks are settled, not moved (`keeper.md` 4.3, 4.7): every tick from the job's next one up to
//! now ends as exactly one [`Settlement`], in tick order. A tick that is late by no more than the
//! grace period is created whatever the cause; older ones follow the job's catch-up policy.

use crate::clock::{SignedDuration, Timestamp};
use crate::model::{CatchUp, TickOutcome};

/// Ticks settled for one job in one beat at most, so that a job that was off for a year does not
/// hold up the others; the rest follows in the next round.
pub const TICKS_PER_ROUND: usize = 1_000;

/// The fate of one tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The tick.
    pub tick: Timestamp,
    /// How it is settled.
    pub outcome: TickOutcome,
    /// The policy that decided, in a few words.
    pub reason: &'static str,
    /// The tick after it; `None` when the schedule ends.
    pub next: Option<Timestamp>,
}

/// What the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Ticks late by no more than this are simply created.
    pub grace: SignedDuration,
    /// What happens to older ones.
    pub catch_up: CatchUp,
    /// How many older ones are made up in one round.
    pub catch_up_limit: usize,
}

/// Settles the ticks from `first` up to `now`, asking `next_after` for the tick after a tick.
pub fn settle(
    first: Timestamp,
    now: Timestamp,
    policy: Policy,
    next_after: impl Fn(Timestamp) -> Option<Timestamp>,
) -> Vec<Settlement> {
    let mut settled = Vec::new();
    let mut caught_up = 0;
    let mut due = Some(first).filter(|tick| *tick <= now);
    while let Some(tick) = due {
        let next = next_after(tick);
        let late = now.duration_since(tick) > policy.grace;
        let newest_late = next.is_none_or(|next| now.duration_since(next) <= policy.grace);
        let (outcome, reason) = match (late, policy.catch_up) {
            (false, _) => (TickOutcome::Created, "on time"),
            (true, CatchUp::None) => (TickOutcome::Skipped, "missed, catch_up is `none`"),
            (true, CatchUp::Last) if newest_late => {
                (TickOutcome::CaughtUp, "latest missed, catch_up is `last`")
            }
            (true, CatchUp::Last) => (TickOutcome::Skipped, "missed, catch_up is `last`"),
            (true, CatchUp::All) => (TickOutcome::CaughtUp, "missed, catch_up is `all`"),
        };
        caught_up += usize::from(outcome == TickOutcome::CaughtUp);
        settled.push(Settlement {
            tick,
            outcome,
            reason,
            next,
        });
        let full = settled.len() >= TICKS_PER_ROUND || caught_up >= policy.catch_up_limit.max(1);
        due = next.filter(|next| *next <= now && !(full && late));
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * MINUTE).expect("in range")
    }

    fn minutely(tick: Timestamp) -> Option<Timestamp> {
        tick.checked_add(SignedDuration::from_secs(MINUTE)).ok()
    }

    fn outcomes(catch_up: CatchUp, limit: usize, now: i64) -> Vec<(i64, &'static str)> {
        let grace = SignedDuration::from_mins(5);
        let policy = Policy {
            grace,
            catch_up,
            catch_up_limit: limit,
        };
        settle(at(0), at(now), policy, minutely)
            .into_iter()
            .map(|s| (s.tick.as_second() / MINUTE, s.outcome.as_str()))
            .collect()
    }

    #[test]
    fn ticks_inside_the_grace_period_are_created_by_every_policy() {
        for &policy in CatchUp::ALL {
            let made = outcomes(policy, 1_000, 5);
            assert_eq!(made.len(), 6);
            assert!(
                made.iter().all(|(_, outcome)| *outcome == "created"),
                "{policy}"
            );
        }
    }

    #[test]
    fn older_ticks_follow_the_policy() {
        let skipped = outcomes(CatchUp::None, 1_000, 8);
        assert_eq!(
            skipped[..3],
            [(0, "skipped"), (1, "skipped"), (2, "skipped")]
        );
        assert_eq!(
            skipped[3..],
            [3, 4, 5, 6, 7, 8].map(|tick| (tick, "created"))
        );

        let last = outcomes(CatchUp::Last, 1_000, 8);
        assert_eq!(
            last[..4],
            [
                (0, "skipped"),
                (1, "skipped"),
                (2, "caught_up"),
                (3, "created")
            ]
        );

        let all = outcomes(CatchUp::All, 1_000, 8);
        assert_eq!(
            all[..3],
            [(0, "caught_up"), (1, "caught_up"), (2, "caught_up")]
        );
    }

    #[test]
    fn catch_up_stops_at_its_limit_and_goes_on_where_it_stopped() {
        assert_eq!(
            outcomes(CatchUp::All, 2, 100),
            [(0, "caught_up"), (1, "caught_up")]
        );
    }

    #[test]
    fn no_tick_is_left_out_and_none_is_settled_twice() {
        for now in [0, 1, 4, 5, 6, 7, 60, 999] {
            for &policy in CatchUp::ALL {
                let ticks: Vec<i64> = outcomes(policy, 1_000, now).iter().map(|t| t.0).collect();
                assert_eq!(ticks, (0..=now).collect::<Vec<_>>(), "{policy} {now}");
            }
        }
    }

    #[test]
    fn a_round_is_bounded() {
        assert_eq!(
            outcomes(CatchUp::None, 1_000, 100_000).len(),
            TICKS_PER_ROUND
        );
    }

    #[test]
    fn an_ended_schedule_has_no_next_tick() {
        let grace = SignedDuration::from_mins(5);
        let policy = Policy {
            grace,
            catch_up: CatchUp::None,
            catch_up_limit: 1,
        };
        let settled = settle(at(0), at(0), policy, |_| None);
        assert_eq!(settled.len(), 1);
        assert_eq!(settled[0].next, None);
    }
}
