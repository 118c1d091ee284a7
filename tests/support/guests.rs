//! The sample functions as WebAssembly, built by `make guests`.

use std::path::PathBuf;

/// Returns where a module lies; one that was not built fails the test.
pub fn path(module: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    let path = target.join("guests").join(module).with_extension("wasm");
    assert!(
        path.exists(),
        "{} is missing: run `make guests`",
        path.display()
    );
    path
}

/// Returns the bytes of a module.
pub fn bytes(module: &str) -> Vec<u8> {
    std::fs::read(path(module)).expect("a module is readable")
}
