//! What failed requests of `/api/v1` are answered with (RFC 9457).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A problem; some kinds add fields of their own, such as `parameter` or `diagnostics`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// Names the kind of problem.
    pub r#type: String,
    /// The kind in a few words.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What happened, and how to mend it.
    pub detail: String,
    /// The path that was asked for.
    pub instance: String,
    /// The stable code, `KP-` and four digits.
    pub code: String,
    /// Whether asking again later may help.
    pub retryable: bool,
    /// By which the daemon's log tells more.
    pub request_id: String,
}
