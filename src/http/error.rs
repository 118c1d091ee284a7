//! Why the service could not start.

use std::net::SocketAddr;

use crate::fault::Code;

/// A service that could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on `{address}`; choose another with `--bind` or `--port`, or stop what \
         uses it"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Listen { .. } => Code::ADDRESS_UNAVAILABLE,
        }
    }
}
