//! Reading and writing variables of the three kinds.

use crate::fault::Code;
use crate::model::VariableName;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::functions;
use crate::pql::syntax::Name;
use crate::pql::syntax::tree::{Sigil, Slot, Target, Variable};
use crate::value::Value;

/// Passwords of settings are for those who log in with them, and no variables (D30).
fn is_password(name: &Name) -> bool {
    name.as_str().rsplit('_').next() == Some("password")
}

impl Run {
    /// Reads a variable with its access chain.
    pub(crate) fn variable(&mut self, variable: &Variable) -> Done<Value> {
        let mut value = self.read(variable)?;
        for access in &variable.access {
            if matches!(value, Value::Undefined) {
                break;
            }
            value = self.access(&value, access)?;
        }
        Ok(value)
    }

    /// Reads a variable without its access chain; UNDEFINED when there is none.
    pub(crate) fn read(&mut self, variable: &Variable) -> Done<Value> {
        let name = &variable.name;
        match variable.sigil {
            Sigil::User => Ok(self.read_slot(variable.slot)),
            Sigil::Global => self.read_global(name),
            Sigil::Job => match &self.shared.environment.job_variables {
                None => Ok(Value::Undefined),
                Some(variables) => variables
                    .get(name.as_str())
                    .map(Option::unwrap_or_default)
                    .map_err(|reason| unreadable(name, &reason)),
            },
        }
    }

    /// Reads a user variable; UNDEFINED when there is none.
    pub(crate) fn read_slot(&mut self, slot: Slot) -> Value {
        match self.scopes.find(slot) {
            Some(value) => value.clone(),
            None => Value::Undefined,
        }
    }

    /// The order of 3.6: predefined, stored, functions without parameters, settings.
    fn read_global(&mut self, name: &Name) -> Done<Value> {
        if let Some(value) = functions::predefined(self, name) {
            return Ok(value);
        }
        let stored = VariableName::parse(name.as_str())
            .ok()
            .and_then(|name| self.shared.environment.globals.get(&name));
        if let Some(value) = stored {
            return Ok(value);
        }
        if let Some(value) = self.shared.environment.user.get(name.as_str()) {
            return Ok(value.clone());
        }
        if self.knows_function(name) {
            return self.call_system(name, &crate::registry::Arguments::default());
        }
        if is_password(name) {
            return Ok(Value::Undefined);
        }
        let setting = self.setting(name.as_str()).map(Value::from);
        Ok(setting.unwrap_or_else(|| self.standing_setting(name)))
    }

    /// A setting that has a value without being set.
    fn standing_setting(&self, name: &Name) -> Value {
        let environment = &self.shared.environment;
        let node = |part: fn(&str) -> Option<&str>| {
            let machine = environment.machine.as_ref();
            let nodes = machine.map(|one| one.online_nodes()).unwrap_or_default();
            let part = nodes.first().and_then(|node| part(node));
            part.map_or(Value::Undefined, Value::text)
        };
        match name.to_upper().as_str() {
            "QROSS_HOME" => Value::text(environment.home.to_string_lossy()),
            "CHARSET" => Value::text("utf-8"),
            "TIMEZONE" => Value::text(environment.zone.iana_name().unwrap_or("UTC")),
            "DEBUG" => Value::Boolean(self.debug),
            "KEEPER_HTTP_ADDRESS" => node(|node| node.rsplit_once(':').map(|(host, _)| host)),
            "KEEPER_HTTP_PORT" => node(|node| node.rsplit_once(':').map(|(_, port)| port)),
            _ => Value::Undefined,
        }
    }

    /// Writes a variable.
    pub(crate) fn write(&mut self, target: &Target, mut value: Value) -> Done<()> {
        // A missing thing that is assigned is a thing without a value.
        if matches!(value, Value::Undefined) {
            value = Value::Null;
        }
        let written = match target.sigil {
            Sigil::User => {
                self.scopes.assign(target.slot, value);
                return Ok(());
            }
            Sigil::Global => self.write_global(&target.name, value),
            Sigil::Job => self.write_job(&target.name, value),
        };
        written.map_err(|halt| halt.at(target.span))
    }

    fn write_global(&mut self, name: &Name, value: Value) -> Done<()> {
        let shown = name.to_upper();
        if functions::predefined(self, name).is_some() {
            let message = format!("`@{shown}` is read-only");
            return Err(Halt::new(Code::PQL_READ_ONLY, message));
        }
        if self.knows_function(name) {
            let message = format!("`@{shown}` is a function and cannot be assigned");
            return Err(Halt::new(Code::PQL_READ_ONLY, message));
        }
        let stored = VariableName::parse(name.as_str())
            .is_ok_and(|name| self.shared.environment.globals.get(&name).is_some());
        if !stored && !matches!(self.standing_setting(name), Value::Undefined) {
            let message = format!("`@{shown}` is a setting of the process and read-only");
            return Err(Halt::new(Code::PQL_READ_ONLY, message));
        }
        if self.setting(name.as_str()).is_some() && !stored {
            // A setting is changed for this run alone.
            let value = value.render().into_owned().into();
            self.outside.settings.insert(shown.clone(), value);
            return Ok(());
        }
        let refused = |reason: String| {
            let message = format!("`@{shown}` cannot be stored: {reason}");
            Halt::new(Code::PQL_STATEMENT, message)
        };
        let name =
            VariableName::parse(name.as_str()).map_err(|error| refused(error.to_string()))?;
        let globals = &self.shared.environment.globals;
        globals.set(&name, value).map_err(refused)
    }

    fn write_job(&mut self, name: &Name, value: Value) -> Done<()> {
        let refused = |reason: &str| {
            let message = format!("`%{name}` cannot be stored: {reason}");
            Halt::new(Code::PQL_STATEMENT, message)
        };
        let Some(variables) = &self.shared.environment.job_variables else {
            return Err(refused("the program runs without a job"));
        };
        variables
            .set(name.as_str(), value)
            .map_err(|reason| refused(&reason))
    }
}

fn unreadable(name: &Name, reason: &str) -> Halt {
    let message = format!("`%{name}` cannot be read: {reason}");
    Halt::new(Code::PQL_STATEMENT, message)
}
