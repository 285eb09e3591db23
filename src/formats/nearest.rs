//! The nearest name to a misspelled one.

/// Returns the candidate that is most like `word`, if one is like it at all.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (likeness(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.6)
        // The first of equals wins, so that the hint does not depend on hashing further up.
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then_with(|| y.cmp(x)))
        .map(|(_, candidate)| candidate)
}

/// Edits per letter, with a bonus for a common beginning: typing errors are rare there.
fn likeness(a: &str, b: &str) -> f64 {
    let edits = strsim::normalized_damerau_levenshtein(a, b);
    if edits < 0.4 {
        return 0.0;
    }
    edits.max(f64::midpoint(edits, strsim::jaro_winkler(a, b)))
}

/// Returns the hint that names the nearest candidate, if there is one.
#[must_use]
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|near| format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_typing_errors_and_nothing_else() {
        let ids = ["usa", "unga-res-80-57", "china", "unga"];
        let near = |word| nearest(word, ids);
        assert_eq!(near("unga-res-80-75"), Some("unga-res-80-57"));
        assert_eq!(near("chnia"), Some("china"));
        assert_eq!(near("USA"), Some("usa"));
        assert_eq!(near("microsoft"), None);
    }
}
