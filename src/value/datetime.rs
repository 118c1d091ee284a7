//! The DATETIME type: its texts and its place on the time line.

use std::fmt;

use crate::clock::{Civil, Date, Time, Timestamp, Zone};

static UTC: Zone = Zone::UTC;
static EPOCH: Date = Date::constant(1970, 1, 1);

/// A civil date and time, with the form it was read in, which decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Date and time of day, without a zone.
    pub civil: Civil,
    /// How much of it the source had.
    pub form: DateTimeForm,
}

/// Which parts a date-time is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateTimeForm {
    /// `yyyy-MM-dd HH:mm:ss`
    Full,
    /// `yyyy-MM-dd`, from a DATE column.
    Date,
    /// `HH:mm:ss`, from a TIME column.
    Time,
}

/// Tells the date, when a conversion asks for it.
pub trait Calendar {
    /// The date that a time of day belongs to.
    fn today(&self) -> Date;
}

/// Always the same day.
impl Calendar for Date {
    fn today(&self) -> Date {
        *self
    }
}

/// What a conversion to or from DATETIME must know besides the value.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// Asked for the day of a time without a date.
    pub calendar: &'a dyn Calendar,
    /// The zone in which epoch numbers are read.
    pub zone: &'a Zone,
}

impl Frame<'static> {
    /// A frame for callers that know no zone: UTC, on the first day of the epoch.
    pub fn utc() -> Self {
        Self {
            calendar: &EPOCH,
            zone: &UTC,
        }
    }
}

impl DateTime {
    /// A date-time that is written in full.
    pub fn full(civil: Civil) -> Self {
        Self {
            civil,
            form: DateTimeForm::Full,
        }
    }

    /// A date, at midnight.
    pub fn date(date: Date) -> Self {
        Self {
            civil: date.to_datetime(Time::midnight()),
            form: DateTimeForm::Date,
        }
    }

    /// A time of day on `today`.
    pub fn time(today: Date, time: Time) -> Self {
        Self {
            civil: today.to_datetime(time),
            form: DateTimeForm::Time,
        }
    }

    /// The text in its form that keeps parts of a second too.
    pub fn to_exact_text(self) -> String {
        let pattern = match self.form {
            DateTimeForm::Full => "%Y-%m-%d %H:%M:%S%.f",
            DateTimeForm::Date => "%Y-%m-%d",
            DateTimeForm::Time => "%H:%M:%S%.f",
        };
        self.civil.strftime(pattern).to_string()
    }

    /// Reads any of the accepted texts: `yyyy-MM-dd`, `yyyy/MM/dd`, `dd/MM/yyyy`, `yyyyMMdd` with
    /// or without `HHmm` and `HHmmss`, `yyyy-MM-dd HH:mm` and `HH:mm:ss`, `HH:mm:ss` alone (today),
    /// seconds with an optional fraction, epoch seconds (10 digits) or milliseconds (13 digits).
    pub fn parse(text: &str, frame: Frame<'_>) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return parse_digits(text, frame).map(Self::full);
        }
        if let Some((date, time)) = text.split_once([' ', 'T']) {
            let time = time.trim_start();
            let time = parse_time(time).or_else(|| parse_minute(time))?;
            return Some(Self::full(parse_date(date)?.to_datetime(time)));
        }
        if let Some((digits, fraction)) = text.split_once('.')
            && digits.len() == 14
        {
            let civil = parse_digits(digits, frame)?;
            let civil = civil.with().subsec_nanosecond(parse_fraction(fraction)?);
            return civil.build().ok().map(Self::full);
        }
        if text.contains(':') {
            return Some(Self::full(
                frame.calendar.today().to_datetime(parse_time(text)?),
            ));
        }
        Some(Self::full(parse_date(text)?.to_datetime(Time::midnight())))
    }

    /// Reads seconds (10 digits) or milliseconds (13 digits) since the epoch.
    pub fn from_epoch(number: i64, frame: Frame<'_>) -> Option<Self> {
        let moment = match number {
            1_000_000_000..=9_999_999_999 => Timestamp::from_second(number).ok()?,
            1_000_000_000_000..=9_999_999_999_999 => Timestamp::from_millisecond(number).ok()?,
            _ => return None,
        };
        Some(Self::full(frame.zone.to_datetime(moment)))
    }

    /// Its moment on the time line; None outside the years the time library knows.
    pub fn moment(&self, frame: Frame<'_>) -> Option<Timestamp> {
        let zoned = self.civil.to_zoned(frame.zone.clone()).ok()?;
        Some(zoned.timestamp())
    }

    /// Appends the text that people and statements see; fractions of a second are not written.
    pub fn write(&self, out: &mut String) {
        let date = self.civil.date();
        if self.form != DateTimeForm::Time {
            // Years before 0 have no place in the format; the sign keeps them apart.
            if date.year() < 0 {
                out.push('-');
            }
            let year = date.year().unsigned_abs();
            push_two(out, year / 100);
            push_two(out, year % 100);
            out.push('-');
            push_two(out, date.month().unsigned_abs().into());
            out.push('-');
            push_two(out, date.day().unsigned_abs().into());
        }
        if self.form == DateTimeForm::Full {
            out.push(' ');
        }
        if self.form != DateTimeForm::Date {
            push_two(out, self.civil.hour().unsigned_abs().into());
            out.push(':');
            push_two(out, self.civil.minute().unsigned_abs().into());
            out.push(':');
            push_two(out, self.civil.second().unsigned_abs().into());
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(19);
        self.write(&mut text);
        f.write_str(&text)
    }
}

fn push_two(out: &mut String, number: u16) {
    let digit = |number: u16| char::from_digit(u32::from(number % 10), 10).unwrap_or('0');
    out.push(digit(number / 10));
    out.push(digit(number));
}

fn parse_digits(text: &str, frame: Frame<'_>) -> Option<Civil> {
    if matches!(text.len(), 10 | 13) {
        let number = text.parse().ok()?;
        return DateTime::from_epoch(number, frame).map(|found| found.civil);
    }
    if !matches!(text.len(), 8 | 12 | 14) {
        return None;
    }
    let part = |from: usize, to: usize| number(text.get(from..to).unwrap_or("00"));
    let year = i16::try_from(text.get(..4)?.parse::<u16>().ok()?).ok()?;
    let date = Date::new(year, part(4, 6)?, part(6, 8)?).ok()?;
    let time = Time::new(part(8, 10)?, part(10, 12)?, part(12, 14)?, 0).ok()?;
    Some(date.to_datetime(time))
}

fn parse_date(text: &str) -> Option<Date> {
    let mark = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(mark);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match (first.len(), second.len(), third.len()) {
        (4, 2, 2) => (first, second, third),
        (2, 2, 4) if mark == '/' => (third, second, first),
        _ => return None,
    };
    Date::new(number(year)?, number(month)?, number(day)?).ok()
}

fn parse_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let second = parts.next()?;
    if parts.next().is_some() || [hour, minute, second].iter().any(|part| part.len() != 2) {
        return None;
    }
    let nanosecond = parse_fraction(fraction)?;
    Time::new(number(hour)?, number(minute)?, number(second)?, nanosecond).ok()
}

/// `HH:mm`
fn parse_minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() != 2 || minute.len() != 2 {
        return None;
    }
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

/// One to nine digits behind the point, as nanoseconds.
fn parse_fraction(digits: &str) -> Option<i32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let scale = 10_i32.checked_pow(9_u32.checked_sub(u32::try_from(digits.len()).ok()?)?)?;
    number::<i32>(digits)?.checked_mul(scale)
}

/// Digits only: `parse` alone would take a sign.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
