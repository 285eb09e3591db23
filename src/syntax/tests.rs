//! Tests of the room as a whole.

use super::*;

/// Errors that the text alone shows, without names and scopes.
const FOUND_BY_PARSER: [&str; 8] = [
    "UnexpectedSyntax",
    "InvalidNumberLiteral",
    "IntegerOverflow",
    "FloatingPointOverflow",
    "InvalidUnicodeCharacter",
    "InvalidUnicodeLiteral",
    "InvalidRelationshipPattern",
    "InvalidEscape",
];

#[test]
fn the_tck_parses_and_fails_where_it_should() {
    let Some(texts) = tck_texts::texts() else {
        // The TCK is not part of the crate.
        return;
    };
    let mut wrong = Vec::new();
    for text in &texts {
        let outcome = parse(&text.query)
            .err()
            .map(|error| error.code().to_string());
        let expected = text.error.clone().filter(|code| {
            FOUND_BY_PARSER
                .iter()
                .any(|detail| code == &format!("SyntaxError.{detail}"))
        });
        if outcome != expected {
            wrong.push(format!("{}: {outcome:?}\n{}", text.place, text.query));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}
