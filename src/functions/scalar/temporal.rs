//! Functions about time.

use super::super::context::real_time;
use super::super::signature::{Argument, INTEGER, STRING, Signature, argument};
use super::super::{Context, Function};
use super::{at, int, misfit, text};
use crate::error::Result;
use crate::value::temporal::{self, Defaults, Instant, Units};
use crate::value::{DateTime, Map, Type, Value, ValueError, Zone};

const CATEGORY: &str = "temporal";

const INSTANT: &[Type] = &[
    Type::Date,
    Type::LocalTime,
    Type::Time,
    Type::LocalDateTime,
    Type::DateTime,
];
const INPUT: Argument = argument(
    "input",
    &[
        Type::String,
        Type::Map,
        Type::Date,
        Type::LocalTime,
        Type::Time,
        Type::LocalDateTime,
        Type::DateTime,
    ],
);
const ZONE: Argument = argument("timezone", &[Type::String, Type::Map]);
const UNIT: Argument = argument("unit", STRING);
const MOMENT: Argument = argument("instant", INSTANT);
const FIELDS: Argument = argument("components", &[Type::Map]);
const ENDS: &[Argument] = &[argument("from", INSTANT), argument("to", INSTANT)];

/// Writes the functions of one type of instants.
macro_rules! instant {
    ($name:literal, $kind:expr, $result:expr, $what:literal) => {
        [
            Function::new(
                $name,
                CATEGORY,
                Signature::of(&[INPUT], $result).required(0),
                concat!(
                    "Returns ",
                    $what,
                    ": the current one, one read from a string, made of components, or taken from another value."
                ),
                |context, values| make($kind, $name, context, values),
            ),
            Function::new(
                concat!($name, ".transaction"),
                CATEGORY,
                Signature::of(&[ZONE], $result).required(0),
                concat!("Returns ", $what, ": when the transaction began."),
                |context, values| current($kind, context.now.transaction, context, values),
            ),
            Function::new(
                concat!($name, ".statement"),
                CATEGORY,
                Signature::of(&[ZONE], $result).required(0),
                concat!("Returns ", $what, ": when the statement began."),
                |context, values| current($kind, context.now.statement, context, values),
            ),
            Function::new(
                concat!($name, ".realtime"),
                CATEGORY,
                Signature::of(&[ZONE], $result).required(0),
                concat!("Returns ", $what, ": what the system's clock shows now."),
                |context, values| current($kind, real_time(), context, values),
            ),
            Function::new(
                concat!($name, ".truncate"),
                CATEGORY,
                Signature::of(&[UNIT, MOMENT, FIELDS], $result).required(1),
                concat!(
                    "Returns ",
                    $what,
                    ": the beginning of the unit that the instant lies in, with smaller components put in."
                ),
                |context, values| truncate($kind, concat!($name, ".truncate"), context, values),
            ),
        ]
    };
}

const DATE: [Function; 5] = instant!("date", Instant::Date, Type::Date, "a date");
const LOCAL_TIME: [Function; 5] = instant!(
    "localtime",
    Instant::LocalTime,
    Type::LocalTime,
    "a time of day"
);
const TIME: [Function; 5] = instant!(
    "time",
    Instant::Time,
    Type::Time,
    "a time of day with an offset"
);
const LOCAL_DATE_TIME: [Function; 5] = instant!(
    "localdatetime",
    Instant::LocalDateTime,
    Type::LocalDateTime,
    "a date and time"
);
const DATE_TIME: [Function; 5] = instant!(
    "datetime",
    Instant::DateTime,
    Type::DateTime,
    "a date and time in a zone"
);

