//! Formats of date-times: their letters, and writing by them.

use crate::clock::{Civil, Zone};
use crate::pql::eval::Done;
use crate::pql::sharp::call::fail;
use crate::pql::sharp::datetime::{
    Language, NameForm, month_name, nanosecond, quarter, quarter_name, weekday_name,
};

/// The format that is no pattern: epoch seconds.
pub(crate) const EPOCH: &str = "EPOCH";

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Stands for itself.
    Text(String),
    /// A run of one letter.
    Field(char, usize),
}

/// How often a letter may be repeated; other letters have no meaning.
const LETTERS: &[(char, &[usize])] = &[
    ('y', &[1, 2, 4]),
    ('Q', &[1, 2, 3, 4]),
    ('q', &[1, 2, 3, 4]),
    ('M', &[1, 2, 3, 4]),
    ('d', &[1, 2]),
    ('H', &[1, 2]),
    ('h', &[1, 2]),
    ('m', &[1, 2]),
    ('s', &[1, 2]),
    ('e', &[1, 2, 3, 4]),
    ('E', &[1, 2, 3, 4]),
    ('S', &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ('a', &[1]),
];

/// Cuts a format into its parts.
///
/// # Errors
/// A letter without meaning or repeated too often, a quote without its end.
pub(crate) fn pieces(format: &str) -> Done<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            plain.push_str(&quoted(&mut chars, format)?);
            continue;
        }
        if !c.is_ascii_alphabetic() {
            plain.push(c);
            continue;
        }
        let mut count = 1_usize;
        while chars.next_if_eq(&c).is_some() {
            count = count.saturating_add(1);
        }
        let known = LETTERS
            .iter()
            .any(|(letter, counts)| *letter == c && counts.contains(&count));
        if !known {
            let letters = c.to_string().repeat(count.min(12));
            return Err(fail(&format!(
                "format `{format}` has `{letters}`, which means nothing; quote it to write it"
            )));
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Field(c, count));
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// What follows an opening quote up to the closing one; `''` is a quote, inside and outside.
fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, format: &str) -> Done<String> {
    if chars.next_if_eq(&'\'').is_some() {
        return Ok("'".to_owned());
    }
    let mut text = String::new();
    while let Some(c) = chars.next() {
        if c != '\'' {
            text.push(c);
        } else if chars.next_if_eq(&'\'').is_some() {
            text.push('\'');
        } else {
            return Ok(text);
        }
    }
    Err(fail(&format!(
        "format `{format}` has a quote without its end"
    )))
}

/// Writes a date-time by a format.
///
/// # Errors
/// The format is none.
pub(crate) fn format(civil: Civil, format: &str, zone: &Zone, language: Language) -> Done<String> {
    if format == EPOCH {
        let seconds = super::epoch_seconds(civil, zone)?;
        return Ok(seconds.to_string());
    }
    let mut text = String::new();
    for piece in pieces(format)? {
        match piece {
            Piece::Text(plain) => text.push_str(&plain),
            Piece::Field(letter, count) => text.push_str(&field(civil, letter, count, language)),
        }
    }
    Ok(text)
}

fn field(civil: Civil, letter: char, count: usize, language: Language) -> String {
    let form = if count == 3 {
        NameForm::Short
    } else {
        NameForm::Full
    };
    let number: i64 = match letter {
        'y' if count == 2 => i64::from(civil.year()).rem_euclid(100),
        'y' if count == 4 => return format!("{:04}", civil.year()),
        'y' => civil.year().into(),
        'Q' | 'q' if count > 2 => return quarter_name(civil, form, language),
        'Q' | 'q' => quarter(civil),
        'M' if count > 2 => return month_name(civil, form, language),
        'M' => civil.month().into(),
        'd' => civil.day().into(),
        'H' => civil.hour().into(),
        'h' => twelve(civil.hour()),
        'm' => civil.minute().into(),
        's' => civil.second().into(),
        'e' | 'E' if count > 2 => return weekday_name(civil.weekday(), form, language),
        'e' | 'E' => civil.weekday().to_monday_one_offset().into(),
        'a' => return half(civil, language).to_owned(),
        _ => {
            let digits = format!("{:09}", nanosecond(civil));
            return digits.chars().take(count).collect();
        }
    };
    format!("{number:0count$}")
}

/// The hour of a clock with twelve hours.
fn twelve(hour: i8) -> i64 {
    match i64::from(hour).rem_euclid(12) {
        0 => 12,
        hour => hour,
    }
}

/// The words for the halves of the day, by language.
pub(crate) const HALVES: [(Language, [&str; 2]); 2] = [
    (Language::English, ["AM", "PM"]),
    (Language::Chinese, ["上午", "下午"]),
];

fn half(civil: Civil, language: Language) -> &'static str {
    let [morning, afternoon] = HALVES
        .into_iter()
        .find(|(own, _)| *own == language)
        .map_or(["AM", "PM"], |(_, halves)| halves);
    if civil.hour() < 12 {
        morning
    } else {
        afternoon
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const MOMENT: Civil = Civil::constant(2019, 4, 5, 13, 7, 9, 120_000_000);

    #[rstest]
    #[case("y yy yyyy", "2019 19 2019")]
    #[case("Q QQ QQQ QQQQ", "2 02 Q2 2nd quarter")]
    #[case("q qq", "2 02")]
    #[case("M MM MMM MMMM", "4 04 Apr April")]
    #[case("d dd H HH h hh", "5 05 13 13 1 01")]
    #[case("m mm s ss", "7 07 9 09")]
    #[case("e ee eee eeee", "5 05 Fri Friday")]
    #[case("E EE EEE EEEE", "5 05 Fri Friday")]
    #[case("S SS SSS SSSSSSSSS", "1 12 120 120000000")]
    #[case("a", "PM")]
    #[case("yyyy'y'年M''", "2019y年4'")]
    #[case("'it''s' HH", "it's 13")]
    #[case("EPOCH", "1554469629")]
    #[case("", "")]
    #[case("yyy", "error")]
    #[case("k", "error")]
    #[case("'open", "error")]
    fn every_letter_is_written(#[case] pattern: &str, #[case] expected: &str) {
        let written = format(MOMENT, pattern, &Zone::UTC, Language::English);
        assert_eq!(written.unwrap_or("error".to_owned()), expected);
    }

    #[rstest]
    #[case("Q QQ QQQ QQQQ", "2 02 2季 第2季度")]
    #[case("MMM MMMM", "四月 四月")]
    #[case("eee eeee a", "周五 星期五 下午")]
    fn chinese_names_are_written(#[case] pattern: &str, #[case] expected: &str) {
        let written = format(MOMENT, pattern, &Zone::UTC, Language::Chinese);
        assert_eq!(written.unwrap(), expected);
    }

    #[rstest]
    #[case(0, "12 AM")]
    #[case(11, "11 AM")]
    #[case(12, "12 PM")]
    #[case(23, "11 PM")]
    fn noon_and_midnight_are_twelve(#[case] hour: i8, #[case] expected: &str) {
        let civil = Civil::constant(2019, 4, 5, hour, 0, 0, 0);
        let written = format(civil, "h a", &Zone::UTC, Language::English);
        assert_eq!(written.unwrap(), expected);
    }
}
