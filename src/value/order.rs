//! Comparability (`<` and its kin, with unknown results) and orderability (`ORDER BY`, total).

use std::cmp::Ordering;

use super::{Map, Path, Value};

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The values have an order.
    Ordered(Ordering),
    /// One of two numbers is NaN: neither is less.
    Unordered,
    /// It is unknown: a null decides, or the types can't be compared.
    Unknown,
}

/// Returns `a < b`.
#[must_use]
pub fn less(a: &Value, b: &Value) -> Option<bool> {
    test(a, b, Ordering::is_lt)
}

/// Returns `a <= b`.
#[must_use]
pub fn less_or_equal(a: &Value, b: &Value) -> Option<bool> {
    test(a, b, Ordering::is_le)
}

/// Returns `a > b`.
#[must_use]
pub fn greater(a: &Value, b: &Value) -> Option<bool> {
    test(a, b, Ordering::is_gt)
}

/// Returns `a >= b`.
#[must_use]
pub fn greater_or_equal(a: &Value, b: &Value) -> Option<bool> {
    test(a, b, Ordering::is_ge)
}

fn test(a: &Value, b: &Value, holds: fn(Ordering) -> bool) -> Option<bool> {
    match comparison(a, b) {
        Comparison::Ordered(ordering) => Some(holds(ordering)),
        Comparison::Unordered => Some(false),
        Comparison::Unknown => None,
    }
}

/// Returns how the values compare; none where that is unknown and where one is NaN. The operators
/// [`less`] and its kin tell these two apart.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match comparison(a, b) {
        Comparison::Ordered(ordering) => Some(ordering),
        Comparison::Unordered | Comparison::Unknown => None,
    }
}

/// Returns how the values compare.
#[must_use]
pub fn comparison(a: &Value, b: &Value) -> Comparison {
    let ordering = match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => return numbers(a.partial_cmp(b)),
        (Value::Int(a), Value::Float(b)) => return numbers(compare_int_float(*a, *b)),
        (Value::Float(a), Value::Int(b)) => {
            return numbers(compare_int_float(*b, *a).map(Ordering::reverse));
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => return compare_lists(a, b),
        (Value::Map(a), Value::Map(b)) => return compare_maps(a, b),
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Rel(a), Value::Rel(b)) => a.cmp(b),
        (Value::Path(a), Value::Path(b)) => order_paths(a, b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::LocalTime(a), Value::LocalTime(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        _ => return Comparison::Unknown,
    };
    Comparison::Ordered(ordering)
}

fn numbers(ordering: Option<Ordering>) -> Comparison {
    ordering.map_or(Comparison::Unordered, Comparison::Ordered)
}

/// The first pair that is not equal decides.
fn compare_lists(a: &[Value], b: &[Value]) -> Comparison {
    for (a, b) in a.iter().zip(b) {
        match comparison_or_equal(a, b) {
            Comparison::Ordered(Ordering::Equal) => {}
            decided => return decided,
        }
    }
    Comparison::Ordered(a.len().cmp(&b.len()))
}

/// By size, then keys, then values; a map that holds a null can't be compared.
fn compare_maps(a: &Map, b: &Map) -> Comparison {
    let holds_null = |map: &Map| map.values().any(|value| matches!(value, Value::Null));
    if holds_null(a) || holds_null(b) {
        return Comparison::Unknown;
    }
    match order_keys(a, b) {
        Ordering::Equal => {}
        decided => return Comparison::Ordered(decided),
    }
    for (a, b) in a.values().zip(b.values()) {
        match comparison_or_equal(a, b) {
            Comparison::Ordered(Ordering::Equal) => {}
            decided => return decided,
        }
    }
    Comparison::Ordered(Ordering::Equal)
}

/// As [`comparison`]; durations have no order, yet equal ones let the next element decide.
fn comparison_or_equal(a: &Value, b: &Value) -> Comparison {
    match (a, b) {
        (Value::Duration(a), Value::Duration(b)) if a == b => Comparison::Ordered(Ordering::Equal),
        _ => comparison(a, b),
    }
}

/// Returns the place of `a` relative to `b` in ascending order: total over all values, maps first
/// and null last.
#[must_use]
pub fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => order_floats(*a, *b),
        (Value::Int(a), Value::Float(b)) => compare_int_float(*a, *b).unwrap_or(Ordering::Less),
        (Value::Float(a), Value::Int(b)) => {
            compare_int_float(*b, *a).map_or(Ordering::Greater, Ordering::reverse)
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => order_all(a.iter().zip(b.iter()), a.len(), b.len()),
        (Value::Map(a), Value::Map(b)) => {
            order_keys(a, b).then_with(|| order_all(a.values().zip(b.values()), 0, 0))
        }
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Rel(a), Value::Rel(b)) => a.cmp(b),
        (Value::Path(a), Value::Path(b)) => order_paths(a, b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::LocalTime(a), Value::LocalTime(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// The order of types.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Rel(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::DateTime(_) => 5,
        Value::LocalDateTime(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::LocalTime(_) => 9,
        Value::Duration(_) => 10,
        Value::String(_) => 11,
        Value::Bool(_) => 12,
        Value::Int(_) | Value::Float(_) => 13,
        Value::Null => 14,
    }
}

fn order_all<'a>(
    mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>,
    a_len: usize,
    b_len: usize,
) -> Ordering {
    pairs
        .find_map(|(a, b)| Some(order(a, b)).filter(|ordering| ordering.is_ne()))
        .unwrap_or_else(|| a_len.cmp(&b_len))
}

fn order_keys(a: &Map, b: &Map) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.keys().cmp(b.keys()))
}

