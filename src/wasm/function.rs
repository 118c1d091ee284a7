//! A function of a module, and its instance inside one PQL run.

use std::fmt;
use std::sync::Arc;

use wasmtime::Engine;

use crate::fault::Code;
use crate::model::{FunctionLimits, FunctionName, Grant};
use crate::registry::{Arguments, CallError, Instance, RunContext, Signature, SystemFunction};
use crate::value::Value;

use super::bindings::types;
use super::library::Compiled;
use super::session::{Session, Setting};
use super::trap::Stop;
use super::{arguments, columns, convert};

/// One version of one function, compiled and linked.
#[derive(Clone)]
pub(super) struct WasmFunction {
    pub(super) name: FunctionName,
    pub(super) version: u64,
    pub(super) digest: Arc<str>,
    pub(super) signature: Arc<Signature>,
    pub(super) grants: Arc<[Grant]>,
    pub(super) limits: FunctionLimits,
    /// Its position in the module's description.
    pub(super) index: u32,
    pub(super) engine: Engine,
    pub(super) compiled: Arc<Compiled>,
}

impl fmt::Debug for WasmFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WasmFunction")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl SystemFunction for WasmFunction {
    fn name(&self) -> &FunctionName {
        &self.name
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn digest(&self) -> &str {
        &self.digest
    }

    fn kind(&self) -> &'static str {
        "wasm"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn open(&self, run: Arc<dyn RunContext>) -> Box<dyn Instance> {
        Box::new(WasmInstance {
            function: self.clone(),
            run,
            session: None,
        })
    }
}

/// Instantiates on the first call and anew after a trap.
struct WasmInstance {
    function: WasmFunction,
    run: Arc<dyn RunContext>,
    session: Option<Session>,
}

impl Instance for WasmInstance {
    fn call(&mut self, arguments: &Arguments) -> Result<Value, CallError> {
        self.try_call(arguments).map_err(|stop| self.blame(stop))
    }

    fn call_columns(&mut self, columns: &[Vec<Value>]) -> Result<Vec<Value>, CallError> {
        self.try_columns(columns).map_err(|stop| self.blame(stop))
    }
}

impl WasmInstance {
    fn try_call(&mut self, arguments: &Arguments) -> Result<Value, Stop> {
        let signature = &self.function.signature;
        let limit = self.function.limits.value_bytes;
        let mut bound = Vec::with_capacity(signature.parameters.len());
        let mut size = 0;
        arguments::bind(signature, arguments, |value| {
            size += convert::size(value);
            // What is too large is not copied any more.
            if size <= limit {
                bound.push(convert::to_guest(value));
            }
        })
        .map_err(|message| stop(Code::CALL_ARGUMENT, message))?;
        self.check_size(size)?;
        let index = self.function.index;
        let answer = self.enter(|session| session.call(index, &bound))?;
        let value = answer.map_err(|error| self.own_error(error))?;
        let value = self.accept(convert::from_guest(value))?;
        self.check_result(&value)?;
        Ok(value)
    }

    fn try_columns(&mut self, columns: &[Vec<Value>]) -> Result<Vec<Value>, Stop> {
        let rows = columns.first().map_or(0, Vec::len);
        let bad = |message: String| stop(Code::CALL_ARGUMENT, message);
        let count = u32::try_from(rows).map_err(|_| bad(format!("{rows} rows at once")))?;
        let signature = Arc::clone(&self.function.signature);
        let (given, most) = (columns.len(), signature.parameters.len());
        if given > most || columns.iter().any(|column| column.len() != rows) {
            return Err(bad(format!(
                "{given} columns of unlike length, or more than its {most} parameters"
            )));
        }
        let mut sent = Vec::with_capacity(most);
        let mut size = 0;
        for (index, parameter) in signature.parameters.iter().enumerate() {
            let cells: Vec<_> = match (columns.get(index), &parameter.default) {
                (Some(cells), _) => {
                    let cells = cells.iter().cloned();
                    cells
                        .map(|it| convert::to_declared(it, parameter))
                        .collect::<Result<_, _>>()
                }
                (None, Some(default)) => Ok(vec![default.clone()]),
                (None, None) => Err(format!("argument `{}` is missing", parameter.name)),
            }
            .map_err(bad)?;
            size += cells.iter().map(convert::size).sum::<u64>();
            sent.push(columns::to_guest(&cells));
        }
        self.check_size(size)?;
        let index = self.function.index;
        let answer = self.enter(|session| session.call_columns(index, count, &sent))?;
        let column = answer.map_err(|error| self.own_error(error))?;
        let values = self.accept(columns::from_guest(column, rows))?;
        values
            .iter()
            .try_for_each(|value| self.check_result(value))?;
        Ok(values)
    }

    /// Enters the warm instance, or a fresh one; a trap throws it away.
    fn enter<T>(&mut self, call: impl FnOnce(&mut Session) -> Result<T, Stop>) -> Result<T, Stop> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::open(Setting {
                engine: &self.function.engine,
                pre: &self.function.compiled.pre,
                limits: self.function.limits,
                grants: Arc::clone(&self.function.grants),
                run: Some(Arc::clone(&self.run)),
            })?,
        };
        let answer = call(&mut session)?;
        self.session = Some(session);
        Ok(answer)
    }

    fn check_size(&self, size: u64) -> Result<(), Stop> {
        let limit = self.function.limits.value_bytes;
        if size <= limit {
            return Ok(());
        }
        let message = format!("arguments of {size} bytes, more than {limit}");
        Err(stop(Code::CALL_ARGUMENT, message))
    }

    /// A faulty result ends the instance as a trap does.
    fn accept<T>(&mut self, result: Result<T, String>) -> Result<T, Stop> {
        result.map_err(|message| {
            self.session = None;
            stop(
                Code::CALL_RESULT,
                format!("gave an unusable result: {message}"),
            )
        })
    }

    fn check_result(&mut self, value: &Value) -> Result<(), Stop> {
        let declared = self.function.signature.returns;
        match declared {
            Some(kind) if !value.is_absent() && value.kind() != kind => {
                let (found, kind) = (value.kind().word(), kind.word());
                self.accept(Err(format!("{found}, declared is {kind}")))
            }
            _ => Ok(()),
        }
    }

    /// The error that the function itself answered.
    fn own_error(&self, error: types::Error) -> Stop {
        match error {
            types::Error::Argument(it) => {
                let index = usize::try_from(it.index).unwrap_or(usize::MAX);
                let message = match self.function.signature.parameters.get(index) {
                    Some(parameter) => format!("parameter `{}`: {}", parameter.name, it.message),
                    None => it.message,
                };
                stop(Code::CALL_ARGUMENT, message)
            }
            types::Error::Failed(message) => stop(Code::CALL_FAILED, message),
            types::Error::Retry(it) => stop(
                Code::CALL_FAILED,
                format!("{}; worth another try after {} ms", it.message, it.after_ms),
            ),
        }
    }

    fn blame(&self, stop: Stop) -> CallError {
        CallError {
            code: stop.code,
            function: self.function.name.to_string(),
            version: self.function.version,
            message: stop.message,
        }
    }
}

fn stop(code: Code, message: String) -> Stop {
    Stop { code, message }
}
