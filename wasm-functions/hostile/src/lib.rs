//! Functions that misbehave: fixtures of the host's tests, never shipped.

use keeper_sdk as pql;
use pql::Value;
#[cfg(target_arch = "wasm32")]
use pql::host::{Host, Keeper};

/// Never returns.
#[pql::function]
fn endless() -> i64 {
    let mut turns: i64 = 0;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

/// Takes memory until there is none.
#[pql::function]
fn memory_bomb() -> i64 {
    let mut taken = Vec::new();
    loop {
        taken.push(std::hint::black_box(vec![1_u8; 1 << 20]));
    }
}

/// Recurses until the stack is full.
#[pql::function]
fn deep(#[default(0)] depth: i64) -> i64 {
    // Small frames, so that the machine's stack is full before the guest's own one in memory.
    if depth < 0 {
        return 0;
    }
    std::hint::black_box(deep(depth + 1)) + 1
}

/// Panics with a message.
#[pql::function]
fn panics(text: &str) -> i64 {
    assert!(text.is_empty(), "no good: {text}");
    0
}

/// Answers a text of so many bytes.
#[pql::function]
fn huge(bytes: i64) -> String {
    "x".repeat(usize::try_from(bytes).unwrap_or(0))
}

/// Fails with an error of its own.
#[pql::function]
fn fails() -> Result<i64, String> {
    Err("not today".to_owned())
}

/// Counts its calls, to tell a warm instance from a fresh one.
#[pql::function(volatile)]
fn counts() -> i64 {
    use std::sync::atomic::{AtomicI64, Ordering};
    static CALLS: AtomicI64 = AtomicI64::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed) + 1
}

/// Gives its argument back.
#[pql::function(batch)]
fn echo(value: Value) -> Value {
    value
}

/// Reads a variable, which takes a grant.
#[pql::function(volatile)]
fn variable(name: &str) -> Value {
    #[cfg(target_arch = "wasm32")]
    return Keeper.variable(name).unwrap_or_default();
    #[cfg(not(target_arch = "wasm32"))]
    Value::Text(name.to_owned())
}

/// Logs a line so many times.
#[pql::function(volatile)]
fn logs(lines: i64) -> i64 {
    for _ in 0..lines {
        #[cfg(target_arch = "wasm32")]
        Keeper.log(pql::host::Level::Info, "again");
    }
    lines
}

pql::export!(
    endless,
    memory_bomb,
    deep,
    panics,
    huge,
    fails,
    counts,
    echo,
    variable,
    logs
);
