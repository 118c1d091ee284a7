//! The DATETIME type.

/// Civil time without a zone, in microseconds since 1970-01-01 00:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DateTime {
    /// Microseconds.
    pub microseconds: i64,
}

impl DateTime {
    /// From a date (proleptic Gregorian) and the seconds since midnight.
    pub fn new(year: i64, month: u8, day: u8, seconds: i64) -> Self {
        // Days by the era method: years start in March, so that the leap day comes last.
        let year = year - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Self {
            microseconds: (days * 86_400 + seconds) * 1_000_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        assert_eq!(DateTime::new(1970, 1, 1, 0).microseconds, 0);
        assert_eq!(
            DateTime::new(2000, 2, 29, 1).microseconds,
            951_782_401_000_000
        );
        assert_eq!(DateTime::new(1969, 12, 31, 0).microseconds, -86_400_000_000);
    }
}
