//! Membership, elements and slices of lists, and how deep values may nest.

use super::super::error::ValueError;
use super::super::{Value, equal};

/// How deep lists and maps may nest in one another.
pub const MAX_DEPTH: usize = 500;

/// How many elements lists and maps hold in all, those of lists and maps within them counted as often
/// as they occur.
pub const MAX_ELEMENTS: usize = 1 << 26;

/// Returns `item IN list`; unknown where a null in either decides.
///
/// # Errors
/// If `list` is neither a list nor null.
pub fn in_list(item: &Value, list: &Value) -> Result<Option<bool>, ValueError> {
    let items = match list {
        Value::Null => return Ok(None),
        Value::List(items) => items,
        other => {
            return Err(ValueError::NotAList {
                found: other.type_of(),
            });
        }
    };
    let mut found = Some(false);
    for candidate in items.iter() {
        let same = match (item, candidate) {
            // Most lists are long because they hold numbers.
            (Value::Int(item), Value::Int(candidate)) => Some(item == candidate),
            _ => equal(item, candidate),
        };
        match same {
            Some(true) => return Ok(same),
            Some(false) => {}
            None => found = None,
        }
    }
    Ok(found)
}

/// Returns `list[index]`, counted from zero or, if negative, from the end, or `map[key]`; null
/// where there is none.
///
/// # Errors
/// If `container` is no list or map, or `key` does not suit it.
pub fn index(container: &Value, key: &Value) -> Result<Value, ValueError> {
    match (container, key) {
        (Value::Null, _) | (Value::List(_) | Value::Map(_), Value::Null) => Ok(Value::Null),
        (Value::List(items), Value::Int(place)) => Ok(element(items, *place)),
        (Value::Map(map), Value::String(key)) => {
            Ok(map.get(&**key).cloned().unwrap_or(Value::Null))
        }
        (Value::List(_), other) => Err(ValueError::IndexNotInteger {
            found: other.type_of(),
        }),
        (Value::Map(_), other) => Err(ValueError::KeyNotString {
            found: other.type_of(),
        }),
        (other, _) => Err(ValueError::NotIndexable {
            found: other.type_of(),
        }),
    }
}

fn element(items: &[Value], place: i64) -> Value {
    let place = if place < 0 {
        i64::try_from(items.len()).unwrap_or(i64::MAX) + place
    } else {
        place
    };
    usize::try_from(place)
        .ok()
        .and_then(|place| items.get(place))
        .cloned()
        .unwrap_or(Value::Null)
}

/// Returns `list[from..to]`; an omitted bound is the list's end, a null bound gives null, negative
/// bounds count from the end, and bounds outside of the list are moved to its ends.
///
/// # Errors
/// If `list` is no list, or a bound is no integer.
pub fn slice(list: &Value, from: Option<&Value>, to: Option<&Value>) -> Result<Value, ValueError> {
    let items = match list {
        Value::Null => return Ok(Value::Null),
        Value::List(items) => items,
        other => {
            return Err(ValueError::NotIndexable {
                found: other.type_of(),
            });
        }
    };
    let (Some(from), Some(to)) = (
        bound(from, 0, items.len())?,
        bound(to, items.len(), items.len())?,
    ) else {
        return Ok(Value::Null);
    };
    Ok(Value::list(
        items.get(from..to).unwrap_or_default().iter().cloned(),
    ))
}

