//! Date-times to texts and numbers, and back.

use crate::clock::{Civil, Zone};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::datetime::pattern::{self, EPOCH};
use crate::pql::sharp::datetime::{Language, read};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{DateTime, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["FORMAT"], "f", Takes::DATETIME, Rule::DateTime(write))
        .says(
            "The date-time as TEXT by the letters of f; what is quoted or no letter stands for \
             itself. `EPOCH` gives epoch seconds.",
        )
        .shows(&[
            ("'2019-04-15 13:27:05' FORMAT 'yyyyMMdd'", "20190415"),
            (
                "'2019-04-15 13:27:05' FORMAT 'eeee, d MMM yyyy, h:mm a'",
                "Monday, 15 Apr 2019, 1:27 PM",
            ),
        ]),
    Entry::new(
        &["TO EPOCH", "TO EPOCH SECOND"],
        "",
        Takes::DATETIME,
        Rule::DateTime(to_epoch),
    )
    .says("The seconds since 1970 in the configured zone.")
    .shows(&[("'2019-04-15 13:27:05' TO EPOCH", "1555334825")]),
    Entry::new(
        &["TO EPOCH MILLI"],
        "",
        Takes::DATETIME,
        Rule::DateTime(to_epoch_milli),
    )
    .says("The milliseconds since 1970 in the configured zone.")
    .shows(&[("'2019-04-15 13:27:05' TO EPOCH MILLI", "1555334825000")]),
    Entry::new(
        &["TO DATETIME"],
        "[f]",
        Takes::DATETIME,
        Rule::Value(to_datetime),
    )
    .says("The data as DATETIME, read by the usual forms or by the format f.")
    .shows(&[
        ("'2020-08-04' TO DATETIME", "2020-08-04 00:00:00"),
        ("1555334825 TO DATETIME", "2019-04-15 13:27:05"),
        (
            "'2020年8月4日' TO DATETIME 'yyyy年M月d日'",
            "2020-08-04 00:00:00",
        ),
    ]),
];

fn write(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let format = call.text()?;
    let language = Language::of(call.run);
    Ok(pattern::format(civil, &format, call.frame().zone, language)?.into())
}

fn to_epoch(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(epoch_seconds(civil, call.frame().zone)?.into())
}

fn to_epoch_milli(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let moment = civil.to_zoned(call.frame().zone.clone());
    let moment = moment.map_err(|_| outside(civil))?.timestamp();
    Ok(moment.as_millisecond().into())
}

fn to_datetime(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let Some(format) = call.optional_text()? else {
        let DateTime { civil, .. } = data.to_datetime(call.frame())?;
        return Ok(DateTime::full(civil).into());
    };
    if &*format == EPOCH {
        let seconds = data.to_integer(call.frame())?;
        let found = DateTime::from_epoch(seconds, call.frame());
        return match found {
            Some(found) => Ok(found.into()),
            None => Ok(data.to_datetime(call.frame())?.into()),
        };
    }
    let year = call.frame().calendar.today().year();
    let civil = read::read(&data.to_text()?, &format, year)?;
    Ok(DateTime::full(civil).into())
}

/// Epoch seconds of a local time.
///
/// # Errors
/// It lies outside the time line.
pub(crate) fn epoch_seconds(civil: Civil, zone: &Zone) -> Done<i64> {
    let zoned = civil.to_zoned(zone.clone());
    Ok(zoned.map_err(|_| outside(civil))?.timestamp().as_second())
}

fn outside(civil: Civil) -> Halt {
    let message = format!("`{}` has no place on the time line", DateTime::full(civil));
    Halt::new(Code::PQL_CONVERSION, message)
}
