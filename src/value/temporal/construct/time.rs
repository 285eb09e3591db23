//! Times of day from components.

use super::super::LocalTime;
use super::fields::{Fields, missing};
use crate::value::ValueError;

impl Fields<'_> {
    /// Returns the time of day that the components give; midnight where none is given to a type
    /// that has a date.
    pub(super) fn time(&self) -> Result<LocalTime, ValueError> {
        let base = self.base_time()?;
        let (hour, minute, second) = (
            self.within("hour", 0, 23)?,
            self.within("minute", 0, 59)?,
            self.within("second", 0, 59)?,
        );
        let nanos = self.nanos()?;
        if base.is_none() {
            self.check_complete(nanos.is_some())?;
        }
        let base = base.unwrap_or(LocalTime::MIDNIGHT);
        let time = LocalTime::new(
            hour.unwrap_or(base.hour()),
            minute.unwrap_or(base.minute()),
            second.unwrap_or(base.second()),
            nanos.unwrap_or(base.nanosecond()),
        );
        Ok(time.unwrap_or(base))
    }

    /// A component needs the larger ones.
    fn check_complete(&self, fraction: bool) -> Result<(), ValueError> {
        if fraction && !self.has("second") {
            return Err(missing("second", "a fraction of a second"));
        }
        if self.has("second") && !self.has("minute") {
            return Err(missing("minute", "`second`"));
        }
        if self.has("minute") && !self.has("hour") {
            return Err(missing("hour", "`minute`"));
        }
        if !self.has("hour") && !self.is_of_date() {
            return Err(missing("hour", "a time"));
        }
        Ok(())
    }

    /// Returns milliseconds, microseconds and nanoseconds together; beside a larger one, each
    /// counts only up to it.
    fn nanos(&self) -> Result<Option<i64>, ValueError> {
        let millis = self.within("millisecond", 0, 999)?;
        let micros = self.within(
            "microsecond",
            0,
            if millis.is_some() { 999 } else { 999_999 },
        )?;
        let most = match (millis, micros) {
            (_, Some(_)) => 999,
            (Some(_), None) => 999_999,
            (None, None) => 999_999_999,
        };
        let nanos = self.within("nanosecond", 0, most)?;
        if millis.or(micros).or(nanos).is_none() {
            return Ok(None);
        }
        let unit = |amount: Option<i64>, nanos: i64| amount.unwrap_or_default() * nanos;
        Ok(Some(
            unit(millis, 1_000_000) + unit(micros, 1000) + unit(nanos, 1),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Instant;
    use super::super::testing::{DEFAULTS, fields, instant, shown};
    use crate::value::Map;

    fn check(map: &Map, expected: &str) {
        let text = format!("{map:?}");
        assert_eq!(
            shown(Instant::LocalTime.from_map(map, DEFAULTS)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn times_from_components() {
        check(
            &fields! {hour: 12, minute: 31, second: 14, nanosecond: 789, millisecond: 123, microsecond: 456},
            "12:31:14.123456789",
        );
        check(
            &fields! {hour: 12, minute: 31, second: 14, nanosecond: 645_876_123},
            "12:31:14.645876123",
        );
        check(
            &fields! {hour: 12, minute: 31, second: 14, microsecond: 645_876},
            "12:31:14.645876",
        );
        check(&fields! {hour: 12, minute: 31}, "12:31");
        check(&fields! {hour: 12}, "12:00");
        check(
            &fields! {time: instant("time 12:31:14.645+01:00"), second: 42},
            "12:31:42.645",
        );
        check(
            &fields! {datetime: instant("datetime 1984-10-11T12:00+01:00"), minute: 1},
            "12:01",
        );
    }

    #[test]
    fn wrong_components_are_named() {
        check(&fields! {}, "a time needs `hour`");
        check(&fields! {minute: 1}, "`minute` needs `hour`");
        check(&fields! {hour: 1, second: 1}, "`second` needs `minute`");
        check(
            &fields! {hour: 24},
            "`hour` is 24, and must be from 0 to 23",
        );
        check(
            &fields! {hour: 1, minute: 1, second: 1, millisecond: 1, microsecond: 1000},
            "`microsecond` is 1000, and must be from 0 to 999",
        );
        check(
            &fields! {year: 1984},
            "`year` is no component of a LOCAL TIME",
        );
    }
}
