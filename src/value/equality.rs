//! Equality (`=`) with three values, and equivalence (`DISTINCT`, grouping) with two.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::order::{compare_int_float, order, order_floats};
use super::{Map, Value};

/// Returns `a = b`: unknown where a null decides, false between values of different types.
#[must_use]
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::List(a), Value::List(b)) => lists_equal(a, b),
        (Value::Map(a), Value::Map(b)) => maps_equal(a, b),
        (Value::Float(a), Value::Float(b)) => Some(a.partial_cmp(b) == Some(Ordering::Equal)),
        _ => Some(same(a, b)),
    }
}

/// Returns whether `DISTINCT` and grouping take the two for the same: as equality, but null is
/// equivalent to null and NaN to NaN, at any depth.
#[must_use]
pub fn equivalent(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Float(a), Value::Float(b)) => order_floats(*a, *b).is_eq(),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equivalent(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            same_keys(a, b) && a.values().zip(b.values()).all(|(a, b)| equivalent(a, b))
        }
        _ => same(a, b),
    }
}

/// Equality of two values of which at most one is null, a list or a map; floats are compared by
/// the callers.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => {
            compare_int_float(*a, *b) == Some(Ordering::Equal)
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Node(a), Value::Node(b)) => a == b,
        (Value::Rel(a), Value::Rel(b)) => a == b,
        (Value::Path(a), Value::Path(b)) => a == b,
        (Value::Date(a), Value::Date(b)) => a == b,
        (Value::LocalTime(a), Value::LocalTime(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::LocalDateTime(a), Value::LocalDateTime(b)) => a == b,
        (Value::DateTime(a), Value::DateTime(b)) => a == b,
        (Value::Duration(a), Value::Duration(b)) => a == b,
        _ => false,
    }
}

fn lists_equal(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all_equal(a.iter().zip(b))
}

fn maps_equal(a: &Map, b: &Map) -> Option<bool> {
    if !same_keys(a, b) {
        return Some(false);
    }
    all_equal(a.values().zip(b.values()))
}

fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut result = Some(true);
    for (a, b) in pairs {
        // Most lists are long because they hold numbers.
        if let (Value::Int(a), Value::Int(b)) = (a, b) {
            if a == b {
                continue;
            }
            return Some(false);
        }
        match equal(a, b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

fn same_keys(a: &Map, b: &Map) -> bool {
    a.len() == b.len() && a.keys().eq(b.keys())
}

/// Feeds a value to a hasher; equivalent values hash alike.
pub fn hash<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Null => state.write_u8(0),
        Value::Bool(value) => value.hash(state),
        Value::Int(value) => value.hash(state),
        Value::Float(value) => hash_float(*value, state),
        Value::String(value) => value.hash(state),
        Value::List(items) => {
            state.write_usize(items.len());
            items.iter().for_each(|item| hash(item, state));
        }
        Value::Map(map) => {
            state.write_usize(map.len());
            for (key, item) in map.iter() {
                key.hash(state);
                hash(item, state);
            }
        }
        Value::Node(value) => value.hash(state),
        Value::Rel(value) => value.hash(state),
        Value::Path(value) => value.hash(state),
        Value::Date(value) => value.hash(state),
        Value::LocalTime(value) => value.hash(state),
        Value::Time(value) => value.hash(state),
        Value::LocalDateTime(value) => value.hash(state),
        Value::DateTime(value) => value.hash(state),
        Value::Duration(value) => value.hash(state),
    }
}

/// A float that is a whole number hashes as that integer, as `1 = 1.0`.
fn hash_float<H: Hasher>(value: f64, state: &mut H) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and the comparison finds out whether it was exact"
    )]
    let whole = value as i64;
    if compare_int_float(whole, value) == Some(Ordering::Equal) {
        whole.hash(state);
    } else if value.is_nan() {
        f64::NAN.to_bits().hash(state);
    } else {
        value.to_bits().hash(state);
    }
}

/// A value as a key of `DISTINCT` and grouping: equal where the values are equivalent, and in the
/// order of `ORDER BY`.
#[derive(Clone, Debug)]
pub struct GroupKey(pub Value);

impl PartialEq for GroupKey {
    fn eq(&self, other: &Self) -> bool {
        equivalent(&self.0, &other.0)
    }
}

impl Eq for GroupKey {}

impl Hash for GroupKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

impl Ord for GroupKey {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&self.0, &other.0)
    }
}

impl PartialOrd for GroupKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::testing::values;
    use proptest::prelude::*;
    use std::hash::DefaultHasher;

    fn hashed(value: &Value) -> u64 {
        let mut state = DefaultHasher::new();
        hash(value, &mut state);
        state.finish()
    }

    proptest! {
        #[test]
        fn equivalent_values_hash_alike(a in values(), b in values()) {
            prop_assert!(equivalent(&a, &a));
            if equivalent(&a, &b) {
                prop_assert_eq!(hashed(&a), hashed(&b));
            }
            if equal(&a, &b) == Some(true) {
                prop_assert!(equivalent(&a, &b));
            }
        }
    }

    #[test]
    fn equality_is_unknown_where_a_null_decides() {
        let list = |items: &[Value]| Value::list(items.iter().cloned());
        let one = Value::from(1);
        let check = |a: &Value, b: &Value, expected: Option<bool>| {
            assert_eq!(equal(a, b), expected, "{a:?} = {b:?}");
            assert_eq!(equal(b, a), expected, "{b:?} = {a:?}");
        };
        check(&one, &1.0.into(), Some(true));
        check(&"1".into(), &one, Some(false));
        check(&f64::NAN.into(), &f64::NAN.into(), Some(false));
        check(&f64::NAN.into(), &"a".into(), Some(false));
        check(&Value::Null, &Value::Null, None);
        check(
            &list(&[Value::Null]),
            &list(std::slice::from_ref(&one)),
            None,
        );
        check(
            &list(&[one.clone(), one.clone()]),
            &list(std::slice::from_ref(&one)),
            Some(false),
        );
        check(
            &list(&[one.clone(), Value::Null]),
            &list(&[2.into(), Value::Null]),
            Some(false),
        );
        let map = |value: &Value| Value::map([("k", value.clone())]);
        check(&map(&Value::Null), &map(&Value::Null), None);
        check(&map(&one), &Value::map([("l", one.clone())]), Some(false));
        check(&map(&one), &map(&1.0.into()), Some(true));
        check(
            &9_007_199_254_740_993_i64.into(),
            &9_007_199_254_740_992.0.into(),
            Some(false),
        );
    }
}
