//! Spans of time as people write them: `90`, `"90s"`, `"1h 30m"`.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::SignedDuration;

/// A span of time of whole milliseconds; on the wire a number of seconds or a text with units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    /// Whether it is zero, which everywhere means "none".
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX);
        write!(f, "{span:#}")
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor)
    }
}

struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds or a text such as `90s` or `1h 30m`")
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Span, E> {
        Ok(Span(Duration::from_secs(seconds)))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Span, E> {
        let seconds = u64::try_from(seconds);
        seconds
            .map(|s| Span(Duration::from_secs(s)))
            .map_err(|_| E::custom("a span is not negative"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
        if let Ok(seconds) = text.trim().parse() {
            return Ok(Span(Duration::from_secs(seconds)));
        }
        let span: SignedDuration = text.parse().map_err(|_| {
            E::custom(format!(
                "`{text}` is not a span of time: write `90s`, `5m` or `1h 30m`"
            ))
        })?;
        Duration::try_from(span)
            .map(Span)
            .map_err(|_| E::custom("a span is not negative"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Span, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn spans_are_read_with_and_without_units() {
        for (text, seconds) in [
            ("90", 90),
            ("\"90\"", 90),
            ("\"5m\"", 300),
            ("\"1h 30m\"", 5400),
        ] {
            assert_eq!(
                read(text).expect(text).0,
                Duration::from_secs(seconds),
                "{text}"
            );
        }
        for text in ["-1", "\"-5s\"", "\"soon\"", "true"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_is_read_back_as_it_is_written() {
        for millis in [0, 1, 1_500, 90_000, 5_400_000, 86_400_000] {
            let span = Span(Duration::from_millis(millis));
            let text = serde_json::to_string(&span).expect("serialisable");
            assert_eq!(read(&text).expect("read back"), span, "{text}");
        }
    }
}
