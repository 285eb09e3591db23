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

/// Pieces of texts, right and wrong.
const PIECES: [&str; 60] = [
    "MATCH ",
    "RETURN ",
    "WITH ",
    "WHERE ",
    "UNWIND ",
    "CREATE ",
    "MERGE ",
    "SET ",
    "CALL ",
    "AS ",
    "ORDER BY ",
    "LIMIT ",
    "UNION ",
    "CASE ",
    "WHEN ",
    "THEN ",
    "END ",
    "NOT ",
    "IN ",
    "IS ",
    "NULL ",
    "EXISTS ",
    "ANY ",
    "SHORTEST ",
    "FOREACH ",
    "all",
    "reduce",
    "n",
    "a.b",
    "$p",
    "1",
    "1.5",
    "0x",
    "'s'",
    "'",
    "\"",
    "`",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "-",
    "->",
    "<-",
    "--",
    ":",
    "::",
    "|",
    ",",
    ".",
    "..",
    "*",
    "+",
    "=",
    "<",
    ";",
    "/*",
    "é—\u{200D}",
];

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_text_is_answered(parts in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40)) {
        answers(&parts.concat())?;
    }

    #[test]
    fn any_characters_are_answered(text in "\\PC{0,60}") {
        answers(&text)?;
    }

    #[test]
    fn queries_with_a_hole_are_answered(which in 0_usize..10_000, at in 0_usize..10_000, width in 0_usize..5) {
        const QUERIES: [&str; 3] = [
            "MATCH p = ALL SHORTEST (a:A&!B {k: 'x'})-[r:R|S*1..3]->+(b) WHERE a.x IS NOT NULL AND \
             EXISTS { (b)--(c WHERE c.y > 1) } RETURN DISTINCT a.x AS x, [y IN b.l WHERE y:L | y.z] \
             ORDER BY x DESC SKIP 1 LIMIT 2",
            "MERGE (a {k: $p}) ON CREATE SET a.x = CASE WHEN a.y THEN 1 ELSE reduce(s = 0, x IN [1] | s \
             + x) END, a += {y: 0x1F} WITH a CALL { WITH a RETURN count(*) AS n } RETURN a {.*, n} UNION \
             ALL CALL d.p('é') YIELD q AS r RETURN r[1..-2] IS :: LIST<INT NOT NULL>",
            "FOREACH (x IN [1, .5e-3, -INF] | CREATE (:A {`b c`: x})) DETACH DELETE a // end",
        ];
        let query = QUERIES[which % QUERIES.len()];
        let text: String = query
            .chars()
            .enumerate()
            .filter(|(place, _)| !(at % query.len()..at % query.len() + width).contains(place))
            .map(|(_, character)| character)
            .collect();
        answers(&text)?;
    }
}

/// Whether a text gives a tree that can be printed, or an error that can be drawn.
fn answers(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(tree) => {
            let difference = print_and_parse(&tree);
            prop_assert!(
                difference.is_none(),
                "{text}\n{}",
                difference.unwrap_or_default()
            );
        }
        Err(error) => {
            let drawing = crate::error::render(&error, text, false);
            prop_assert!(drawing.contains(error.code().detail), "{text}");
            let span = error.span().unwrap_or_default().range();
            prop_assert!(text.get(span).is_some(), "{text}: {error:?}");
        }
    }
    Ok(())
}

#[test]
fn a_megabyte_of_noise_is_answered() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let bytes: Vec<u8> = (0..131_072).flat_map(|_| noise()).collect();
    let text = String::from_utf8_lossy(&bytes);
    assert!(parse(&text).is_err());
    let pieces: String = bytes
        .iter()
        .take(100_000)
        .map(|byte| PIECES[usize::from(*byte) % PIECES.len()])
        .collect();
    assert!(parse(&pieces).is_err());
}