/// NaN comes after all other numbers.
pub(super) fn order_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// As lists of nodes and relationships in turn.
fn order_paths(a: &Path, b: &Path) -> Ordering {
    let mut order = a.nodes.first().cmp(&b.nodes.first());
    for step in 0..a.rels.len().min(b.rels.len()) {
        order = order
            .then(a.rels.get(step).cmp(&b.rels.get(step)))
            .then(a.nodes.get(step + 1).cmp(&b.nodes.get(step + 1)));
        if order.is_ne() {
            break;
        }
    }
    order.then(a.rels.len().cmp(&b.rels.len()))
}

/// Compares exactly, as if both were decimals of unlimited length; none for NaN.
#[must_use]
pub(crate) fn compare_int_float(a: i64, b: f64) -> Option<Ordering> {
    /// 2⁶³, the first float above all integers.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        return None;
    }
    if b >= LIMIT {
        return Some(Ordering::Less);
    }
    if b < -LIMIT {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the whole part lies within i64"
    )]
    let whole = b.trunc() as i64;
    Some(a.cmp(&whole).then(0.0_f64.total_cmp(&(b.fract() + 0.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::testing::values;
    use crate::value::{Date, DateTime, NodeId, RelId, Zone, equal, equivalent};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_is_total_and_agrees_with_equivalence(
            a in values(), b in values(), c in values()
        ) {
            prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
            prop_assert_eq!(order(&a, &b).is_eq(), equivalent(&a, &b));
            if order(&a, &b).is_le() && order(&b, &c).is_le() {
                prop_assert!(order(&a, &c).is_le());
            }
        }

        #[test]
        fn comparison_agrees_with_order_and_equality(a in values(), b in values()) {
            if let Some(ordering) = compare(&a, &b) {
                prop_assert_eq!(compare(&b, &a), Some(ordering.reverse()));
                prop_assert_eq!(equal(&a, &b), Some(ordering.is_eq()));
            }
            if less(&a, &b) == Some(true) && !matches!((&a, &b), (Value::List(_) | Value::Map(_), _)) {
                prop_assert_eq!(order(&a, &b), Ordering::Less);
            }
        }
    }

    fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::list(items)
    }

    #[test]
    fn types_have_an_order() {
        let date = Date::new(1984, 10, 11).unwrap();
        let local = crate::value::LocalDateTime::new(date, crate::value::LocalTime::MIDNIGHT);
        let ascending = [
            Value::map([("a", Value::from("map"))]),
            NodeId(7).into(),
            RelId(3).into(),
            list(["list".into()]),
            Path {
                nodes: [NodeId(0)].into(),
                rels: [].into(),
            }
            .into(),
            DateTime::new(local, Zone::UTC).into(),
            local.into(),
            date.into(),
            "text".into(),
            false.into(),
            1.5.into(),
            f64::INFINITY.into(),
            f64::NAN.into(),
            Value::Null,
        ];
        for pair in ascending.windows(2) {
            assert_eq!(order(&pair[0], &pair[1]), Ordering::Less, "{pair:?}");
        }
    }

    #[test]
    fn lists_order_by_their_first_difference() {
        let (a, null) = (|| Value::from("a"), Value::Null);
        let ascending = [
            list([]),
            list([a()]),
            list([a(), 1.into()]),
            list([1.into()]),
            list([1.into(), a()]),
            list([1.into(), null.clone()]),
            list([null.clone(), 1.into()]),
            list([null, 2.into()]),
        ];
        for pair in ascending.windows(2) {
            assert_eq!(order(&pair[0], &pair[1]), Ordering::Less, "{pair:?}");
        }
    }

    #[test]
    fn comparing_gives_unknown_only_where_it_is() {
        let check = |a: Value, b: Value, expected: Option<bool>| {
            assert_eq!(greater_or_equal(&a, &b), expected, "{a:?} >= {b:?}");
        };
        let one = || Value::from(1);
        check(list([one(), 0.into()]), list([one()]), Some(true));
        check(list([one(), Value::Null]), list([one()]), Some(true));
        check(list([one(), 2.into()]), list([one(), Value::Null]), None);
        check(
            list([one(), 2.into()]),
            list([3.into(), Value::Null]),
            Some(false),
        );
        check(f64::NAN.into(), one(), Some(false));
        check(f64::NAN.into(), "a".into(), None);
        check(one(), "a".into(), None);
        check(
            i64::MAX.into(),
            9_223_372_036_854_775_808.0.into(),
            Some(false),
        );
        check(
            crate::value::Duration::ZERO.into(),
            crate::value::Duration::ZERO.into(),
            None,
        );
    }
}
