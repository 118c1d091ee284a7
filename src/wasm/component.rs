//! From uploaded bytes to a component and its address.

use sha2::{Digest, Sha256};
use wit_component::ComponentEncoder;

use crate::fault::Code;
use crate::registry::BuildError;

/// A component and what it is stored under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packaged {
    /// The component's bytes.
    pub component: Vec<u8>,
    /// Their SHA-256 in lower-case hex.
    pub sha256: String,
}

impl Packaged {
    /// Makes a component of what somebody uploaded and computes its address.
    ///
    /// # Errors
    /// As [`to_component`].
    pub fn new(bytes: &[u8]) -> Result<Self, BuildError> {
        let component = to_component(bytes)?;
        let sha256 = hex(&Sha256::digest(&component));
        Ok(Self { component, sha256 })
    }
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Makes a component of a core module that carries its component type; a component stays as it
/// is.
///
/// # Errors
/// [`Code::MODULE_INVALID`] when it is not WebAssembly or without a component type.
pub fn to_component(bytes: &[u8]) -> Result<Vec<u8>, BuildError> {
    // Magic number, then version 13 of layer 1 for components, version 1 of layer 0 for modules.
    match bytes.get(..8) {
        Some([0, b'a', b's', b'm', _, _, 1, 0]) => Ok(bytes.to_vec()),
        Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => encode(bytes),
        _ => Err(invalid("the bytes are not a WebAssembly module".to_owned())),
    }
}

fn encode(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let encode = || {
        ComponentEncoder::default()
            .validate(true)
            .module(module)
            .and_then(ComponentEncoder::encode)
            .map_err(|error| format!("{error:#}"))
    };
    // The encoder trusts section lengths and panics on a file that was cut short.
    std::panic::catch_unwind(encode)
        .unwrap_or_else(|_| Err("its sections are broken".to_owned()))
        .map_err(|error| {
            invalid(format!(
                "the core module does not become a component: {error}; build it with the SDK"
            ))
        })
}

pub(super) fn invalid(message: String) -> BuildError {
    BuildError {
        code: Code::MODULE_INVALID,
        message,
    }
}
