//! `.name` and `[index]` (`pql-core.md` 3.5).

use super::{Error, Frame, Kind, Result, Value};

impl Value {
    /// `.name`: a field of a ROW (missing: UNDEFINED), `first` or `last` of an ARRAY, a column of a
    /// TABLE as ARRAY, else its `first` or `last` row.
    ///
    /// # Errors
    /// [`Error::Property`] and [`Error::Empty`].
    pub fn property(&self, name: &str) -> Result<Self> {
        match self {
            Self::Row(row) => Ok(row.get(name).cloned().unwrap_or_default()),
            Self::Array(_) | Self::HashSet(_) => {
                let items = self.to_array();
                let found = self.end(name, items.first(), items.last())?;
                Ok(found.clone())
            }
            Self::Table(table) => match table.column(name) {
                Some(index) => Ok(Self::Array(table.column_values(index))),
                None => Ok(self.end(name, table.first(), table.last())?.into()),
            },
            _ => Err(self.lacks(name)),
        }
    }

    /// `[index]`, counted from 0: an element of an ARRAY, a field of a ROW, a row of a TABLE.
    ///
    /// # Errors
    /// [`Error::Index`] outside the collection, [`Error::Property`] for a single value.
    pub fn element(&self, index: i64) -> Result<Self> {
        let place = usize::try_from(index).ok();
        let (found, count) = match self {
            Self::Array(_) | Self::HashSet(_) => {
                let items = self.to_array();
                (place.and_then(|at| items.get(at).cloned()), items.len())
            }
            Self::Row(row) => {
                let field = place.and_then(|at| row.at(at));
                (field.map(|(_, value)| value.clone()), row.len())
            }
            Self::Table(table) => {
                let row = place.and_then(|at| table.row(at));
                (row.map(Self::from), table.len())
            }
            _ => return Err(self.lacks(&format!("[{index}]"))),
        };
        found.ok_or_else(|| Error::Index {
            index,
            kind: self.kind(),
            count,
        })
    }

    /// `[key]`: by position when the key is a number, else by name.
    ///
    /// # Errors
    /// As [`Value::property`] and [`Value::element`].
    pub fn access(&self, key: &Self) -> Result<Self> {
        match key {
            Self::Text(name) => self.property(name),
            Self::Boolean(_) => Err(key.refuse(Kind::Integer)),
            Self::Decimal(number) if number.fract() != 0.0 => Err(key.refuse(Kind::Integer)),
            _ => self.element(key.to_integer(Frame::utc())?),
        }
    }

    fn end<T>(&self, name: &str, first: Option<T>, last: Option<T>) -> Result<T> {
        let found = if name.eq_ignore_ascii_case("first") {
            first
        } else if name.eq_ignore_ascii_case("last") {
            last
        } else {
            return Err(self.lacks(name));
        };
        found.ok_or_else(|| Error::Empty {
            kind: self.kind(),
            name: name.to_owned(),
        })
    }

    fn lacks(&self, name: &str) -> Error {
        Error::Property {
            kind: self.kind(),
            name: name.to_owned(),
        }
    }
}
