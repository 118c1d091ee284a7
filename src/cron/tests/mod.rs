//! The tests of the dialect.

mod errors;
mod examples;
mod explanations;
mod intervals;
mod manual;
mod naive;
mod oracle;
mod properties;
mod support;
mod zones;
