//! Sorting that can be stopped.

use std::cmp::Ordering;

use crate::error::Result;

/// Is asked now and then by what takes long, and fails where it is to stop.
pub type Pulse<'a> = dyn Fn() -> Result<()> + 'a;

/// So many items are sorted at once; runs of them are merged.
const RUN: usize = 1 << 16;

/// Sorts items; equal ones keep their order.
pub(super) fn sorted<T>(
    items: impl Iterator<Item = T>,
    compare: impl Fn(&T, &T) -> Ordering,
    pulse: &Pulse<'_>,
) -> Result<Vec<T>> {
    let mut items = items;
    let mut runs: Vec<Vec<T>> = Vec::new();
    loop {
        let mut run: Vec<T> = items.by_ref().take(RUN).collect();
        if run.is_empty() {
            break;
        }
        run.sort_by(&compare);
        pulse()?;
        runs.push(run);
    }
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut rest = runs.into_iter();
        while let Some(first) = rest.next() {
            merged.push(match rest.next() {
                Some(second) => merge(first, second, &compare, pulse)?,
                None => first,
            });
        }
        runs = merged;
    }
    Ok(runs.pop().unwrap_or_default())
}

fn merge<T>(
    first: Vec<T>,
    second: Vec<T>,
    compare: impl Fn(&T, &T) -> Ordering,
    pulse: &Pulse<'_>,
) -> Result<Vec<T>> {
    let mut merged = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    while let (Some(a), Some(b)) = (first.peek(), second.peek()) {
        let from = if compare(a, b).is_le() {
            &mut first
        } else {
            &mut second
        };
        merged.extend(from.next());
        if merged.len().is_multiple_of(1 << 12) {
            pulse()?;
        }
    }
    merged.extend(first);
    merged.extend(second);
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Error};

    #[test]
    fn many_items_are_sorted_stably() {
        let items = || (0..300_000_u64).map(|i| (i * 7919 % 1000, i));
        let found = sorted(items(), |a, b| a.0.cmp(&b.0), &|| Ok(())).unwrap();
        let mut expected: Vec<_> = items().collect();
        expected.sort_by_key(|item| item.0);
        assert_eq!(found, expected);
        assert!(
            sorted(std::iter::empty::<u8>(), u8::cmp, &|| Ok(()))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_failing_pulse_ends_it() {
        let stop = || Err(Error::new(Code::syntax("Stop"), "stop"));
        assert!(sorted(0..10, i32::cmp, &stop).is_err());
    }
}
