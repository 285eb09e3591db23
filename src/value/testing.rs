//! Generated values for the laws of this room.

use proptest::prelude::*;

use super::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, NodeId, Offset, Path, RelId, Time, Value,
    Zone,
};

/// Any value, with many equal and nearly equal ones.
pub(crate) fn values() -> impl Strategy<Value = Value> {
    leaves().prop_recursive(3, 12, 3, |inner| {
        let key = prop_oneof![Just("a"), Just("b")];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..3).prop_map(Value::map),
        ]
    })
}

fn leaves() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2_i64..3).prop_map(Value::from),
        prop_oneof![Just(i64::MAX), Just(i64::MAX - 1), Just(i64::MIN)].prop_map(Value::from),
        floats().prop_map(Value::from),
        "[a-cé]{0,2}".prop_map(Value::from),
        (0_u32..3).prop_map(|id| NodeId(id).into()),
        (0_u32..3).prop_map(|id| RelId(id).into()),
        (0_u32..3, 0_u32..3).prop_map(|(node, rel)| {
            let nodes = [NodeId(node), NodeId(1)].into();
            Path {
                nodes,
                rels: [RelId(rel)].into(),
            }
            .into()
        }),
        instants(),
    ]
}

fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(-0.0),
        Just(0.0),
        Just(1.0),
        Just(0.5),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(9_223_372_036_854_775_808.0),
        any::<f64>(),
    ]
}

fn instants() -> impl Strategy<Value = Value> {
    let zones = prop_oneof![
        Just(Zone::UTC),
        (-2_i32..3).prop_map(|hours| Offset::new(hours * 3600).unwrap().into()),
        Just(Zone::named("Europe/Stockholm").unwrap()),
        Just(Zone::named("Europe/Berlin").unwrap()),
    ];
    prop_oneof![
        (-2_i64..3).prop_map(|days| Date::from_days(days).into()),
        (0_i64..3).prop_map(|nanos| LocalTime::from_nanos(nanos).into()),
        (0_i64..3, -2_i32..3).prop_map(|(hour, offset)| {
            let local = LocalTime::new(hour, 0, 0, 0).unwrap();
            Time::new(local, Offset::new(offset * 3600).unwrap()).into()
        }),
        (-2_i64..3, 0_i64..2)
            .prop_map(|(seconds, nanos)| LocalDateTime::from_seconds(seconds, nanos).into()),
        (-2_i64..3, zones)
            .prop_map(|(hours, zone)| DateTime::from_seconds(hours * 3600, 0, zone).into()),
        (0_i64..2, 0_i64..31, 0_i64..2, 0_i64..2).prop_map(|(months, days, seconds, nanos)| {
            Duration::new(months, days, seconds * 86_400, nanos).into()
        }),
    ]
}
