//! The tables of settings, variables, calendar days and of the generations of each scope.

use super::cells::{Query, cells, change};
use super::{Error, Result, Store};
use crate::clock::{Date, Timestamp};
use crate::model::{JobId, VariableDefinition, VariableName};
use crate::sql::Session;

/// What is published together; each scope has a generation that grows with every change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Settings.
    Config,
    /// System functions.
    Functions,
    /// Global variables.
    Variables,
    /// Data connections.
    Connections,
    /// Calendar days.
    Calendar,
}

impl Scope {
    /// Every scope.
    pub const ALL: &[Self] = &[
        Self::Config,
        Self::Functions,
        Self::Variables,
        Self::Connections,
        Self::Calendar,
    ];

    /// Its word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Functions => "functions",
            Self::Variables => "variables",
            Self::Connections => "connections",
            Self::Calendar => "calendar",
        }
    }
}

/// A variable that the tasks of one job share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobVariable {
    /// Its name, as written.
    pub name: String,
    /// The type word.
    pub kind: String,
    /// The value as canonical text.
    pub value: String,
}

/// A day that breaks the rule of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub day: Date,
    /// Whether people work on it.
    pub is_workday: bool,
    /// Its name, for people.
    pub note: String,
}

/// Notes a change of a scope, in the transaction of the change.
pub(super) fn bump(session: &mut dyn Session, scope: Scope) -> Result<()> {
    const BUMP: &str = "UPDATE registry_versions SET generation = generation + 1 WHERE scope = ?";
    const FIRST: &str = "INSERT INTO registry_versions (scope, generation) VALUES (?, 1)";
    if change(session, BUMP, &cells![scope.as_str()])? == 0 {
        change(session, FIRST, &cells![scope.as_str()])?;
    }
    Ok(())
}

fn set_variable(
    session: &mut dyn Session,
    variable: &VariableDefinition,
    now: Timestamp,
) -> Result<()> {
    const UPDATE: &str = "UPDATE variables
        SET kind = ?, value = ?, updated_at = ?, version = version + 1
        WHERE name = ?";
    const INSERT: &str = "INSERT INTO variables (kind, value, updated_at, name)
        VALUES (?, ?, ?, ?)";
    let with = cells![&variable.kind, &variable.text, now, variable.name.as_str()];
    if change(session, UPDATE, &with)? == 0 {
        change(session, INSERT, &with)?;
    }
    bump(session, Scope::Variables)
}

fn set_setting(session: &mut dyn Session, name: &str, value: &str, now: Timestamp) -> Result<()> {
    const DROP: &str = "DELETE FROM settings WHERE name = ?";
    const INSERT: &str = "INSERT INTO settings (name, value, updated_at) VALUES (?, ?, ?)";
    change(session, DROP, &cells![name])?;
    change(session, INSERT, &cells![name, value, now])?;
    bump(session, Scope::Config)
}

