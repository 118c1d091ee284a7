//! Programs and embedded texts that a program runs: RUN PQL, FILE VOYAGE, SEND MAIL.

use std::path::Path;
use std::sync::Arc;

use crate::fault::Code;
use crate::pql::diagnostics::{Style, render};
use crate::pql::eval::{Done, Halt, Run, depth, file_fault, run};
use crate::pql::syntax::Source;
use crate::pql::{Form, Outcome, compile, compile_embedded};
use crate::value::Value;

/// Arguments by name.
pub(crate) type Named = Vec<(Arc<str>, Value)>;

/// Reads a text that is a program, an embedded text, or what a user asks for.
pub(crate) fn read_text(path: &Path) -> Done<String> {
    std::fs::read_to_string(path).map_err(|error| file_fault(path, &error))
}

impl Run {
    /// Runs a text of its own, with variables of its own, to its end.
    pub(crate) fn run_nested(
        &mut self,
        name: &str,
        text: &str,
        form: Form,
        arguments: Named,
    ) -> Done<Outcome> {
        let texts: Vec<(&str, String)> = arguments
            .iter()
            .map(|(name, value)| (name.as_ref(), value.render().into_owned()))
            .collect();
        let source = Source::with_arguments(name, text, &texts);
        let source = source.with_nesting_max(self.limits().nesting);
        let script = match form {
            Form::Program => compile(&source),
            Form::Embedded => compile_embedded(&source),
        };
        let script = script.map_err(|faults| {
            let code = faults.first().map_or(Code::PQL_SYNTAX, |fault| fault.code);
            let shown = render(&faults, &source, Style::Plain);
            Halt::new(
                code,
                format!("`{name}` cannot be run:\n{}", shown.trim_end()),
            )
        })?;
        self.enter()?;
        let outer = depth::replace(self.call_depth);
        let environment = self.shared.environment.clone();
        let cancel = self.shared.cancel.clone();
        let outcome = run(script.program(), form, environment, arguments, cancel);
        depth::replace(outer);
        self.leave_call();
        let by = self.source.name();
        let outcome = outcome.map_err(|error| error.called_in(by.to_owned()))?;
        if outcome.exit_code != 0 {
            let message = format!("`{name}` ended with exit code {}", outcome.exit_code);
            return Err(Halt::new(Code::PQL_STATEMENT, message));
        }
        Ok(outcome)
    }

    /// Renders embedded text.
    pub(crate) fn render_embedded(
        &mut self,
        name: &str,
        text: &str,
        arguments: Named,
    ) -> Done<String> {
        let outcome = self.run_nested(name, text, Form::Embedded, arguments)?;
        Ok(outcome.written(&self.shared.cancel))
    }
}
