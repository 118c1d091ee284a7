//! Why something is not running: what the deciding function answered, kept beside the decision.

use crate::clock::Timestamp;

/// A tree of reasons, outermost first. The same tree is stored, printed by `keeper task why` and
/// answered over HTTP; nobody guesses a second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What kind of wait it is.
    pub wait: Wait,
    /// One sentence with the figures that decided.
    pub text: String,
    /// What lies behind it.
    pub because: Vec<Reason>,
    /// When the decision was taken.
    pub decided_at: Timestamp,
    /// When it will be looked at again at the latest.
    pub next_check_at: Option<Timestamp>,
}

words! {
    /// The kinds of wait, a closed list: also the `reason` label of metrics.
    Wait, "wait reason" {
        /// The start was put off on request.
        StartAfter = "start_after",
        /// As many tasks of the job execute as may.
        JobParallel = "job_parallel",
        /// No executor of a node is free.
        NoExecutor = "no_executor",
        /// A dependency does not hold.
        Dependency = "dependency",
        /// An upstream action is not done.
        Upstream = "upstream",
        /// A retry waits for its pause to end.
        RetryDelay = "retry_delay",
        /// It runs.
        Running = "running",
        /// It has ended.
        Ended = "ended",
        /// The daemon is stopping.
        Stopping = "stopping",
    }
}
