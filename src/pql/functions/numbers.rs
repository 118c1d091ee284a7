//! Functions on numbers.

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::functions::{Function, Given};
use crate::pql::sharp::number::{
    Direction, absolute, power, root, round_to, sign, whole_or_decimal,
};
use crate::value::Value;

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new(&["ABS"], "x", 1..=1, |given| {
        absolute(given.value(0), given.frame())
    })
    .says("The number without its sign.")
    .shows(&[("@ABS(-2.5)", "2.5")]),
    Function::new(&["SIGN"], "x", 1..=1, |given| {
        sign(given.value(0), given.frame())
    })
    .says("-1, 0 or 1.")
    .shows(&[("@SIGN(-3)", "-1")]),
    Function::new(&["SQRT"], "x", 1..=1, |given| {
        root(given.value(0), given.frame())
    })
    .says("The square root; below 0 is an error.")
    .shows(&[("@SQRT(9)", "3")]),
    Function::new(&["EXP"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.exp())
    })
    .says("e to the power of x.")
    .shows(&[("@EXP(0)", "1")]),
    Function::new(&["LOG"], "x", 1..=1, |given| {
        whole_or_decimal(positive(given)?.ln())
    })
    .says("The natural logarithm of a number above 0.")
    .shows(&[("@LOG(1)", "0")]),
    Function::new(&["LOG10"], "x", 1..=1, |given| {
        whole_or_decimal(positive(given)?.log10())
    })
    .says("The decimal logarithm of a number above 0.")
    .shows(&[("@LOG10(1000)", "3")]),
    Function::new(&["SIN"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.sin())
    })
    .says("The sine of x in radians.")
    .shows(&[("@SIN(0)", "0")]),
    Function::new(&["COS"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.cos())
    })
    .says("The cosine of x in radians.")
    .shows(&[("@COS(0)", "1")]),
    Function::new(&["TAN"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.tan())
    })
    .says("The tangent of x in radians.")
    .shows(&[("@TAN(0)", "0")]),
    Function::new(&["COT"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.tan().recip())
    })
    .says("The cotangent of x in radians; of 0 an error.")
    .shows(&[("@COT(0.7853981633974483) -> ROUND 4", "1")]),
    Function::new(&["ASIN"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.asin())
    })
    .says("The angle in radians whose sine is x.")
    .shows(&[("@ASIN(0)", "0")]),
    Function::new(&["ACOS"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.acos())
    })
    .says("The angle in radians whose cosine is x.")
    .shows(&[("@ACOS(1)", "0")]),
    Function::new(&["ATAN"], "x", 1..=1, |given| {
        whole_or_decimal(given.decimal(0)?.atan())
    })
    .says("The angle in radians whose tangent is x.")
    .shows(&[("@ATAN(0)", "0")]),
    Function::new(&["CEIL"], "x [, n]", 1..=2, |given| {
        rounded(given, Direction::Up)
    })
    .says("Rounded up to a whole number, or to n decimals.")
    .shows(&[("@CEIL(-1.75)", "-1")]),
    Function::new(&["FLOOR"], "x [, n]", 1..=2, |given| {
        rounded(given, Direction::Down)
    })
    .says("Rounded down to a whole number, or to n decimals.")
    .shows(&[("@FLOOR(-1.75)", "-2")]),
    Function::new(&["ROUND"], "x [, n]", 1..=2, |given| {
        rounded(given, Direction::Nearest)
    })
    .says("Rounded to a whole number, or to n decimals; halves go up.")
    .shows(&[("@ROUND(1.4875, 2)", "1.49")]),
    Function::new(&["MOD"], "x, y", 2..=2, |given| {
        Ok(given.value(0).remainder(given.value(1))?)
    })
    .says("The remainder, with the sign of x; by zero is an error.")
    .shows(&[("@MOD(7, 3)", "1"), ("@MOD(-7.5, 2)", "-1.5")]),
    Function::new(&["POW", "POWER"], "x [, y]", 1..=2, |given| {
        let square = Value::Integer(2);
        let exponent = given.values.get(1).unwrap_or(&square);
        power(given.value(0), exponent, given.frame())
    })
    .says("x to the power of y, by default 2.")
    .shows(&[("@POW(2, 10)", "1024"), ("@POWER(3)", "9")]),
    Function::new(&["PI"], "", 0..=0, |_| {
        Ok(Value::Decimal(std::f64::consts::PI))
    })
    .says("The ratio of a circle to its diameter.")
    .shows(&[("@PI()", "3.141592653589793"), ("@PI", "3.141592653589793")]),
];

fn positive(given: &Given<'_>) -> Done<f64> {
    let number = given.decimal(0)?;
    if number > 0.0 {
        return Ok(number);
    }
    let message = format!("`{}` has no logarithm", Value::Decimal(number));
    Err(Halt::new(Code::PQL_ARITHMETIC, message))
}

fn rounded(given: &Given<'_>, direction: Direction) -> Done<Value> {
    let decimals = given.optional_integer(1)?;
    round_to(given.value(0), decimals, direction, given.frame())
}
