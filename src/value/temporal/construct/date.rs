//! Dates from components.

use super::super::Date;
use super::super::date::{days_in_month, days_in_quarter, days_in_year, weeks_in_year};
use super::fields::{Fields, check_range, conflict, missing};
use crate::value::ValueError;

/// The components that say which day of the year it is; one group of them at a time.
const GROUPS: [&[&str]; 4] = [
    &["week", "dayOfWeek"],
    &["quarter", "dayOfQuarter"],
    &["ordinalDay"],
    &["month", "day"],
];

impl Fields<'_> {
    /// Returns the date that the components give.
    pub(super) fn date(&self) -> Result<Date, ValueError> {
        let base = self.base_date()?;
        let year = self.within("year", -Date::MAX_YEAR, Date::MAX_YEAR)?;
        let given = |group: &&[&'static str]| group.iter().copied().find(|name| self.has(name));
        let mut groups = GROUPS.iter().filter_map(given);
        if let (Some(first), Some(second)) = (groups.next(), groups.next()) {
            return Err(conflict(first, second));
        }
        let date = if self.has("week") || self.has("dayOfWeek") {
            self.week_date(base, year)
        } else if self.has("quarter") || self.has("dayOfQuarter") {
            self.quarter_date(base, year)
        } else if let Some(day) = self.int("ordinalDay")? {
            let year = year
                .or(base.map(Date::year))
                .ok_or(missing("year", "`ordinalDay`"))?;
            check_range("ordinalDay", Some(day), 1, days_in_year(year))?;
            Ok(Date::from_ordinal(year, day))
        } else {
            self.calendar_date(base, year)
        };
        date?.ok_or(ValueError::InstantOverflow {
            operation: "`date()`",
        })
    }

    fn calendar_date(
        &self,
        base: Option<Date>,
        year: Option<i64>,
    ) -> Result<Option<Date>, ValueError> {
        let (month, day) = (self.within("month", 1, 12)?, self.int("day")?);
        let year = year
            .or(base.map(Date::year))
            .ok_or(missing("year", "a date"))?;
        if base.is_none() && day.is_some() && month.is_none() {
            return Err(missing("month", "`day`"));
        }
        let month = month.or(base.map(Date::month)).unwrap_or(1);
        let last = days_in_month(year, month);
        check_range("day", day, 1, last)?;
        let kept = base.map(|base| base.day().min(last));
        Ok(Date::new(year, month, day.or(kept).unwrap_or(1)))
    }

    fn week_date(&self, base: Option<Date>, year: Option<i64>) -> Result<Option<Date>, ValueError> {
        let (base_year, base_week) = base.map(Date::week_date).unzip();
        let year = year.or(base_year).ok_or(missing("year", "`week`"))?;
        let week = self.int("week")?;
        let weeks = weeks_in_year(year).unwrap_or(53);
        check_range("week", week, 1, weeks)?;
        let week = week.or(base_week).ok_or(missing("week", "`dayOfWeek`"))?;
        let day = self
            .within("dayOfWeek", 1, 7)?
            .or(base.map(Date::weekday))
            .unwrap_or(1);
        Ok(Date::from_week(year, week.min(weeks), day))
    }

    fn quarter_date(
        &self,
        base: Option<Date>,
        year: Option<i64>,
    ) -> Result<Option<Date>, ValueError> {
        let year = year
            .or(base.map(Date::year))
            .ok_or(missing("year", "`quarter`"))?;
        let quarter = self.within("quarter", 1, 4)?.or(base.map(Date::quarter));
        let quarter = quarter.ok_or(missing("quarter", "`dayOfQuarter`"))?;
        if let Some(day) = self.int("dayOfQuarter")? {
            check_range("dayOfQuarter", Some(day), 1, days_in_quarter(year, quarter))?;
            return Ok(Date::from_quarter(year, quarter, day));
        }
        // The same month of the quarter, as far as it has that day.
        let (_, month, day) = base.map_or((year, 1, 1), Date::ymd);
        let month = quarter * 3 - 2 + (month - 1) % 3;
        Ok(Date::new(year, month, day.min(days_in_month(year, month))))
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
            shown(Instant::Date.from_map(map, DEFAULTS)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn dates_from_components() {
        check(&fields! {year: 1816, week: 1}, "1816-01-01");
        check(&fields! {year: 1817, week: 1}, "1816-12-30");
        check(&fields! {year: 1818, week: 53}, "1818-12-28");
        check(&fields! {year: 1817, week: 1, dayOfWeek: 2}, "1816-12-31");
        check(&fields! {year: 1984, month: 10, day: 11}, "1984-10-11");
        check(&fields! {year: 1984, ordinalDay: 202}, "1984-07-20");
        check(
            &fields! {year: 1984, quarter: 3, dayOfQuarter: 45},
            "1984-08-14",
        );
        check(&fields! {year: 1984, quarter: 3}, "1984-07-01");
    }

    #[test]
    fn dates_from_other_instants() {
        let other = || instant("localdatetime 1984-11-11T12:31:14");
        check(&fields! {date: other()}, "1984-11-11");
        check(&fields! {date: other(), year: 28}, "0028-11-11");
        check(&fields! {date: other(), day: 28}, "1984-11-28");
        check(&fields! {date: other(), week: 1}, "1984-01-08");
        check(&fields! {date: other(), ordinalDay: 28}, "1984-01-28");
        check(&fields! {date: other(), quarter: 3}, "1984-08-11");
        check(
            &fields! {date: instant("date 1816-12-30"), week: 2, dayOfWeek: 3},
            "1817-01-08",
        );
        check(
            &fields! {date: instant("date 1816-12-31"), week: 2},
            "1817-01-07",
        );
        check(
            &fields! {date: instant("date 1816-12-31"), year: 1817, week: 2},
            "1817-01-07",
        );
        check(
            &fields! {date: instant("date 2016-02-29"), year: 2015},
            "2015-02-28",
        );
        check(
            &fields! {date: instant("date 2016-01-31"), month: 2},
            "2016-02-29",
        );
        check(
            &fields! {date: instant("date 2016-05-31"), quarter: 1},
            "2016-02-29",
        );
        check(
            &fields! {date: instant("date 2020-12-31"), year: 2021, dayOfWeek: 1},
            "2021-12-27",
        );
    }

    #[test]
    fn wrong_components_are_named() {
        check(&fields! {}, "a date needs `year`");
        check(&fields! {month: 1}, "a date needs `year`");
        check(&fields! {year: 1984, day: 1}, "`day` needs `month`");
        check(
            &fields! {year: 1984, dayOfWeek: 1},
            "`dayOfWeek` needs `week`",
        );
        check(
            &fields! {year: 1984, month: 13},
            "`month` is 13, and must be from 1 to 12",
        );
        check(
            &fields! {year: 1985, month: 2, day: 29},
            "`day` is 29, and must be from 1 to 28",
        );
        check(
            &fields! {year: 1985, week: 53},
            "`week` is 53, and must be from 1 to 52",
        );
        check(
            &fields! {year: 1984, week: 1, day: 1},
            "`week` and `day` can't be given together",
        );
        check(
            &fields! {year: 1_000_000_000},
            "`year` is 1000000000, and must be from -999999999 to 999999999",
        );
        check(
            &fields! {date: instant("time 12:00Z")},
            "`date` can't be taken from TIME",
        );
    }
}
