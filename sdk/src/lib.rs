//! Write PQL functions as plain Rust.
//!
//! ```text
//! use keeper_sdk as pql;
//!
//! /// Hides the middle of a phone number.
//! #[pql::function]
//! fn mask_phone(phone: &str, #[default(4)] keep: i64) -> String { ... }
//!
//! pql::export!(mask_phone);
//! ```
//!
//! The doc comment becomes the description, the Rust types become the declared ones, so that the
//! two cannot differ. A function stays an ordinary function: `cargo test` runs its tests natively.

mod arguments;
mod column;
mod convert;
mod datetime;
mod function;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
pub mod host;
mod value;

pub use arguments::Arguments;
pub use column::{Cells, Column, ColumnBuilder, Packed};
pub use convert::{FromCell, IntoValue};
pub use datetime::DateTime;
pub use function::{Entry, Fault, Function, Kind, Parameter, Signature, Volatility};
pub use keeper_sdk_macros::function;
pub use value::{Cell, Row, Table, Value};

/// Lists the functions that a module offers; once per crate.
#[macro_export]
macro_rules! export {
    ($($function:path),+ $(,)?) => {
        /// The functions of this module, in the order of its description.
        pub const FUNCTIONS: &[$crate::Entry] = &[$($crate::Entry::of::<$function>()),+];

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Module;

            impl $crate::guest::Guest for Module {
                fn describe() -> $crate::guest::Description {
                    $crate::guest::describe(FUNCTIONS)
                }

                fn call(
                    index: u32,
                    arguments: ::std::vec::Vec<$crate::guest::Value>,
                ) -> ::std::result::Result<$crate::guest::Value, $crate::guest::Error> {
                    $crate::guest::call(FUNCTIONS, index, arguments)
                }

                fn call_columns(
                    index: u32,
                    rows: u32,
                    columns: ::std::vec::Vec<$crate::guest::Column>,
                ) -> ::std::result::Result<$crate::guest::Column, $crate::guest::Error> {
                    $crate::guest::call_columns(FUNCTIONS, index, rows, columns)
                }
            }

            $crate::guest::bindings::export_module!(
                Module with_types_in $crate::guest::bindings
            );
        };
    };
}