impl Store {
    /// The generation of every scope; 0 for one that never changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn generations(&self) -> Result<Vec<(Scope, u64)>> {
        const ALL: Query<(String, u64)> = Query {
            table: "registry_versions",
            sql: "SELECT scope, generation FROM registry_versions",
            read: |row| Ok((row.string("scope")?, row.number("generation")?)),
        };
        let rows = self.read(|db| ALL.all(db, &[])).await?;
        let of = |scope: Scope| rows.iter().find(|row| row.0 == scope.as_str());
        let scopes = Scope::ALL.iter();
        Ok(scopes
            .map(|&scope| (scope, of(scope).map_or(0, |row| row.1)))
            .collect())
    }

    /// A setting's value; names are kept in upper case.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_setting(&self, name: &str) -> Result<Option<String>> {
        const GET: Query<String> = Query {
            table: "settings",
            sql: "SELECT value FROM settings WHERE name = ?",
            read: |row| row.string("value"),
        };
        let name = name.to_ascii_uppercase();
        self.read(move |db| GET.first(db, &cells![&name])).await
    }

    /// Stores a setting.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_setting(&self, name: &str, value: &str, now: Timestamp) -> Result<()> {
        let (name, value) = (name.to_ascii_uppercase(), value.to_owned());
        self.write(move |tx| set_setting(tx, &name, &value, now))
            .await
    }

    /// Every setting by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_settings(&self) -> Result<Vec<(String, String)>> {
        const LIST: Query<(String, String)> = Query {
            table: "settings",
            sql: "SELECT name, value FROM settings ORDER BY name",
            read: |row| Ok((row.string("name")?, row.string("value")?)),
        };
        self.read(|db| LIST.all(db, &[])).await
    }

    /// Stores a global variable.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_variable(&self, variable: VariableDefinition, now: Timestamp) -> Result<()> {
        self.write(move |tx| set_variable(tx, &variable, now)).await
    }

    /// Every global variable by name.
    ///
    /// # Errors
    /// The database's; an illegal name in the table.
    pub async fn list_variables(&self) -> Result<Vec<VariableDefinition>> {
        const LIST: Query<VariableDefinition> = Query {
            table: "variables",
            sql: "SELECT name, kind, value FROM variables ORDER BY name",
            read: |row| {
                let name = row.text("name")?;
                Ok(VariableDefinition {
                    name: VariableName::parse(&name).map_err(|_| row.wrong("name", name))?,
                    kind: row.text("kind")?,
                    text: row.text("value")?,
                })
            },
        };
        self.read(|db| LIST.all(db, &[])).await
    }

    /// Deletes a global variable.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_variable(&self, name: VariableName) -> Result<()> {
        const DELETE: &str = "DELETE FROM variables WHERE name = ?";
        self.write(
            move |tx| match change(tx, DELETE, &cells![name.as_str()])? {
                0 => Err(Error::missing("variable", &name)),
                _ => bump(tx, Scope::Variables),
            },
        )
        .await
    }

    /// Stores a variable of a job.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_job_variable(
        &self,
        job: JobId,
        variable: JobVariable,
        now: Timestamp,
    ) -> Result<()> {
        const UPDATE: &str = "UPDATE job_variables
            SET kind = ?, value = ?, updated_at = ?, version = version + 1
            WHERE job_id = ? AND name = ?";
        const INSERT: &str = "INSERT INTO job_variables (kind, value, updated_at, job_id, name)
            VALUES (?, ?, ?, ?, ?)";
        self.write(move |tx| {
            let with = cells![&variable.kind, &variable.value, now, job, &variable.name];
            if change(tx, UPDATE, &with)? == 0 {
                change(tx, INSERT, &with)?;
            }
            Ok(())
        })
        .await
    }

    /// The variables of a job by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn job_variables(&self, job: JobId) -> Result<Vec<JobVariable>> {
        const LIST: Query<JobVariable> = Query {
            table: "job_variables",
            sql: "SELECT name, kind, value FROM job_variables WHERE job_id = ? ORDER BY name",
            read: |row| {
                Ok(JobVariable {
                    name: row.string("name")?,
                    kind: row.string("kind")?,
                    value: row.string("value")?,
                })
            },
        };
        self.read(move |db| LIST.all(db, &cells![job])).await
    }

    /// Stores a calendar day.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_calendar_day(&self, day: CalendarDay) -> Result<()> {
        const DROP: &str = "DELETE FROM calendar_days WHERE day = ?";
        const INSERT: &str = "INSERT INTO calendar_days (day, is_workday, note) VALUES (?, ?, ?)";
        self.write(move |tx| {
            let date = day.day.to_string();
            change(tx, DROP, &cells![&date])?;
            change(tx, INSERT, &cells![&date, day.is_workday, &day.note])?;
            bump(tx, Scope::Calendar)
        })
        .await
    }

    /// Deletes a calendar day, so that the rule of the week counts again; answers whether there was
    /// one.
    ///
    /// # Errors
    /// The database's.
    pub async fn remove_calendar_day(&self, day: Date) -> Result<bool> {
        const DELETE: &str = "DELETE FROM calendar_days WHERE day = ?";
        self.write(
            move |tx| match change(tx, DELETE, &cells![day.to_string()])? {
                0 => Ok(false),
                _ => bump(tx, Scope::Calendar).map(|()| true),
            },
        )
        .await
    }

    /// Every calendar day in order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_calendar_days(&self) -> Result<Vec<CalendarDay>> {
        const LIST: Query<CalendarDay> = Query {
            table: "calendar_days",
            sql: "SELECT day, is_workday, note FROM calendar_days ORDER BY day",
            read: |row| {
                Ok(CalendarDay {
                    day: row.date("day")?,
                    is_workday: row.flag("is_workday")?,
                    note: row.string("note")?,
                })
            },
        };
        self.read(|db| LIST.all(db, &[])).await
    }
}
