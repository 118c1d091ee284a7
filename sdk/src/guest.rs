//! The module's side of the border; used by [`crate::export`] alone.

use std::sync::Once;

use crate::{Arguments, Cells, DateTime, Entry, Fault, Kind, Packed, Row, Table, Volatility};

/// Generated from `wit/pql.wit`.
#[expect(missing_docs, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "module",
        pub_export_macro: true,
        export_macro_name: "export_module",
        default_bindings_module: "keeper_sdk::guest::bindings",
    });
}

use bindings::exports::qross::pql::functions;
use bindings::qross::pql::{clock, connections, log, random, types, variables};
pub use functions::{Description, Guest};
pub use types::{Column, Error, Value};

fn prepare() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| log::panicked(&info.to_string())));
    });
}

/// Describes a module.
pub fn describe(entries: &[Entry]) -> Description {
    prepare();
    Description {
        contract: "1.0.0".to_owned(),
        functions: entries
            .iter()
            .map(|it| described((it.signature)()))
            .collect(),
    }
}

/// Calls a function.
///
/// # Errors
/// The function's own.
pub fn call(entries: &[Entry], index: u32, arguments: Vec<Value>) -> Result<Value, Error> {
    prepare();
    let arguments: Vec<_> = arguments.into_iter().map(crate::Value::from).collect();
    (entry(entries, index)?.call)(&Arguments::of_call(&arguments))
        .map(Value::from)
        .map_err(Error::from)
}

/// Calls a function over columns.
///
/// # Errors
/// The function's own, for the first faulty row.
pub fn call_columns(
    entries: &[Entry],
    index: u32,
    rows: u32,
    columns: Vec<Column>,
) -> Result<Column, Error> {
    prepare();
    let columns: Vec<_> = columns.into_iter().map(crate::Column::from).collect();
    (entry(entries, index)?.call_columns)(rows as usize, &columns)
        .map(Column::from)
        .map_err(Error::from)
}

fn entry(entries: &[Entry], index: u32) -> Result<&Entry, Error> {
    entries
        .get(index as usize)
        .ok_or_else(|| Error::Failed("no function of that index".to_owned()))
}

fn described(signature: crate::Signature) -> functions::FunctionSignature {
    let parameters = signature
        .parameters
        .into_iter()
        .map(|it| functions::Parameter {
            name: it.name,
            kind: it.kind.into(),
            default: it.default.map(types::Scalar::from),
            doc: String::new(),
        });
    functions::FunctionSignature {
        name: signature.name,
        parameters: parameters.collect(),
        returns: signature.returns.into(),
        volatility: match signature.volatility {
            Volatility::Pure => functions::Volatility::Pure,
            Volatility::Stable => functions::Volatility::Stable,
            Volatility::Volatile => functions::Volatility::Volatile,
        },
        takes_batches: signature.takes_batches,
        doc: signature.doc.to_owned(),
    }
}

impl From<Kind> for functions::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Any => Self::Any,
            Kind::Boolean => Self::Boolean,
            Kind::Integer => Self::Integer,
            Kind::Decimal => Self::Decimal,
            Kind::Text => Self::Text,
            Kind::DateTime => Self::Datetime,
            Kind::Bytes => Self::Bytes,
            Kind::Array => Self::Array,
            Kind::Row => Self::Row,
            Kind::Table => Self::Table,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Argument(index, message) => {
                Self::Argument(types::ArgumentError { index, message })
            }
            Fault::Failed(message) => Self::Failed(message),
            Fault::Retry(after_ms, message) => Self::Retry(types::RetryError { message, after_ms }),
        }
    }
}

impl From<types::Scalar> for crate::Value {
    fn from(scalar: types::Scalar) -> Self {
        match scalar {
            types::Scalar::Null => Self::Null,
            types::Scalar::Boolean(it) => Self::Boolean(it),
            types::Scalar::Integer(it) => Self::Integer(it),
            types::Scalar::Decimal(it) => Self::Decimal(it),
            types::Scalar::Text(it) => Self::Text(it),
            types::Scalar::Datetime(it) => Self::DateTime(DateTime { microseconds: it }),
            types::Scalar::Bytes(it) => Self::Bytes(it),
            types::Scalar::Json(it) => Self::Json(it),
        }
    }
}

/// A collection inside a collection has no place here and becomes null; the SDK's own types do
/// not make one.
impl From<crate::Value> for types::Scalar {
    fn from(value: crate::Value) -> Self {
        match value {
            crate::Value::Boolean(it) => Self::Boolean(it),
            crate::Value::Integer(it) => Self::Integer(it),
            crate::Value::Decimal(it) => Self::Decimal(it),
            crate::Value::Text(it) => Self::Text(it),
            crate::Value::DateTime(it) => Self::Datetime(it.microseconds),
            crate::Value::Bytes(it) => Self::Bytes(it),
            crate::Value::Json(it) => Self::Json(it),
            _ => Self::Null,
        }
    }
}

