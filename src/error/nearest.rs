//! The name that a misspelled one most likely stands for.

/// The beginning of a hint: ``did you mean `name`?``, if one of the candidates is near enough.
pub(crate) fn hint<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(|found| format!("did you mean `{found}`?"))
}

/// The name nearest to `name`, if one is near enough to be a misspelling.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let bound = (lower.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::osa_distance(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= bound && *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_misspellings_and_nothing_else() {
        let near = |name| nearest(name, ["month", "monthsOfYear", "day"]);
        assert_eq!(near("mnth"), Some("month"));
        assert_eq!(near("MONTH"), Some("month"));
        assert_eq!(near("dya"), Some("day"));
        assert_eq!(near("hour"), None);
    }
}
