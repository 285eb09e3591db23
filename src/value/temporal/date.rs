//! Calendar dates, and the arithmetic of the proleptic Gregorian calendar.

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_SHIFT: i64 = 719_468;
const DAYS_PER_ERA: i64 = 146_097;

impl Date {
    /// The largest year; the smallest is its negative.
    pub const MAX_YEAR: i64 = 999_999_999;
    /// 1970-01-01.
    pub const EPOCH: Self = Self { days: 0 };
    /// The first date.
    pub const MIN: Self = Self {
        days: days_of(-Self::MAX_YEAR, 1, 1),
    };
    /// The last date.
    pub const MAX: Self = Self {
        days: days_of(Self::MAX_YEAR, 12, 31),
    };

    /// Creates a date from year, month and day of the month.
    #[must_use]
    pub const fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        if year < -Self::MAX_YEAR || year > Self::MAX_YEAR || month < 1 || month > 12 {
            return None;
        }
        if day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self {
            days: days_of(year, month, day),
        })
    }

    /// Creates a date from days since 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i64) -> Option<Self> {
        if days < Self::MIN.days || days > Self::MAX.days {
            return None;
        }
        Some(Self { days })
    }

    /// Creates a date from week-based year, week (1 to 53) and weekday (Monday is 1).
    #[must_use]
    pub fn from_week(week_year: i64, week: i64, weekday: i64) -> Option<Self> {
        if week < 1 || week > weeks_in_year(week_year)? || !(1..=7).contains(&weekday) {
            return None;
        }
        Self::from_days(first_monday(week_year)? + (week - 1) * 7 + weekday - 1)
    }

    /// Creates a date from year, quarter and day of the quarter.
    #[must_use]
    pub fn from_quarter(year: i64, quarter: i64, day: i64) -> Option<Self> {
        if !(1..=4).contains(&quarter) || day < 1 || day > days_in_quarter(year, quarter) {
            return None;
        }
        let start = Self::new(year, quarter * 3 - 2, 1)?;
        Self::from_days(start.days + day - 1)
    }

    /// Creates a date from year and day of the year.
    #[must_use]
    pub fn from_ordinal(year: i64, day: i64) -> Option<Self> {
        if day < 1 || day > days_in_year(year) {
            return None;
        }
        Self::from_days(Self::new(year, 1, 1)?.days + day - 1)
    }

    /// Returns the days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.days
    }

    /// Returns year, month and day of the month.
    #[must_use]
    pub const fn ymd(self) -> (i64, i64, i64) {
        let shifted = self.days + EPOCH_SHIFT;
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// Returns the year; year 0 is 1 BCE.
    #[must_use]
    pub const fn year(self) -> i64 {
        self.ymd().0
    }

    /// Returns the month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> i64 {
        self.ymd().1
    }

    /// Returns the day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.ymd().2
    }

    /// Returns the quarter, 1 to 4.
    #[must_use]
    pub const fn quarter(self) -> i64 {
        (self.month() + 2) / 3
    }

    /// Returns the weekday; Monday is 1.
    #[must_use]
    pub const fn weekday(self) -> i64 {
        (self.days + 3).rem_euclid(7) + 1
    }

    /// Returns the day of the year, 1 to 366.
    #[must_use]
    pub const fn ordinal_day(self) -> i64 {
        self.days - days_of(self.year(), 1, 1) + 1
    }

    /// Returns the day of the quarter, 1 to 92.
    #[must_use]
    pub const fn day_of_quarter(self) -> i64 {
        let (year, month, _) = self.ymd();
        self.days - days_of(year, (month + 2) / 3 * 3 - 2, 1) + 1
    }

    /// Returns the year that the week belongs to, and the week, 1 to 53.
    #[must_use]
    pub const fn week_date(self) -> (i64, i64) {
        // The week belongs to the year that its Thursday lies in.
        let thursday = self.days - self.weekday() + 4;
        let year = Self { days: thursday }.ymd().0;
        (year, (thursday - days_of(year, 1, 1)) / 7 + 1)
    }

    /// Adds days.
    #[must_use]
    pub fn add_days(self, days: i64) -> Option<Self> {
        Self::from_days(self.days.checked_add(days)?)
    }

    /// Adds months; a day that the month lacks becomes its last.
    #[must_use]
    pub fn add_months(self, months: i64) -> Option<Self> {
        let (year, month, day) = self.ymd();
        let total = (year * 12 + month - 1).checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        if year.abs() > Self::MAX_YEAR {
            return None;
        }
        Self::new(year, month, day.min(days_in_month(year, month)))
    }
}

