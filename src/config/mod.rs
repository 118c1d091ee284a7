//! What the operator chose: flags, environment and file, checked and made into one [`Settings`].
//!
//! The order is flag, environment (`KEEPER_*`), `keeper.toml`, default. Each value remembers where
//! it came from, and a wrong one is refused with its name, its origin and the cure. Settings that
//! people change while the daemon runs are not here but in the store. The table of settings in
//! `table.rs` is also the source of `docs/settings.md`.
//!
//! Start reading at [`Settings::load`].

mod error;
mod home;
mod layers;
mod manual;
mod settings;
mod table;
#[cfg(test)]
mod tests;
mod token;

pub use error::Error;
pub use home::{HomeLock, home_id, prepare_home};
pub use layers::{Environment, Overrides};
pub use manual::manual;
pub use settings::{Effective, LogFormat, LogSettings, PqlCeilings, Settings, WasmCeilings};
pub use table::{SETTINGS, Setting};
pub use token::{TOKEN_FILE, TokenState, ensure_token};
