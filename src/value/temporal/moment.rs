//! What can be said of a moment: a date, a date and time, or one of these as a text.

use super::{Zone, parse_date, parse_date_time};
use crate::value::{Value, ValueError};

/// Returns the date or the date and time that a value means. A text is read as `date()` or
/// `datetime()` read it, without an offset in UTC.
///
/// # Errors
/// If it is another value, or a text that neither can read.
pub fn read_moment(value: &Value) -> Result<Value, ValueError> {
    match value {
        Value::Date(_) | Value::LocalDateTime(_) | Value::DateTime(_) => Ok(value.clone()),
        Value::String(text) => {
            let date = parse_date(text).map(Value::Date);
            date.or_else(|_| parse_date_time(text, Zone::UTC).map(Value::DateTime))
                .map_err(|_| ValueError::UnreadableMoment {
                    text: text.chars().take(60).collect(),
                })
        }
        other => Err(ValueError::NotAMoment {
            found: other.type_of(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::literal::to_literal;

    #[track_caller]
    fn check(value: impl Into<Value>, expected: &str) {
        let found = read_moment(&value.into());
        let found = found.map_or_else(|error| error.to_string(), |value| to_literal(&value));
        assert_eq!(found, expected);
    }

    #[test]
    fn texts_are_read_as_the_functions_read_them() {
        check("2025-12-17", "'2025-12-17'");
        check("2025-12", "'2025-12-01'");
        check("2025-12-17T09:30", "'2025-12-17T09:30Z'");
        check("2025-12-17T09:30+01:00", "'2025-12-17T09:30+01:00'");
        let message = "`17.12.2025` is no date, which is written like '2025-12-17', nor a date and \
                       time, like '2025-12-17T09:30:00Z'";
        check("17.12.2025", message);
    }

    #[test]
    fn other_values_are_refused() {
        check(
            1996,
            "a moment is a date, a date and time, or one of them as a text, not INTEGER",
        );
        check(
            Value::Null,
            "a moment is a date, a date and time, or one of them as a text, not NULL",
        );
    }
}
