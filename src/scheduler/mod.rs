//! Decides what runs when: settles due ticks, claims ready records, hands their actions to the
//! runner, and keeps, renews and recovers the node's claims.
//!
//! [`Scheduler::start`] starts four loops that share one [`Signals`]: the beat (due ticks become
//! tasks), the claimer (ready records become running actions), the keeper of leases (renewals,
//! requests to kill from other nodes, work of dead nodes, and what fell through) and the janitor
//! (tasks that a job no longer keeps). Each loop takes no input but the store's rows: a signal only
//! makes it look earlier. Decisions are rows before they are acted on, and carry their reason.

mod beat;
mod calendar;
mod claim;
mod execute;
mod janitor;
mod lease;
mod node;
mod opening;
mod plan;
mod settle;
mod signals;
mod why;

pub use node::{Node, Parts, Scheduler};
pub use plan::{Plans, ScheduleFault, ZonedPlan, first_tick};
pub use signals::Signals;
pub use why::why;
