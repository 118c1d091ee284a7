//! Calls of the program's own functions and of system functions (4.30).

use std::sync::Arc;

use crate::fault::Code;
use crate::model::FunctionName;
use crate::pql::Error;
use crate::pql::eval::{Done, Flow, FrameKind, Halt, Run, depth};
use crate::pql::functions;
use crate::pql::syntax::tree::{Argument, Call, Function, Sigil, Slot};
use crate::pql::syntax::{Name, nearest};
use crate::registry::{Arguments, Instance, RunContext, SystemFunction};
use crate::value::Value;

impl Run {
    /// Calls a function; NULL when it returns nothing.
    pub(crate) fn call(&mut self, call: &Call) -> Done<Value> {
        Ok(self.call_for_return(call)?.unwrap_or(Value::Null))
    }

    /// Calls a function; `None` when it ends without RETURN.
    pub(crate) fn call_for_return(&mut self, call: &Call) -> Done<Option<Value>> {
        let value = match call.sigil {
            Sigil::Global => {
                let arguments = self.system_arguments(&call.arguments)?;
                self.call_system(&call.name, &arguments).map(Some)
            }
            Sigil::User | Sigil::Job => self.call_own(call),
        };
        value.map_err(|halt| halt.at(call.span))
    }

    /// Tells whether `@name` is a function.
    pub(crate) fn knows_function(&self, name: &Name) -> bool {
        self.find_system(name).is_some() || functions::find(name).is_some()
    }

    fn find_system(&self, name: &Name) -> Option<Arc<dyn SystemFunction>> {
        let name = FunctionName::parse(name.as_str()).ok()?;
        let definitions = &self.shared.environment.definitions;
        definitions.functions.get(&name).cloned()
    }

    /// Calls a system function, defined before built-in; its instance stays for the whole run.
    pub(crate) fn call_system(&mut self, name: &Name, arguments: &Arguments) -> Done<Value> {
        self.enter()?;
        let outer = depth::replace(self.call_depth);
        // The warm instance is found by one look-up: this is the hot path of a loop.
        let answer = match self.instances.get_mut(name) {
            Some(instance) => Some(instance.call(arguments)),
            None => self.open_instance(name).map(|mut instance| {
                let answer = instance.call(arguments);
                self.instances.insert(name.clone(), instance);
                answer
            }),
        };
        depth::replace(outer);
        self.leave_call();
        match answer {
            Some(answer) => answer.map_err(|error| Halt::new(error.code, error.to_string())),
            None => self.call_built_in(name, arguments),
        }
    }

    fn open_instance(&mut self, name: &Name) -> Option<Box<dyn Instance>> {
        let function = self.find_system(name)?;
        self.called
            .insert(function.name().as_str().into(), function.version());
        let context: Arc<dyn RunContext> = Arc::clone(&self.shared) as Arc<dyn RunContext>;
        Some(function.open(context))
    }

    fn call_built_in(&mut self, name: &Name, arguments: &Arguments) -> Done<Value> {
        match functions::find(name) {
            Some(function) => functions::call(self, function, name, arguments),
            None => Err(self.unknown_system(name)),
        }
    }

    /// The error for a name that is nothing, with what may have been meant.
    fn unknown_system(&self, name: &Name) -> Halt {
        let message = format!("there is no function `@{}`", name.to_upper());
        let defined = self.shared.environment.definitions.functions.keys();
        let built_in = functions::functions().flat_map(|function| function.names.iter().copied());
        let known = defined.map(FunctionName::as_str).chain(built_in);
        let message = match nearest(name.as_str(), known) {
            Some(near) => format!("{message}; `@{near}` would be one"),
            None => message,
        };
        Halt::new(Code::PQL_FUNCTION, message)
    }

    fn system_arguments(&mut self, arguments: &[Argument]) -> Done<Arguments> {
        let mut evaluated = Arguments::default();
        for argument in arguments {
            let value = self.evaluate(&argument.value)?;
            match &argument.name {
                Some((name, _)) => evaluated.named.push((name.to_upper().into(), value)),
                None => evaluated.positional.push(value),
            }
        }
        Ok(evaluated)
    }

    fn call_own(&mut self, call: &Call) -> Done<Option<Value>> {
        let function = self.functions.get(&call.name).cloned();
        let Some(function) = function else {
            let message = format!("there is no function `${}`", call.name);
            return Err(Halt::new(Code::PQL_FUNCTION, message));
        };
        let bound = self.bind(&function, &call.arguments)?;
        self.enter()?;
        self.scopes.push(FrameKind::Call);
        for (slot, value) in bound {
            self.scopes.declare(slot, value);
        }
        let source = self.connections.source.clone();
        let connected = self.connections.destination.clone();
        let outer = std::mem::replace(&mut self.source, Arc::clone(&self.program_source));
        let flow = self.block(&function.body);
        self.source = outer;
        self.connections.source = source;
        self.connections.destination = connected;
        self.scopes.pop();
        self.leave_call();
        match flow.map_err(|halt| halt.called_in(format!("${}", function.name)))? {
            Flow::Return => Ok(Some(self.take_returned())),
            _ => Ok(None),
        }
    }

    /// Positional arguments bind by their position in the call, named ones by name.
    fn bind(&mut self, function: &Function, arguments: &[Argument]) -> Done<Vec<(Slot, Value)>> {
        let mut bound: Vec<(Slot, Value)> = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            let slot = match (&argument.name, function.parameters.get(index)) {
                (Some((_, slot)), _) => *slot,
                (None, Some(parameter)) => parameter.slot,
                (None, None) => {
                    let message = format!(
                        "function `${}` takes {} arguments, not {}",
                        function.name,
                        function.parameters.len(),
                        arguments.len()
                    );
                    return Err(Halt::new(Code::PQL_FUNCTION, message));
                }
            };
            let value = self.evaluate(&argument.value)?;
            if bound.iter().any(|(taken, _)| *taken == slot) {
                let message = format!(
                    "function `${}` is given one argument twice: a name and a place mean the same",
                    function.name
                );
                return Err(Halt::new(Code::PQL_FUNCTION, message));
            }
            bound.push((slot, value));
        }
        for parameter in &function.parameters {
            if bound.iter().any(|(slot, _)| *slot == parameter.slot) {
                continue;
            }
            let value = match &parameter.default {
                None => Value::Null,
                Some(default) => {
                    // A call frame hides the caller: only the root is seen.
                    self.scopes.push(FrameKind::Call);
                    let value = self.evaluate(default);
                    self.scopes.pop();
                    value?
                }
            };
            bound.push((parameter.slot, value));
        }
        Ok(bound)
    }

    /// Counts one level of calls.
    pub(crate) fn enter(&mut self) -> Done<()> {
        let limit = self.limits().call_depth;
        if self.call_depth >= limit {
            let message = format!("calls are nested deeper than {limit}");
            return Err(Halt::Fault(Error::new(Code::PQL_LIMIT, message)));
        }
        self.call_depth = self.call_depth.saturating_add(1);
        Ok(())
    }

    /// Ends a level of calls.
    pub(crate) fn leave_call(&mut self) {
        self.call_depth = self.call_depth.saturating_sub(1);
    }
}