/// The functions of instants, one type after the other.
pub(super) static INSTANTS: [[Function; 5]; 5] =
    [DATE, LOCAL_TIME, TIME, LOCAL_DATE_TIME, DATE_TIME];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "datetime.fromepoch",
        CATEGORY,
        Signature::of(
            &[
                argument("seconds", INTEGER),
                argument("nanoseconds", INTEGER),
            ],
            Type::DateTime,
        )
        .required(1),
        "Returns the moment so many seconds and nanoseconds after 1970-01-01T00:00Z.",
        |_, values| {
            let nanos = if values.len() > 1 {
                int("datetime.fromepoch", values, 1)?
            } else {
                0
            };
            from_epoch(int("datetime.fromepoch", values, 0)?, nanos)
        },
    ),
    Function::new(
        "datetime.fromepochmillis",
        CATEGORY,
        Signature::of(&[argument("milliseconds", INTEGER)], Type::DateTime),
        "Returns the moment so many milliseconds after 1970-01-01T00:00Z.",
        |_, values| {
            let millis = int("datetime.fromepochmillis", values, 0)?;
            from_epoch(millis.div_euclid(1000), millis.rem_euclid(1000) * 1_000_000)
        },
    ),
    Function::new(
        "duration",
        CATEGORY,
        Signature::of(
            &[argument(
                "input",
                &[Type::String, Type::Map, Type::Duration],
            )],
            Type::Duration,
        ),
        "Returns a duration, read from a string or made of amounts of units.",
        duration,
    ),
    Function::new(
        "duration.between",
        CATEGORY,
        Signature::of(ENDS, Type::Duration),
        "Returns the time between two instants in months, days and seconds.",
        |_, values| between(Units::All, values),
    ),
    Function::new(
        "duration.inMonths",
        CATEGORY,
        Signature::of(ENDS, Type::Duration),
        "Returns the whole months between two instants.",
        |_, values| between(Units::Months, values),
    ),
    Function::new(
        "duration.inDays",
        CATEGORY,
        Signature::of(ENDS, Type::Duration),
        "Returns the whole days between two instants.",
        |_, values| between(Units::Days, values),
    ),
    Function::new(
        "duration.inSeconds",
        CATEGORY,
        Signature::of(ENDS, Type::Duration),
        "Returns the seconds between two instants, with their fractions.",
        |_, values| between(Units::Seconds, values),
    ),
    Function::new(
        "timestamp",
        CATEGORY,
        Signature::of(&[], Type::Integer),
        "Returns the milliseconds from 1970-01-01T00:00Z to the beginning of the statement.",
        |context, _| {
            let now = context.now.statement;
            Ok((now.seconds() * 1000 + now.nanosecond() / 1_000_000).into())
        },
    ),
];

fn defaults(context: &Context<'_>) -> Defaults {
    Defaults {
        zone: context.now.zone,
        now: context.now.statement.seconds(),
    }
}

/// `date()`, `date('2015-07-21')`, `date({year: 2015})`, `date(other)` and their like.
fn make(
    kind: Instant,
    function: &'static str,
    context: &Context<'_>,
    values: &[Value],
) -> Result<Value> {
    let now = context.now.statement;
    match values.first() {
        None => current(kind, now, context, values),
        Some(Value::String(text)) => Ok(parse(kind, text, context.now.zone)?),
        Some(Value::Map(map)) if map.len() == 1 && map.contains_key("timezone") => {
            current(kind, now, context, values)
        }
        Some(Value::Map(map)) => Ok(kind.from_map(map, defaults(context))?),
        Some(other) if INSTANT.contains(&other.type_of()) => {
            Ok(kind.from_instant(other, defaults(context))?)
        }
        Some(other) => Err(misfit(function, "STRING, MAP or an instant", other).into()),
    }
}

fn parse(kind: Instant, text: &str, zone: Zone) -> Result<Value, ValueError> {
    match kind {
        Instant::Date => temporal::parse_date(text).map(Value::from),
        Instant::LocalTime => temporal::parse_local_time(text).map(Value::from),
        Instant::Time => temporal::parse_time(text, zone).map(Value::from),
        Instant::LocalDateTime => temporal::parse_local_date_time(text).map(Value::from),
        Instant::DateTime => temporal::parse_date_time(text, zone).map(Value::from),
    }
}

/// A moment of one of the clocks, in the zone that the first argument names.
fn current(
    kind: Instant,
    moment: DateTime,
    context: &Context<'_>,
    values: &[Value],
) -> Result<Value> {
    const TIMEZONE: &str = "timezone";
    let zone = match values.first() {
        None => context.now.zone,
        Some(Value::Map(map)) => match map.get(TIMEZONE) {
            Some(Value::Null) => return Ok(Value::Null),
            Some(Value::String(name)) if map.len() == 1 => temporal::parse_zone(name)?,
            _ => {
                return Err(
                    misfit(TIMEZONE, "a STRING or {timezone: STRING}", at(values, 0)).into(),
                );
            }
        },
        Some(_) => temporal::parse_zone(text(TIMEZONE, values, 0)?)?,
    };
    let moment = moment.in_zone(zone).unwrap_or(moment);
    Ok(kind.from_instant(&moment.into(), defaults(context))?)
}

fn truncate(
    kind: Instant,
    function: &'static str,
    context: &Context<'_>,
    values: &[Value],
) -> Result<Value> {
    let unit = text(function, values, 0)?;
    let now = || Value::from(context.now.statement.in_zone(context.now.zone));
    let instant = values.get(1).cloned().unwrap_or_else(now);
    let none = Map::new();
    let fields = match values.get(2) {
        None => &none,
        Some(Value::Map(fields)) => &**fields,
        Some(other) => return Err(misfit(function, "MAP", other).into()),
    };
    Ok(temporal::truncate(
        kind,
        unit,
        &instant,
        fields,
        defaults(context),
    )?)
}

