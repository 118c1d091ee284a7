//! The table of the built-in functions.

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::Name;
use crate::registry::Arguments;
use crate::value::Value;

/// A function that every program has.
pub(crate) struct BuiltIn {
    name: &'static str,
    /// The largest number of arguments.
    arguments_max: usize,
    apply: fn(&mut Run, &[Value]) -> Done<Value>,
}

const FUNCTIONS: &[BuiltIn] = &[BuiltIn {
    name: "RANDOM",
    arguments_max: 0,
    apply: random,
}];

/// Finds a function by its name without `@`.
pub(crate) fn find(name: &Name) -> Option<&'static BuiltIn> {
    FUNCTIONS.iter().find(|function| name.is(function.name))
}

/// Calls a function.
pub(crate) fn call(run: &mut Run, function: &BuiltIn, arguments: &Arguments) -> Done<Value> {
    let wrong = |message: String| Err(Halt::new(Code::PQL_FUNCTION, message));
    if let Some((name, _)) = arguments.named.first() {
        return wrong(format!(
            "function `@{}` has no parameter `{name}`",
            function.name
        ));
    }
    if arguments.positional.len() > function.arguments_max {
        return wrong(format!(
            "function `@{}` takes {} arguments, not {}",
            function.name,
            function.arguments_max,
            arguments.positional.len()
        ));
    }
    (function.apply)(run, &arguments.positional)
}

/// A DECIMAL from 0 to below 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits fit the fraction of a double"
)]
fn random(run: &mut Run, _arguments: &[Value]) -> Done<Value> {
    const FRACTION_BITS: u32 = 53;
    let bits = run.shared.environment.chance.next() >> (u64::BITS - FRACTION_BITS);
    let range = 1_u64 << FRACTION_BITS;
    Ok(Value::Decimal(bits as f64 / range as f64))
}
