//! Logic with three values: true, false and unknown, which is null.

/// Returns `a AND b`.
#[must_use]
pub const fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Returns `a OR b`.
#[must_use]
pub const fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// Returns `a XOR b`.
#[must_use]
pub const fn xor(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a != b),
        _ => None,
    }
}

/// Returns `NOT a`.
#[must_use]
pub const fn not(a: Option<bool>) -> Option<bool> {
    match a {
        Some(a) => Some(!a),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Option<bool>; 3] = [Some(true), None, Some(false)];

    #[test]
    fn follows_the_truth_tables() {
        let (t, n, f) = (Some(true), None, Some(false));
        let table =
            |op: fn(Option<bool>, Option<bool>) -> Option<bool>| ALL.map(|a| ALL.map(|b| op(a, b)));
        assert_eq!(table(and), [[t, n, f], [n, n, f], [f, f, f]]);
        assert_eq!(table(or), [[t, t, t], [t, n, n], [t, n, f]]);
        assert_eq!(table(xor), [[f, n, t], [n, n, n], [t, n, f]]);
        assert_eq!(ALL.map(not), [f, n, t]);
    }
}