fn from_epoch(seconds: i64, nanos: i64) -> Result<Value> {
    let moment = DateTime::from_seconds(seconds, nanos, Zone::UTC);
    let outside = ValueError::InstantOverflow {
        operation: "`datetime.fromepoch()`",
    };
    Ok(moment.ok_or(outside)?.into())
}

fn duration(_: &Context<'_>, values: &[Value]) -> Result<Value> {
    match at(values, 0) {
        Value::String(text) => Ok(temporal::parse_duration(text)?.into()),
        Value::Map(map) => Ok(temporal::duration_from_map(map)?),
        Value::Duration(duration) => Ok(Value::Duration(duration.clone())),
        other => Err(misfit("duration", "STRING, MAP or DURATION", other).into()),
    }
}

fn between(units: Units, values: &[Value]) -> Result<Value> {
    Ok(temporal::between(units, at(values, 0), at(values, 1))?.into())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, values};
    use crate::value::{Date, Duration, Value};

    const WRONG: &str = "ArgumentError.InvalidArgumentValue";

    fn zone(name: &str) -> Value {
        Value::map([("timezone", Value::from(name))])
    }

    #[test]
    fn the_current_instant() {
        check("date", values![], "'2015-07-21'");
        check("time", values![], "'21:40:32Z'");
        check("localtime.statement", values!["Asia/Tokyo"], "'06:40:32'");
        check(
            "date.transaction",
            values![zone("Asia/Tokyo")],
            "'2015-07-22'",
        );
        check(
            "time",
            values![zone("America/Los Angeles")],
            "'14:40:32-07:00'",
        );
        check(
            "datetime",
            values![zone("+02:00")],
            "'2015-07-21T23:40:32+02:00'",
        );
        check("datetime.realtime", values![Value::Null], "null");
        check("datetime.statement", values!["Europe/Nowhere"], WRONG);
        check("timestamp", values![], "1437514832000");
        check(
            "localdatetime.truncate",
            values!["month"],
            "'2015-07-01T00:00'",
        );
    }

    #[test]
    fn instants_from_one_value() {
        check("date", values!["2015-W30-2"], "'2015-07-21'");
        check("date", values!["tomorrow"], WRONG);
        check(
            "date",
            values![Value::map(
                [("year", 1984), ("week", 10)].map(|(k, v)| (k, Value::from(v)))
            )],
            "'1984-03-05'",
        );
        check(
            "datetime",
            values![Date::new(2015, 7, 21)],
            "'2015-07-21T00:00Z'",
        );
        check(
            "time",
            values![Date::new(2015, 7, 21)],
            "TypeError.InvalidArgumentValue",
        );
        check(
            "LocalDateTime",
            values!["2015185T19:32:24"],
            "'2015-07-04T19:32:24'",
        );
        check("localtime", values!["21:40"], "'21:40'");
        check("time", values!["21:40"], "'21:40Z'");
        check(
            "datetime",
            values!["2015T2140-0100"],
            "'2015-01-01T21:40-01:00'",
        );
        check("date", values![2015], "refused");
        check("zoned_datetime", values![Value::Null], "null");
        check(
            "date.truncate",
            values![
                "week",
                Date::new(1984, 10, 11),
                Value::map([("dayOfWeek", Value::from(2))])
            ],
            "'1984-10-09'",
        );
        check("date.truncate", values!["week", Value::Null], "null");
        check(
            "datetime.fromepoch",
            values![416_779, 999_999_999],
            "'1970-01-05T19:46:19.999999999Z'",
        );
        check(
            "datetime.fromepochmillis",
            values![237_821_673_987_i64],
            "'1977-07-15T13:34:33.987Z'",
        );
        check(
            "datetime.fromepoch",
            values![i64::MAX],
            "ArithmeticError.NumberOutOfRange",
        );
    }

    #[test]
    fn durations() {
        check("duration", values!["P5M1.5D"], "'P5M1DT12H'");
        check("duration", values!["5M"], WRONG);
        check("duration", values![Duration::new(1, 0, 0, 0)], "'P1M'");
        check(
            "duration",
            values![Value::map([("months", Value::from(0.75))])],
            "'P22DT19H51M49.5S'",
        );
        let ends = || values![Date::new(1984, 10, 11), Date::new(2015, 6, 24)];
        check("duration.between", ends(), "'P30Y8M13D'");
        check("duration.inMonths", ends(), "'P30Y8M'");
        check("duration.inDays", ends(), "'P11213D'");
        check("duration.inSeconds", ends(), "'PT269112H'");
        check(
            "duration.between",
            values![Value::Null, Value::Null],
            "null",
        );
    }
}
