//! All built-in functions, and calling one.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::functions::{
    Function, Given, dates, numbers, other, random, statistics, texts, times,
};
use crate::pql::syntax::Name;
use crate::registry::Arguments;
use crate::value::Value;

/// The families in the order of the manual.
const FAMILIES: &[&[Function]] = &[
    texts::FUNCTIONS,
    texts::PATTERNS,
    numbers::FUNCTIONS,
    random::FUNCTIONS,
    statistics::FUNCTIONS,
    times::FUNCTIONS,
    dates::FUNCTIONS,
    other::FUNCTIONS,
];

/// Lists every function.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// Finds a function by its name without `@`.
pub(crate) fn find(name: &Name) -> Option<&'static Function> {
    static BY_NAME: OnceLock<HashMap<Name, &'static Function>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        functions()
            .flat_map(|function| {
                let names = function.names.iter();
                names.map(move |name| (Name::new(name), function))
            })
            .collect()
    });
    by_name.get(name).copied()
}

/// Calls a function under the one of its names that the program uses.
pub(crate) fn call(
    run: &mut Run,
    function: &Function,
    name: &Name,
    arguments: &Arguments,
) -> Done<Value> {
    let wrong = |message: String| Err(Halt::new(Code::PQL_FUNCTION, message));
    if let Some((parameter, _)) = arguments.named.first() {
        let name = name.to_upper();
        return wrong(format!("function `@{name}` has no parameter `{parameter}`"));
    }
    let count = arguments.positional.len();
    if !function.arguments.contains(&count) {
        return wrong(format!(
            "function `@{}({})` takes {} arguments, not {count}",
            name.to_upper(),
            function.parameters,
            how_many(function)
        ));
    }
    let mut given = Given {
        run,
        values: &arguments.positional,
    };
    let done = (function.code)(&mut given);
    // As links: what was stopped in the middle has half a result.
    run.look()?;
    done.and_then(|value| run.fit(value))
        .map_err(|halt| halt.about(|| format!("function `@{}`", name.to_upper())))
}

fn how_many(function: &Function) -> String {
    let (least, most) = (function.arguments.start(), function.arguments.end());
    if least == most {
        least.to_string()
    } else if *most == usize::MAX {
        format!("at least {least}")
    } else {
        format!("{least} to {most}")
    }
}
