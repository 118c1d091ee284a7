//! Reading date-times by a format.

use crate::clock::{Civil, Date, Time};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::fail;
use crate::pql::sharp::datetime::names::{
    CHINESE_MONTHS, CHINESE_WEEKDAYS, CHINESE_WEEKS, MONTHS, WEEKDAYS,
};
use crate::pql::sharp::datetime::pattern::{HALVES, Piece, pieces};

/// What has been read so far; parts that the format lacks are the first month, the first day and
/// midnight (decision S19).
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    /// 0 for the morning, 12 for the afternoon, when a half of the day was named.
    half: Option<i64>,
    /// The place of the weekday in its week, from Monday, when one was named.
    weekday: Option<usize>,
}

/// Reads a text by a format; all of the text must be used.
///
/// # Errors
/// The format is none, the text does not fit, or the date does not exist.
pub(crate) fn read(text: &str, format: &str, this_year: i16) -> Done<Civil> {
    let refused = || {
        let message = format!("TEXT `{text}` cannot be read as `{format}`");
        Halt::new(Code::PQL_CONVERSION, message)
    };
    let mut parts = Parts {
        year: this_year.into(),
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        half: None,
        weekday: None,
    };
    let pieces = pieces(format)?;
    if pieces.is_empty() {
        return Err(fail("a format is needed, such as `yyyy-MM-dd`"));
    }
    let mut rest = text.trim();
    for (index, piece) in pieces.iter().enumerate() {
        rest = match piece {
            Piece::Text(plain) => rest.strip_prefix(plain.as_str()),
            Piece::Field('Q' | 'q', _) => {
                return Err(fail(&format!("format `{format}` cannot read a quarter")));
            }
            Piece::Field(letter, count) => {
                let before = index.checked_sub(1).and_then(|before| pieces.get(before));
                let next = pieces.get(index.saturating_add(1));
                let is_packed = before.is_some_and(is_digits) || next.is_some_and(is_digits);
                parts.field(rest, (*letter, *count), is_packed)
            }
        }
        .ok_or_else(refused)?;
    }
    if !rest.is_empty() {
        return Err(refused());
    }
    let has = |wanted: char| {
        let mut pieces = pieces.iter();
        pieces.any(|piece| matches!(piece, Piece::Field(letter, _) if *letter == wanted))
    };
    if !['y', 'M', 'd'].into_iter().all(has) {
        // The weekday of a date that is only assumed says nothing.
        parts.weekday = None;
    }
    parts.civil().ok_or_else(refused)
}

impl Parts {
    /// Takes one field from the front and gives the rest. Directly beside another field a number
    /// has as many digits as letters, else it may have more or fewer; a year of four letters always
    /// has four.
    fn field<'a>(
        &mut self,
        text: &'a str,
        (letter, count): (char, usize),
        is_packed: bool,
    ) -> Option<&'a str> {
        let width = match letter {
            'y' if count != 2 => 4,
            'S' => 9,
            _ => 2,
        };
        let is_exact = is_packed && count > 1 || letter == 'y' && count == 4;
        let width = if is_exact { count } else { width };
        match letter {
            'M' if count > 2 => return self.month_name(text),
            'e' | 'E' => return self.weekday(text, count),
            'a' => return self.half(text),
            _ => {}
        }
        let (digits, rest) = digits(text, width)?;
        if is_exact && digits.len() < width {
            return None;
        }
        let number: i64 = digits.parse().ok()?;
        match letter {
            // A year of two digits lies in this century.
            'y' if count == 2 => self.year = number.checked_add(2000)?,
            'y' => self.year = number,
            'M' => self.month = number,
            'd' => self.day = number,
            'H' => self.hour = number,
            'h' if !(1..=12).contains(&number) => return None,
            'h' => {
                self.hour = number.rem_euclid(12);
                self.half.get_or_insert(0);
            }
            'm' => self.minute = number,
            's' => self.second = number,
            _ => {
                let missing = 9_usize.checked_sub(digits.len())?;
                let scale = 10_i64.checked_pow(u32::try_from(missing).ok()?)?;
                self.nanosecond = number.checked_mul(scale)?;
            }
        }
        Some(rest)
    }

    fn month_name<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        // Full names first: a short one begins each of them.
        let short = MONTHS.iter().map(|name| name.get(..3).unwrap_or(name));
        let chinese = CHINESE_MONTHS.iter().zip(1..);
        let (month, rest) = MONTHS
            .iter()
            .zip(1..)
            .chain(chinese)
            .find_map(|(name, month)| Some((month, strip(text, name)?)))
            .or_else(|| {
                short
                    .zip(1..)
                    .find_map(|(name, month)| Some((month, strip(text, name)?)))
            })?;
        self.month = month;
        Some(rest)
    }

    fn half<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        HALVES.iter().find_map(|(_, [morning, afternoon])| {
            if let Some(rest) = strip(text, morning) {
                self.half = Some(0);
                return Some(rest);
            }
            let rest = strip(text, afternoon)?;
            self.half = Some(12);
            Some(rest)
        })
    }

    fn civil(&self) -> Option<Civil> {
        let hour = match self.half {
            Some(half) => self.hour.rem_euclid(12).checked_add(half)?,
            None => self.hour,
        };
        let date = Date::new(
            i16::try_from(self.year).ok()?,
            i8::try_from(self.month).ok()?,
            i8::try_from(self.day).ok()?,
        );
        let time = Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(self.minute).ok()?,
            i8::try_from(self.second).ok()?,
            i32::try_from(self.nanosecond).ok()?,
        );
        let date = date.ok()?;
        let fits = |place: usize| {
            place == usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())
        };
        if !self.weekday.is_none_or(fits) {
            return None;
        }
        Some(date.to_datetime(time.ok()?))
    }

    /// A weekday by its name must be that of the date; its number depends on where a week begins
    /// and is read over.
    fn weekday<'a>(&mut self, text: &'a str, count: usize) -> Option<&'a str> {
        if count < 3 {
            return digits(text, count).map(|(_, rest)| rest);
        }
        let chinese = CHINESE_WEEKS.iter().find_map(|week| {
            let rest = text.strip_prefix(week)?;
            let mut days = CHINESE_WEEKDAYS.iter().enumerate();
            days.find_map(|(place, day)| Some((place, rest.strip_prefix(day)?)))
        });
        let named = |length: fn(&str) -> usize| {
            let mut days = WEEKDAYS.iter().enumerate();
            days.find_map(|(place, name)| Some((place, strip(text, name.get(..length(name))?)?)))
        };
        let full = || named(str::len);
        let (place, rest) = chinese.or_else(full).or_else(|| named(|_| 3))?;
        self.weekday = Some(place);
        Some(rest)
    }
}

