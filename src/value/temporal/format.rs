//! Temporal values as ISO 8601 text, in the form that parsing reads back.

use std::fmt::{self, Display, Formatter, Write};

use super::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, NANOS_PER_SECOND, Offset, Time, Zone,
};

impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        match year {
            0..=9999 => write!(f, "{year:04}")?,
            10_000.. => write!(f, "+{year}")?,
            _ => write!(f, "-{:04}", -year)?,
        }
        write!(f, "-{month:02}-{day:02}")
    }
}

impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        let nanos = self.nanosecond();
        if self.second() == 0 && nanos == 0 {
            return Ok(());
        }
        write!(f, ":{:02}", self.second())?;
        match nanos {
            0 => Ok(()),
            _ if nanos % 1_000_000 == 0 => write!(f, ".{:03}", nanos / 1_000_000),
            _ if nanos % 1_000 == 0 => write!(f, ".{:06}", nanos / 1_000),
            _ => write!(f, ".{nanos:09}"),
        }
    }
}

impl Display for Offset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        if seconds == 0 {
            return f.write_char('Z');
        }
        let sign = if seconds < 0 { '-' } else { '+' };
        let seconds = seconds.abs();
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 != 0 {
            write!(f, ":{:02}", seconds % 60)?;
        }
        Ok(())
    }
}

impl Display for Zone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.as_offset(), self.name()) {
            (Some(offset), _) => offset.fmt(f),
            (None, name) => f.write_str(name.unwrap_or_default()),
        }
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local(), self.offset())
    }
}

impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}

impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local(), self.offset())?;
        match self.zone().name() {
            Some(name) => write!(f, "[{name}]"),
            None => Ok(()),
        }
    }
}

impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if *self == Self::ZERO {
            return f.write_str("PT0S");
        }
        f.write_char('P')?;
        let units = [
            (self.months() / 12, 'Y'),
            (self.months() % 12, 'M'),
            (self.days(), 'D'),
        ];
        write_units(f, &units)?;
        let total = self.total_nanos();
        if total == 0 {
            return Ok(());
        }
        f.write_char('T')?;
        let per_second = i128::from(NANOS_PER_SECOND);
        let (seconds, nanos) = (total / per_second, (total % per_second).unsigned_abs());
        let hours = i64::try_from(seconds / 3600).unwrap_or_default();
        let minutes = i64::try_from(seconds / 60 % 60).unwrap_or_default();
        write_units(f, &[(hours, 'H'), (minutes, 'M')])?;
        let seconds = (seconds % 60).unsigned_abs();
        if seconds == 0 && nanos == 0 {
            return Ok(());
        }
        let sign = if total < 0 { "-" } else { "" };
        if nanos == 0 {
            return write!(f, "{sign}{seconds}S");
        }
        let digits = format!("{nanos:09}");
        write!(f, "{sign}{seconds}.{}S", digits.trim_end_matches('0'))
    }
}

fn write_units(f: &mut Formatter<'_>, units: &[(i64, char)]) -> fmt::Result {
    for (amount, unit) in units {
        if *amount != 0 {
            write!(f, "{amount}{unit}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_iso_forms() {
        let date = |y, m, d| Date::new(y, m, d).unwrap();
        let time = |h, m, s, n| LocalTime::new(h, m, s, n).unwrap();
        let stockholm = Zone::named("Europe/Stockholm").unwrap();
        let check = |value: &dyn Display, expected| assert_eq!(value.to_string(), expected);
        check(&date(28, 11, 11), "0028-11-11");
        check(&date(-1, 1, 1), "-0001-01-01");
        check(&Date::MAX, "+999999999-12-31");
        check(&time(12, 0, 0, 0), "12:00");
        check(&time(0, 0, 0, 2), "00:00:00.000000002");
        check(&time(1, 2, 3, 200_000_000), "01:02:03.200");
        check(
            &Time::new(time(21, 40, 0, 0), Offset::new(-5400).unwrap()),
            "21:40-01:30",
        );
        let moment = |y, m, d, zone| {
            let local = LocalDateTime::new(date(y, m, d), time(21, 40, 32, 142_000_000));
            DateTime::new(local, zone).unwrap()
        };
        check(&moment(1984, 10, 11, Zone::UTC), "1984-10-11T21:40:32.142Z");
        check(
            &moment(2015, 7, 21, stockholm),
            "2015-07-21T21:40:32.142+02:00[Europe/Stockholm]",
        );
        check(
            &moment(1818, 7, 21, stockholm),
            "1818-07-21T21:40:32.142+00:53:28[Europe/Stockholm]",
        );
        check(
            &moment(999_999_999, 7, 21, stockholm),
            "+999999999-07-21T21:40:32.142+02:00[Europe/Stockholm]",
        );
        check(
            &moment(-999_999_999, 7, 21, stockholm),
            "-999999999-07-21T21:40:32.142+00:53:28[Europe/Stockholm]",
        );
    }

    #[test]
    fn prints_durations_with_the_sign_on_every_unit() {
        let check = |months, days, seconds, nanos, expected| {
            let duration = Duration::new(months, days, seconds, nanos).unwrap();
            assert_eq!(duration.to_string(), expected);
        };
        check(0, 0, 0, 0, "PT0S");
        check(149, 14, 58_390, 1, "P12Y5M14DT16H13M10.000000001S");
        check(
            -6,
            -15,
            -63_903,
            -500_000_002,
            "P-6M-15DT-17H-45M-3.500000002S",
        );
        check(0, 0, -86_400, 100_000_000, "PT-23H-59M-59.9S");
        check(0, 0, -601, 700_000_000, "PT-10M-0.3S");
        check(0, 3, 0, 0, "P3D");
        check(0, 0, 3600, 0, "PT1H");
        check(
            i64::MIN,
            i64::MIN,
            i64::MIN,
            0,
            "P-768614336404564650Y-8M-9223372036854775808DT-2562047788015215H-30M-8S",
        );
    }
}
