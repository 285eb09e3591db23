//! Temporal values from text, for formats that have no types for them.

use crate::value::{Date, Value};

/// Reads a day `YYYY-MM-DD` that the calendar has.
pub(super) fn day(text: &str) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |sum: i64, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    Date::new(
        number(&[y1, y2, y3, y4])?,
        number(&[m1, m2])?,
        number(&[d1, d2])?,
    )
}

/// Reads a value of the temporal type that is named as in the query language.
pub(super) fn read(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "date" => day(text).map(Value::Date),
        _ => None,
    }
}
