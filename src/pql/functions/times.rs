//! Functions that tell the present time, and those between times and numbers.

use crate::clock::{Civil, Time, Timestamp, Unit};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::functions::{Function, Given};
use crate::pql::sharp::call::fail;
use crate::pql::sharp::datetime::{Language, UnitOfTime, epoch_seconds, format, move_by};
use crate::value::{DateTime, Value};

const DATE: &str = "yyyy-MM-dd";
const TIME: &str = "HH:mm:ss";
const DATE_AND_TIME: &str = "yyyy-MM-dd HH:mm:ss";

const DAY_SECONDS: i64 = 24 * 60 * 60;

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new(&["CURRENT_DATE", "CURDATE"], "", 0..=0, |given| {
        written(given, given.run.shared.civil_now(), DATE)
    })
    .says("Today as TEXT `yyyy-MM-dd`.")
    .shows(&[("@CURRENT_DATE() LENGTH", "10")]),
    Function::new(&["CURRENT_TIME", "CURTIME"], "", 0..=0, |given| {
        written(given, given.run.shared.civil_now(), TIME)
    })
    .says("The time of day as TEXT `HH:mm:ss`.")
    .shows(&[("@CURRENT_TIME() LENGTH", "8")]),
    Function::new(&["NOW", "CURRENT_DATETIME"], "", 0..=0, |given| {
        Ok(DateTime::full(given.run.shared.civil_now()).into())
    })
    .says("The present time as DATETIME.")
    .shows(&[("@NOW() SPAN @NOW", "0")]),
    Function::new(
        &["UNIX_TIMESTAMP", "CURRENT_TIMESTAMP"],
        "[t]",
        0..=1,
        |given| {
            if given.count() == 0 {
                return Ok(given.run.shared.environment.clock.now().as_second().into());
            }
            Ok(epoch_seconds(given.civil(0)?, given.frame().zone)?.into())
        },
    )
    .says("The seconds from 1970 to t, by default to now.")
    .shows(&[("@UNIX_TIMESTAMP('2021-08-15 16:20:30')", "1629044430")]),
    Function::new(&["FROM_UNIXTIME"], "n [, f]", 1..=2, |given| {
        let seconds = given.integer(0)?;
        let moment = Timestamp::from_second(seconds).map_err(|_| {
            let message = format!("`{seconds}` seconds lead out of the calendar");
            Halt::new(Code::PQL_CONVERSION, message)
        })?;
        let civil = given.frame().zone.to_datetime(moment);
        if given.count() == 1 {
            return written(given, civil, DATE_AND_TIME);
        }
        written(given, civil, &given.text(1)?)
    })
    .says("The time n seconds after 1970 as TEXT, by default `yyyy-MM-dd HH:mm:ss`.")
    .shows(&[
        ("@FROM_UNIXTIME(1629044430, 'yyyy/MM/dd')", "2021/08/15"),
        ("@FROM_UNIXTIME(1629044430)", "2021-08-15 16:20:30"),
    ]),
    Function::new(&["DATE_ADD", "ADDDATE"], "t, n, unit", 3..=3, |given| {
        moved(given, given.value(1))
    })
    .says("n units later; unit is YEAR, MONTH, DAY, HOUR, MINUTE, SECOND or MILLI, also with S.")
    .shows(&[
        ("@DATE_ADD('2021-01-31', 1, MONTH)", "2021-02-28 00:00:00"),
        ("@ADDDATE('2021-01-31', 2, 'DAYS')", "2021-02-02 00:00:00"),
    ]),
    Function::new(&["DATE_SUB", "SUBDATE"], "t, n, unit", 3..=3, |given| {
        moved(given, &given.value(1).negate()?)
    })
    .says("n units earlier.")
    .shows(&[("@DATE_SUB('2021-03-31', 1, MONTH)", "2021-02-28 00:00:00")]),
    Function::new(
        &["DATE_FORMAT", "DATETIME_FORMAT"],
        "t, f",
        2..=2,
        |given| written(given, given.civil(0)?, &given.text(1)?),
    )
    .says("The date-time as TEXT by the letters of the link FORMAT.")
    .shows(&[("@DATE_FORMAT('2021-08-15', 'yyyyMMdd')", "20210815")]),
    Function::new(&["SEC_TO_TIME"], "n", 1..=1, |given| {
        let seconds = given.integer(0)?;
        if seconds < 0 {
            let message = format!("`{seconds}` seconds are no time of day");
            return Err(Halt::new(Code::PQL_CONVERSION, message));
        }
        let seconds = seconds.rem_euclid(DAY_SECONDS);
        let (minutes, second) = (seconds.div_euclid(60), seconds.rem_euclid(60));
        let (hour, minute) = (minutes.div_euclid(60), minutes.rem_euclid(60));
        Ok(format!("{hour:02}:{minute:02}:{second:02}").into())
    })
    .says("The time of day n seconds after midnight, modulo one day; below 0 an error.")
    .shows(&[("@SEC_TO_TIME(69635)", "19:20:35")]),
    Function::new(&["TIME_TO_SEC"], "s", 1..=1, |given| {
        let text = given.text(0)?;
        let seconds = seconds_of(&text).ok_or_else(|| {
            let message = format!("TEXT `{text}` is no time `HH:mm:ss`");
            Halt::new(Code::PQL_CONVERSION, message)
        })?;
        Ok(seconds.into())
    })
    .says("The seconds from midnight to a time `HH:mm:ss`.")
    .shows(&[("@TIME_TO_SEC('19:20:35')", "69635")]),
    Function::new(&["TIMESTAMPDIFF"], "unit, a, b", 3..=3, |given| {
        let unit = UnitOfTime::parse(&given.text(0)?)?;
        whole_units(unit, given.civil(1)?, given.civil(2)?).map(Value::from)
    })
    .says("The whole units from a to b, cut towards zero; negative when b is earlier.")
    .shows(&[
        (
            "@TIMESTAMPDIFF(MINUTE, '2021-08-29 16:20:30', '2021-08-29 16:25:00')",
            "4",
        ),
        ("@TIMESTAMPDIFF(MONTH, '2021-08-29', '2021-01-29')", "-7"),
        ("@TIMESTAMPDIFF(YEAR, '2020-02-29', '2021-02-28')", "0"),
    ]),
];

