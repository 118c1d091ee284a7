//! Why a guest stopped, in the words of the contract.

use wasmtime::Trap;

use crate::fault::Code;

use super::state::State;

/// A call that ended without an answer; its instance is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) code: Code,
    pub(super) message: String,
}

/// Finds the cause of an error out of the engine.
pub(super) fn explain(error: &wasmtime::Error, state: &State) -> Stop {
    let (code, message) = cause(error, state);
    Stop { code, message }
}

fn cause(error: &wasmtime::Error, state: &State) -> (Code, String) {
    let limits = &state.limits;
    let trap = error.downcast_ref::<Trap>();
    if state.cause.is_cancelled {
        return (Code::CALL_TIMEOUT, "stopped with its run".to_owned());
    }
    if let Some(message) = &state.cause.denied {
        return (Code::CALL_DENIED, message.clone());
    }
    if trap == Some(&Trap::Interrupt) {
        let limit = limits.call_time;
        return (Code::CALL_TIMEOUT, format!("ran longer than {limit:?}"));
    }
    if trap == Some(&Trap::StackOverflow) {
        return (
            Code::CALL_STACK,
            "recursed deeper than its stack".to_owned(),
        );
    }
    if state.cause.is_out_of_memory {
        let limit = limits.memory_bytes;
        return (
            Code::CALL_MEMORY,
            format!("wanted more than {limit} bytes of memory"),
        );
    }
    if let Some(message) = &state.cause.panic {
        return (
            Code::CALL_TRAP,
            format!("panicked: {}", message.replace('\n', " ")),
        );
    }
    match trap {
        Some(trap) => (Code::CALL_TRAP, format!("trapped: {trap}")),
        None if error.is::<wasmtime::PoolConcurrencyLimitError>() => (
            Code::CALL_DENIED,
            "too many instances on this node".to_owned(),
        ),
        None => (
            Code::CALL_RESULT,
            format!("gave an unusable result: {}", error.root_cause()),
        ),
    }
}