impl From<Value> for crate::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(it) => Self::Boolean(it),
            Value::Integer(it) => Self::Integer(it),
            Value::Decimal(it) => Self::Decimal(it),
            Value::Text(it) => Self::Text(it),
            Value::Datetime(it) => Self::DateTime(DateTime { microseconds: it }),
            Value::Bytes(it) => Self::Bytes(it),
            Value::Json(it) => Self::Json(it),
            Value::Array(it) => Self::Array(it.into_iter().map(Self::from).collect()),
            Value::Row(it) => Self::Row(Row(it
                .into_iter()
                .map(|(name, it)| (name, it.into()))
                .collect())),
            Value::Table(it) => Self::Table(it.into()),
        }
    }
}

impl From<crate::Value> for Value {
    fn from(value: crate::Value) -> Self {
        match value {
            crate::Value::Null => Self::Null,
            crate::Value::Boolean(it) => Self::Boolean(it),
            crate::Value::Integer(it) => Self::Integer(it),
            crate::Value::Decimal(it) => Self::Decimal(it),
            crate::Value::Text(it) => Self::Text(it),
            crate::Value::DateTime(it) => Self::Datetime(it.microseconds),
            crate::Value::Bytes(it) => Self::Bytes(it),
            crate::Value::Json(it) => Self::Json(it),
            crate::Value::Array(it) => Self::Array(it.into_iter().map(From::from).collect()),
            crate::Value::Row(it) => Self::Row(
                it.0.into_iter()
                    .map(|(name, it)| (name, it.into()))
                    .collect(),
            ),
            crate::Value::Table(it) => Self::Table(types::Table {
                columns: it.columns,
                rows: it.rows.into_iter().map(scalars).collect(),
            }),
        }
    }
}

fn scalars(values: Vec<crate::Value>) -> Vec<types::Scalar> {
    values.into_iter().map(From::from).collect()
}

impl From<types::Table> for Table {
    fn from(table: types::Table) -> Self {
        let cells = |row: Vec<types::Scalar>| row.into_iter().map(From::from).collect();
        Self {
            columns: table.columns,
            rows: table.rows.into_iter().map(cells).collect(),
        }
    }
}

impl From<Column> for crate::Column {
    fn from(column: Column) -> Self {
        let cells = match column.cells {
            types::Cells::Booleans(it) => Cells::Booleans(it),
            types::Cells::Integers(it) => Cells::Integers(it),
            types::Cells::Decimals(it) => Cells::Decimals(it),
            types::Cells::Datetimes(it) => Cells::DateTimes(it),
            types::Cells::Texts(it) => Cells::Texts(Packed {
                offsets: it.offsets,
                text: String::from_utf8(it.bytes).unwrap_or_default(),
            }),
            types::Cells::Mixed(it) => Cells::Mixed(it.into_iter().map(From::from).collect()),
        };
        Self {
            validity: column.validity,
            cells,
        }
    }
}

impl From<crate::Column> for Column {
    fn from(column: crate::Column) -> Self {
        let cells = match column.cells {
            Cells::Booleans(it) => types::Cells::Booleans(it),
            Cells::Integers(it) => types::Cells::Integers(it),
            Cells::Decimals(it) => types::Cells::Decimals(it),
            Cells::DateTimes(it) => types::Cells::Datetimes(it),
            Cells::Texts(it) => types::Cells::Texts(types::Packed {
                offsets: it.offsets,
                bytes: it.text.into_bytes(),
            }),
            Cells::Mixed(it) => types::Cells::Mixed(scalars(it)),
        };
        Self {
            validity: column.validity,
            cells,
        }
    }
}

/// The host this module runs in.
#[derive(Debug, Clone, Copy)]
pub struct Keeper;

impl crate::host::Host for Keeper {
    fn log(&self, level: crate::host::Level, message: &str) {
        let level = match level {
            crate::host::Level::Debug => log::Level::Debug,
            crate::host::Level::Info => log::Level::Info,
            crate::host::Level::Warn => log::Level::Warn,
            crate::host::Level::Error => log::Level::Error,
        };
        log::write(level, message);
    }

    fn now(&self) -> DateTime {
        DateTime {
            microseconds: clock::now(),
        }
    }

    fn random(&self) -> u64 {
        random::next()
    }

    fn variable(&self, name: &str) -> Option<crate::Value> {
        variables::get(name).map(From::from)
    }

    fn query(
        &self,
        connection: &str,
        sql: &str,
        parameters: &[crate::Value],
        limit: u32,
    ) -> Result<Table, String> {
        connections::query(connection, sql, &scalars(parameters.to_vec()), limit).map(Table::from)
    }

    fn execute(
        &self,
        connection: &str,
        sql: &str,
        parameters: &[crate::Value],
    ) -> Result<u64, String> {
        connections::execute(connection, sql, &scalars(parameters.to_vec()))
    }
}
