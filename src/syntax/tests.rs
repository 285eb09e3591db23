//! Tests of the room as a whole.

use proptest::prelude::*;

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

/// What is wrong with a tree that was printed and parsed again.
fn print_and_parse(tree: &ast::Statement) -> Option<String> {
    let printed = print::statement(tree);
    match parse(&printed) {
        Err(error) => Some(format!("{printed}\n{error:?}")),
        // A literal NaN is not equal to itself.
        Ok(again) if again == *tree || printed.contains("NaN") => None,
        Ok(again) => Some(format!("{printed}\n{}", print::statement(&again))),
    }
}

#[test]
fn the_tck_is_the_same_after_printing() {
    let texts = tck_texts::texts().unwrap_or_default();
    let wrong: Vec<String> = texts
        .iter()
        .filter_map(|text| {
            let tree = parse(&text.query).ok()?;
            let difference = print_and_parse(&tree)?;
            Some(format!("{}\n{}\n{difference}", text.place, text.query))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// So many generated trees, unless the environment asks for more.
fn cases(ordinary: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: wanted
            .and_then(|number| number.parse().ok())
            .unwrap_or(ordinary),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn expressions_are_the_same_after_printing(tree in arbitrary::value(4)) {
        let printed = print::expression(&tree);
        let again = parse_expression(&printed);
        prop_assert!(again.is_ok(), "{printed}\n{again:?}");
        let again = again.unwrap();
        prop_assert!(again == tree, "{printed}\n{}", print::expression(&again));
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn statements_are_the_same_after_printing(tree in arbitrary::statement()) {
        let difference = print_and_parse(&tree);
        prop_assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }
}
