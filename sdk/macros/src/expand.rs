//! The expansion of the attribute.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Error, Expr, FnArg, ItemFn, LitStr, Pat, Result, ReturnType, Type};

const ALLOWED: &str = "allowed are `&str`, `String`, `i64`, `f64`, `bool`, `DateTime`, \
                       `Option<T>`, `Vec<T>`, `Row`, `Table` and `Value`";

struct Options {
    name: Option<LitStr>,
    volatility: syn::Ident,
    batch: bool,
}

struct Parameter {
    name: String,
    kind: Type,
    default: Option<Expr>,
}

pub(crate) fn function(options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options = read_options(options)?;
    let mut item: ItemFn = syn::parse2(item)?;
    check(&item)?;
    let parameters = take_parameters(&mut item)?;
    let implementation = implement(&options, &item, &parameters)?;
    Ok(quote! { #item #implementation })
}

fn read_options(tokens: TokenStream) -> Result<Options> {
    let mut options = Options {
        name: None,
        volatility: format_ident!("Pure"),
        batch: false,
    };
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("name") {
            options.name = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("pure") {
            options.volatility = format_ident!("Pure");
        } else if meta.path.is_ident("stable") {
            options.volatility = format_ident!("Stable");
        } else if meta.path.is_ident("volatile") {
            options.volatility = format_ident!("Volatile");
        } else if meta.path.is_ident("batch") {
            options.batch = true;
        } else {
            let known = "expected `name = \"...\"`, `pure`, `stable`, `volatile` or `batch`";
            return Err(meta.error(known));
        }
        Ok(())
    });
    parser.parse2(tokens)?;
    Ok(options)
}

fn check(item: &ItemFn) -> Result<()> {
    let signature = &item.sig;
    if let Some(it) = &signature.asyncness {
        return Err(Error::new(it.span(), "a PQL function cannot be async"));
    }
    if let Some(it) = &signature.unsafety {
        return Err(Error::new(it.span(), "a PQL function cannot be unsafe"));
    }
    if let Some(it) = signature.generics.params.first() {
        return Err(Error::new(it.span(), "a PQL function cannot be generic"));
    }
    if signature.inputs.len() > 32 {
        let message = "a PQL function has at most 32 parameters";
        return Err(Error::new(signature.inputs.span(), message));
    }
    Ok(())
}

/// Reads the parameters and takes their `#[default]` away, which the compiler does not know.
fn take_parameters(item: &mut ItemFn) -> Result<Vec<Parameter>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for input in &mut item.sig.inputs {
        let FnArg::Typed(input) = input else {
            return Err(Error::new(
                input.span(),
                "a PQL function cannot take `self`",
            ));
        };
        let Pat::Ident(name) = &*input.pat else {
            return Err(Error::new(
                input.pat.span(),
                "a parameter needs a plain name",
            ));
        };
        let name = name
            .ident
            .to_string()
            .trim_start_matches("r#")
            .to_uppercase();
        let mut default = None;
        let mut kept = Vec::new();
        for attribute in input.attrs.drain(..) {
            if attribute.path().is_ident("default") {
                default = Some(attribute.parse_args::<Expr>()?);
            } else {
                kept.push(attribute);
            }
        }
        input.attrs = kept;
        check_type(&input.ty)?;
        let optional = |it: &Parameter| it.default.is_some() || is_named(&it.kind, "Option");
        let parameter = Parameter {
            name,
            kind: (*input.ty).clone(),
            default,
        };
        if parameters.last().is_some_and(optional) && !optional(&parameter) {
            let message = "a required parameter cannot follow an optional one";
            return Err(Error::new(input.ty.span(), message));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

/// Refuses what can be told by its looks; the traits refuse the rest.
fn check_type(kind: &Type) -> Result<()> {
    let fault = match kind {
        Type::Reference(it) if it.mutability.is_some() || !is_named(&it.elem, "str") => {
            "only `&str` is taken by reference"
        }
        Type::Path(it) => match it.path.segments.last() {
            Some(it) if NUMBERS.iter().any(|name| it.ident == name) => {
                "a whole number is `i64` and a decimal one `f64`"
            }
            _ => return Ok(()),
        },
        Type::Reference(_) => return Ok(()),
        _ => "this type does not exist in PQL",
    };
    Err(Error::new(kind.span(), format!("{fault}; {ALLOWED}")))
}

const NUMBERS: &[&str] = &[
    "i8", "i16", "i32", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32",
];

fn is_named(kind: &Type, name: &str) -> bool {
    match kind {
        Type::Path(it) => it.path.segments.last().is_some_and(|it| it.ident == name),
        _ => false,
    }
}

/// The result without `Result`, and whether it was one.
fn returned(item: &ItemFn) -> Result<(Type, bool)> {
    let ReturnType::Type(_, kind) = &item.sig.output else {
        let message = format!("a PQL function has a result; {ALLOWED}");
        return Err(Error::new(item.sig.ident.span(), message));
    };
    if !is_named(kind, "Result") {
        check_type(kind)?;
        return Ok(((**kind).clone(), false));
    }
    let Type::Path(path) = &**kind else {
        return Ok(((**kind).clone(), false));
    };
    if let Some(syn::PathArguments::AngleBracketed(it)) =
        path.path.segments.last().map(|it| &it.arguments)
        && let Some(syn::GenericArgument::Type(inner)) = it.args.first()
    {
        check_type(inner)?;
        return Ok((inner.clone(), true));
    }
    Err(Error::new(
        kind.span(),
        format!("`Result` needs its type; {ALLOWED}"),
    ))
}

fn docs(item: &ItemFn) -> String {
    let mut lines = Vec::new();
    for attribute in &item.attrs {
        if let syn::Meta::NameValue(it) = &attribute.meta
            && it.path.is_ident("doc")
            && let Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) = &it.value
        {
            lines.push(text.value().trim().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

fn implement(options: &Options, item: &ItemFn, parameters: &[Parameter]) -> Result<TokenStream> {
    let function = &item.sig.ident;
    let visibility = &item.vis;
    let doc = docs(item);
    let name = match &options.name {
        Some(name) => name.value().to_uppercase(),
        None => function.to_string().to_uppercase(),
    };
    let (result, fallible) = returned(item)?;
    let described = parameters.iter().map(describe_parameter);
    let arguments = parameters.iter().zip(0u32..).map(|(it, index)| {
        let kind = &it.kind;
        if let Some(default) = &it.default {
            quote_spanned! {kind.span()=>
                arguments.get_or::<#kind>(#index, #default)?
            }
        } else {
            quote_spanned! {kind.span()=> arguments.get::<#kind>(#index)? }
        }
    });
    let fault = fallible.then(|| {
        quote! {
            .map_err(|error| {
                ::keeper_sdk::Fault::Failed(::std::string::ToString::to_string(&error))
            })?
        }
    });
    let volatility = &options.volatility;
    let batch = options.batch;
    Ok(quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #visibility struct #function {}

        impl ::keeper_sdk::Function for #function {
            fn signature() -> ::keeper_sdk::Signature {
                ::keeper_sdk::Signature {
                    name: #name.to_owned(),
                    parameters: ::std::vec![#(#described),*],
                    returns: <#result as ::keeper_sdk::IntoValue>::KIND,
                    volatility: ::keeper_sdk::Volatility::#volatility,
                    takes_batches: #batch,
                    doc: #doc,
                }
            }

            fn call(
                arguments: &::keeper_sdk::Arguments<'_>,
            ) -> ::std::result::Result<::keeper_sdk::Value, ::keeper_sdk::Fault> {
                let result: #result = #function(#(#arguments),*) #fault;
                ::std::result::Result::Ok(::keeper_sdk::IntoValue::into_value(result))
            }
        }
    })
}

fn describe_parameter(parameter: &Parameter) -> TokenStream {
    let Parameter {
        name,
        kind,
        default,
    } = parameter;
    let default = if let Some(default) = default {
        quote_spanned! {default.span()=>
            ::std::option::Option::Some({
                let value: #kind = #default;
                ::keeper_sdk::IntoValue::into_value(value)
            })
        }
    } else {
        quote! {
            <#kind as ::keeper_sdk::FromCell<'_>>::OPTIONAL.then_some(::keeper_sdk::Value::Null)
        }
    };
    quote_spanned! {kind.span()=>
        ::keeper_sdk::Parameter {
            name: #name.to_owned(),
            kind: <#kind as ::keeper_sdk::FromCell<'_>>::KIND,
            default: #default,
        }
    }
}
