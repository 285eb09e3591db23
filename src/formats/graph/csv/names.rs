//! Names of labels, types and keys in a cell: between backticks where they hold what separates
//! them, a backtick itself doubled, as in the query language.

use std::borrow::Cow;

use super::cells::ITEM_DELIMITER;

/// Returns a name as it stands in a cell.
pub(super) fn quoted(name: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '#' | '/');
    if !name.is_empty() && name.chars().all(is_plain) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("`{}`", name.replace('`', "``")))
    }
}

/// Reads a name between backticks at the beginning of a text; returns it and what follows. Nothing
/// where the text does not begin with a backtick, or the name has no end.
pub(super) fn leading(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('`')?;
    let mut name = String::new();
    loop {
        let (before, after) = rest.split_once('`')?;
        name.push_str(before);
        let Some(more) = after.strip_prefix('`') else {
            return Some((name, after));
        };
        name.push('`');
        rest = more;
    }
}

/// Returns the one name of a cell.
pub(super) fn one(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match leading(text) {
        Some((name, "")) => Cow::Owned(name),
        _ => Cow::Borrowed(text),
    }
}

/// Returns the names of a cell.
pub(super) fn split(text: &str) -> Vec<Cow<'_, str>> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let quoted = leading(rest).and_then(|(name, after)| {
            let after = after.trim_start();
            let ends = after.is_empty() || after.starts_with(ITEM_DELIMITER);
            ends.then_some((name, after))
        });
        let after = if let Some((name, after)) = quoted {
            names.push(Cow::Owned(name));
            after
        } else {
            let end = rest.find(ITEM_DELIMITER).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if !name.trim().is_empty() {
                names.push(Cow::Borrowed(name.trim()));
            }
            after
        };
        match after.strip_prefix(ITEM_DELIMITER) {
            Some(more) => rest = more,
            None => return names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for names in [
            &["State"][..],
            &["a;b", "`", "``x", " y ", "\n"],
            &["a`;`b", ";", "ä-ö.ü"],
        ] {
            let cell: Vec<_> = names.iter().map(|name| quoted(name)).collect();
            assert_eq!(split(&cell.join(";")), names);
            assert_eq!(one(&quoted(names[0])), names[0]);
        }
    }

    #[test]
    fn what_others_write_is_taken_as_it_is() {
        assert_eq!(split(" Actor ; State;;"), ["Actor", "State"]);
        assert_eq!(split("`a"), ["`a"]);
        assert_eq!(split("`a`b;c"), ["`a`b", "c"]);
        assert_eq!(one("`a"), "`a");
        assert!(split("").is_empty());
    }
}
