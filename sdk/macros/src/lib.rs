//! `#[pql::function]`: makes a PQL function of a plain Rust function.

mod expand;

use proc_macro::TokenStream;

/// Makes a PQL function of a plain function: its doc comment becomes the description, its
/// parameters and result the signature. The function itself is left as it is.
///
/// Options: `name = "OTHER"`, `pure` (the default), `stable`, `volatile`, `batch`. A parameter may
/// have `#[default(expression)]`; an `Option` may be left out without one.
#[proc_macro_attribute]
pub fn function(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::function(options.into(), item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