fn written(given: &Given<'_>, civil: Civil, pattern: &str) -> Done<Value> {
    let language = Language::of(given.run);
    Ok(format(civil, pattern, given.frame().zone, language)?.into())
}

fn moved(given: &Given<'_>, amount: &Value) -> Done<Value> {
    let unit = UnitOfTime::parse(&given.text(2)?)?;
    Ok(DateTime::full(move_by(given.civil(0)?, amount, unit)?).into())
}

fn seconds_of(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let mut part = || {
        let digits = parts.next().filter(|digits| digits.len() == 2)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(digits)?
            .parse()
            .ok()
    };
    let (hour, minute, second) = (part()?, part()?, part()?);
    if parts.next().is_some() {
        return None;
    }
    // Built for its checks: 24 is no hour and 60 no minute.
    let time = Time::new(hour, minute, second, 0).ok()?;
    let day = [(time.hour(), 60), (time.minute(), 60), (time.second(), 1)];
    day.into_iter().try_fold(0_i64, |sum, (part, size)| {
        sum.checked_add(part.into())?.checked_mul(size)
    })
}

/// Months and years by the calendar, the others by their length.
fn whole_units(unit: UnitOfTime, from: Civil, to: Civil) -> Done<i64> {
    let Some(size) = unit.nanoseconds() else {
        let months = from.until((Unit::Month, to));
        let months = months
            .map_err(|error| fail(&error.to_string()))?
            .get_months();
        return Ok(match unit {
            UnitOfTime::Year => i64::from(months).wrapping_div(12),
            _ => i64::from(months),
        });
    };
    let nanoseconds = to.duration_since(from).as_nanos();
    let units = nanoseconds.checked_div(size).unwrap_or(0);
    i64::try_from(units).map_err(|_| {
        let message = format!("the difference of {from} and {to} is beyond 64 bits in this unit");
        Halt::new(Code::PQL_ARITHMETIC, message)
    })
}