/// Returns a bound's place in a list; none for null.
fn bound(bound: Option<&Value>, omitted: usize, len: usize) -> Result<Option<usize>, ValueError> {
    let place = match bound {
        None => return Ok(Some(omitted)),
        Some(Value::Null) => return Ok(None),
        Some(Value::Int(place)) => *place,
        Some(other) => {
            return Err(ValueError::IndexNotInteger {
                found: other.type_of(),
            });
        }
    };
    let size = usize::try_from(place.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(Some(if place < 0 {
        len.saturating_sub(size)
    } else {
        size.min(len)
    }))
}

/// Checks that lists and maps in `value` nest no deeper than [`MAX_DEPTH`] and hold no more than
/// [`MAX_ELEMENTS`] in all, which is what every walk over values relies on: a list that holds another
/// one thrice takes little memory, but is long to walk. To be asked where a list or map is made of
/// values that may be lists or maps themselves.
///
/// # Errors
/// If they nest deeper or hold more.
pub fn check_nesting(value: &Value) -> Result<(), ValueError> {
    walk(value, MAX_DEPTH, &mut { MAX_ELEMENTS })
}

/// Goes through a value, `depth` levels down at most, and takes what it holds from `elements`.
fn walk(value: &Value, depth: usize, elements: &mut usize) -> Result<(), ValueError> {
    match value {
        Value::List(items) => walk_all(items.len(), items.iter(), depth, elements),
        Value::Map(map) => walk_all(map.len(), map.values(), depth, elements),
        _ => Ok(()),
    }
}

fn walk_all<'a>(
    count: usize,
    mut items: impl Iterator<Item = &'a Value>,
    depth: usize,
    elements: &mut usize,
) -> Result<(), ValueError> {
    let depth = depth
        .checked_sub(1)
        .ok_or(ValueError::TooDeep { limit: MAX_DEPTH })?;
    *elements = elements.checked_sub(count).ok_or(ValueError::TooLarge {
        operation: "lists and maps within each other",
        limit: MAX_ELEMENTS,
        unit: "elements",
    })?;
    items.try_for_each(|item| walk(item, depth, elements))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn numbers(items: &[i64]) -> Value {
        Value::list(items.iter().copied().map(Value::from))
    }

    #[test]
    fn membership_is_unknown_where_a_null_decides() {
        let check = |item: Value, list: Value, expected| {
            assert_eq!(in_list(&item, &list), Ok(expected), "{item:?} IN {list:?}");
        };
        let with_null = Value::list([1.into(), Value::Null, 3.into()]);
        check(3.into(), with_null.clone(), Some(true));
        check(4.into(), with_null.clone(), None);
        check(Value::Null, with_null, None);
        check(Value::Null, numbers(&[]), Some(false));
        check(1.into(), Value::Null, None);
        check(
            numbers(&[1, 2]),
            Value::list([1.into(), numbers(&[1, 2])]),
            Some(true),
        );
        check(numbers(&[]), numbers(&[]), Some(false));
        let found = Type::String;
        assert_eq!(
            in_list(&1.into(), &"1".into()),
            Err(ValueError::NotAList { found })
        );
    }

    #[test]
    fn elements_count_from_either_end() {
        let check = |place: i64, expected: Option<i64>| {
            let found = index(&numbers(&[1, 2, 3]), &place.into()).unwrap();
            assert_eq!(found.as_int(), expected, "[1, 2, 3][{place}]");
        };
        check(0, Some(1));
        check(-1, Some(3));
        check(3, None);
        check(-4, None);
        check(i64::MIN, None);
        let map = Value::map([("a", Value::from(1))]);
        assert!(index(&map, &"b".into()).unwrap().is_null());
        assert!(index(&map, &Value::Null).unwrap().is_null());
        let found = Type::Float;
        assert_eq!(
            index(&map, &1.5.into()).unwrap_err(),
            ValueError::KeyNotString { found }
        );
        assert_eq!(
            index(&numbers(&[1]), &1.5.into()).unwrap_err(),
            ValueError::IndexNotInteger { found }
        );
        assert_eq!(
            index(&1.5.into(), &0.into()).unwrap_err(),
            ValueError::NotIndexable { found }
        );
    }

    #[test]
    fn slices_stay_within_the_list() {
        let check = |from: Option<i64>, to: Option<i64>, expected: &[i64]| {
            let (from, to) = (from.map(Value::from), to.map(Value::from));
            let found = slice(&numbers(&[1, 2, 3]), from.as_ref(), to.as_ref()).unwrap();
            assert!(
                crate::value::equivalent(&found, &numbers(expected)),
                "{from:?}..{to:?}"
            );
        };
        check(Some(1), Some(3), &[2, 3]);
        check(Some(1), None, &[2, 3]);
        check(None, Some(2), &[1, 2]);
        check(Some(-3), Some(-1), &[1, 2]);
        check(Some(3), Some(1), &[]);
        check(Some(-5), Some(5), &[1, 2, 3]);
        check(Some(i64::MIN), Some(i64::MAX), &[1, 2, 3]);
        let null = slice(&numbers(&[1]), Some(&Value::Null), None).unwrap();
        assert!(null.is_null());
    }

    #[test]
    fn depth_is_limited() {
        let nest = |depth| (0..depth).fold(Value::from(1), |inner, _| Value::list([inner]));
        assert_eq!(check_nesting(&nest(MAX_DEPTH)), Ok(()));
        assert!(check_nesting(&nest(MAX_DEPTH + 1)).is_err());
    }

    #[test]
    fn a_list_that_is_shared_counts_as_often_as_it_occurs() {
        let shared = (0..60).fold(numbers(&[1]), |inner, _| {
            Value::list([inner.clone(), inner.clone(), inner])
        });
        assert!(matches!(
            check_nesting(&shared),
            Err(ValueError::TooLarge {
                limit: MAX_ELEMENTS,
                ..
            })
        ));
    }
}