/// Returns the days since 1970-01-01 of a valid date.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT
}

/// Returns whether the year has a 29 February.
pub(crate) const fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns the length of a month of 1 to 12.
pub(crate) const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the length of a year.
pub(crate) const fn days_in_year(year: i64) -> i64 {
    if is_leap_year(year) { 366 } else { 365 }
}

/// Returns the length of a quarter of 1 to 4.
pub(crate) const fn days_in_quarter(year: i64, quarter: i64) -> i64 {
    match quarter {
        1 if is_leap_year(year) => 91,
        1 => 90,
        2 => 91,
        _ => 92,
    }
}

/// Returns the days since the epoch of the Monday of week 1; none outside of the years.
fn first_monday(week_year: i64) -> Option<i64> {
    let fourth = Date::new(week_year, 1, 4)?;
    Some(fourth.days - fourth.weekday() + 1)
}

/// Returns how many weeks the week-based year has; none outside of the years.
pub(crate) fn weeks_in_year(week_year: i64) -> Option<i64> {
    let first = Date::new(week_year, 1, 1)?.weekday();
    let long = first == 4 || (first == 3 && is_leap_year(week_year));
    Some(if long { 53 } else { 52 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_jiff(days in -4_371_587_i64..2_932_896) {
            let date = Date::from_days(days).unwrap();
            let epoch = jiff::civil::date(1970, 1, 1);
            let other = epoch.checked_add(jiff::Span::new().days(days)).unwrap();
            let week = other.iso_week_date();
            prop_assert_eq!(
                date.ymd(),
                (other.year().into(), other.month().into(), other.day().into())
            );
            prop_assert_eq!(date.week_date(), (week.year().into(), week.week().into()));
            prop_assert_eq!(date.weekday(), i64::from(other.weekday().to_monday_one_offset()));
            prop_assert_eq!(date.ordinal_day(), i64::from(other.day_of_year()));
        }

        #[test]
        fn every_form_gives_the_date_back(days in Date::MIN.days()..=Date::MAX.days()) {
            let date = Date::from_days(days).unwrap();
            let (year, month, day) = date.ymd();
            let (week_year, week) = date.week_date();
            prop_assert_eq!(Date::new(year, month, day), Some(date));
            prop_assert_eq!(Date::from_ordinal(year, date.ordinal_day()), Some(date));
            prop_assert_eq!(
                Date::from_quarter(year, date.quarter(), date.day_of_quarter()),
                Some(date)
            );
            if week_year.abs() <= Date::MAX_YEAR {
                prop_assert_eq!(Date::from_week(week_year, week, date.weekday()), Some(date));
            }
        }
    }

    #[test]
    fn refuses_dates_that_do_not_exist() {
        assert_eq!(Date::new(2023, 2, 29), None);
        assert_eq!(Date::new(2024, 13, 1), None);
        assert_eq!(Date::new(1_000_000_000, 1, 1), None);
        assert_eq!(Date::from_week(2023, 53, 1), None);
        assert_eq!(Date::from_quarter(2023, 1, 91), None);
        assert_eq!(Date::from_ordinal(2023, 366), None);
        assert_eq!(Date::MAX.add_days(1), None);
        assert_eq!(Date::MIN.add_months(-1), None);
    }

    #[test]
    fn adding_months_keeps_to_the_month() {
        let date = Date::new(2011, 1, 31).unwrap();
        assert_eq!(date.add_months(1), Date::new(2011, 2, 28));
        assert_eq!(date.add_months(13), Date::new(2012, 2, 29));
        assert_eq!(date.add_months(-2), Date::new(2010, 11, 30));
    }
}