/// Tells whether a piece of a format is read from digits; those of two such are told by their
/// width alone.
fn is_digits(piece: &Piece) -> bool {
    match piece {
        Piece::Text(_) | Piece::Field('a', _) => false,
        Piece::Field('M' | 'e' | 'E', count) => *count < 3,
        Piece::Field(..) => true,
    }
}

/// The rest behind a word in any case.
fn strip<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (front, rest) = text.split_at_checked(word.len())?;
    front.eq_ignore_ascii_case(word).then_some(rest)
}

/// At least one and at most so many digits, and the rest.
fn digits(text: &str, width: usize) -> Option<(&str, &str)> {
    let count = text
        .bytes()
        .take(width)
        .take_while(u8::is_ascii_digit)
        .count();
    text.split_at_checked(count).filter(|_| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;
    use crate::pql::sharp::datetime::{Language, format};
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("2020年8月4日", "yyyy年M月d日", "2020-08-04T00:00:00")]
    #[case("20200804", "yyyyMMdd", "2020-08-04T00:00:00")]
    #[case("20200804131415", "yyyyMMddHHmmss", "2020-08-04T13:14:15")]
    #[case("4 Aug 2020", "d MMM yyyy", "2020-08-04T00:00:00")]
    #[case("4 august 20", "d MMMM yy", "2020-08-04T00:00:00")]
    #[case("十二月 2020", "MMM yyyy", "2020-12-01T00:00:00")]
    #[case("十月 2020", "MMMM yyyy", "2020-10-01T00:00:00")]
    #[case("2020-08-04 下午 3:05", "yyyy-MM-dd a h:mm", "2020-08-04T15:05:00")]
    #[case("12 AM", "h a", "2019-01-01T00:00:00")]
    #[case("12 PM", "h a", "2019-01-01T12:00:00")]
    #[case("Tue 2020-08-04", "EEE yyyy-MM-dd", "2020-08-04T00:00:00")]
    #[case(
        "2020-08-04 01:02:03.25",
        "yyyy-MM-dd HH:mm:ss.S",
        "2020-08-04T01:02:03.25"
    )]
    #[case("2020-02-30", "yyyy-MM-dd", "error")]
    #[case("2020-08-04x", "yyyy-MM-dd", "error")]
    #[case("2020-08", "yyyy-MM-dd", "error")]
    #[case("Q3 2020", "QQQ yyyy", "error")]
    #[case("", "yyyy", "error")]
    #[case("", "", "error")]
    #[case("2019-04-15 13:27", "yyyy-MM-dd hh:mm", "error")]
    #[case("00:05 AM", "hh:mm a", "error")]
    #[case("19-04-15", "yyyy-MM-dd", "error")]
    #[case("2019115", "yyyyMMdd", "error")]
    #[case("Wed 2020-08-04", "EEE yyyy-MM-dd", "error")]
    #[case("2020-08-04 星期三", "yyyy-MM-dd EEEE", "error")]
    #[case("5pm 2020", "hha yyyy", "2020-01-01T17:00:00")]
    #[case("Nov8,2026", "MMMdd,yyyy", "2026-11-08T00:00:00")]
    #[case("上午9:00", "ahh:mm", "2019-01-01T09:00:00")]
    #[case("4Aug2020", "ddMMMyyyy", "2020-08-04T00:00:00")]
    #[case("Fri 10:00", "EEE HH:mm", "2019-01-01T10:00:00")]
    #[case("2020-08-04 星期二", "yyyy-MM-dd EEEE", "2020-08-04T00:00:00")]
    fn texts_are_read(#[case] text: &str, #[case] format: &str, #[case] expected: &str) {
        let civil = read(text, format, 2019).map(|civil| civil.to_string());
        assert_eq!(civil.unwrap_or("error".to_owned()), expected);
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(
            day in 0_i64..30_000,
            nanoseconds in 0_i64..86_400_000_000_000,
            is_chinese in any::<bool>(),
            pattern in prop::sample::select(vec![
                "yyyyMMddHHmmssSSSSSSSSS",
                "yyyy-MM-dd HH:mm:ss.SSSSSSSSS",
                "eeee, d MMMM yyyy h:m:s a SSSSSSSSS",
                "eee d MMM y, hh:mm:ssa.SSSSSSSSS",
            ]),
        ) {
            let start: Civil = "1990-01-01T00:00:00".parse().unwrap();
            let civil = start
                + crate::clock::SignedDuration::from_hours(24 * day)
                + crate::clock::SignedDuration::from_nanos(nanoseconds);
            let language = if is_chinese { Language::Chinese } else { Language::English };
            let text = format(civil, pattern, &Zone::UTC, language).unwrap();
            prop_assert_eq!(read(&text, pattern, 2019).unwrap(), civil, "{}", text);
        }
    }
}
