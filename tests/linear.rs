//! Parsing takes linear time: four times the text costs four times the steps. Steps are counted,
//! not timed, so the machine does not matter.
//!
//! The parser's library counts its own steps against a limit that holds for the whole process;
//! the least limit with which a text still parses is the number of its steps. So this file has one
//! test and nothing else.

use std::num::NonZeroUsize;

use polity::syntax::parse;

/// How a text is made of a number of parts: what stands before, each part, and what closes it.
const TEXTS: [(&str, &str, &str, &str); 27] = [
    ("RETURN ", "a OR ", "b", ""),
    ("RETURN ", "a + ", "b", ""),
    ("RETURN ", "a < ", "b", ""),
    ("RETURN [", "1, ", "1", "] "),
    ("RETURN [", "{a: 1, b: 'x'}, ", "1]", ""),
    ("RETURN f(", "$p, ", "1)", ""),
    ("MATCH ", "(a)-[:A]->", "(b) RETURN 1", ""),
    ("", "MATCH (n) WHERE n.x = 1 ", "RETURN 1", ""),
    ("", "RETURN 1 AS a UNION ", "RETURN 1 AS a", ""),
    ("RETURN ", "(", "1", ")"),
    ("RETURN ", "[x IN ", "1", " WHERE x | x]"),
    ("RETURN ", "any(x IN ", "1", " WHERE x)"),
    ("RETURN ", "a {b: ", "1", "}"),
    ("RETURN ", "a[", "1", "]"),
    ("RETURN ", "f(a.b(", "1", "))"),
    ("RETURN ", "CASE WHEN ", "1", " THEN 1 END"),
    ("RETURN ", "NOT (a {k: ", "1", "})-->(b)"),
    ("RETURN ", "EXISTS { (a) WHERE ", "true", " }"),
    // A minus and a bracket, after what may be a node and after what is none.
    ("RETURN ", "(a) - [b][0] - ", "1", ""),
    ("RETURN ", "(a)-[", "1", "]"),
    ("RETURN ", "(1)-[x]-", "1", ""),
    ("RETURN ", "(a {b: (1) - [", "1", "]})-->(b)"),
    // These end in a mistake, so that every alternative is tried.
    ("RETURN ", "[x IN (a {k: f(", "1 1", ")})]"),
    ("RETURN ", "COUNT { (a {k: ", "1 1", "}) }"),
    ("RETURN ", "(a)--(b {k: ", "1 1", "})"),
    ("RETURN ", "(a)-[b]-(c {k: (1) - [", "1 1", "]})"),
    ("MATCH ", "((a {k: [", "1 1", "]}))"),
];

#[test]
fn four_times_the_text_costs_four_times_the_steps() {
    // The crate sets its own limit when it parses for the first time.
    assert!(parse("RETURN 1").is_ok());
    for (before, part, middle, after) in TEXTS {
        let make = |times| {
            let (parts, ends) = (part.repeat(times), after.repeat(times));
            format!("{before}{parts}{middle}{ends}")
        };
        let (small, large) = (steps(&make(8)), steps(&make(32)));
        assert!(
            large <= 5 * small,
            "{part}: {small} steps for 8 parts, {large} for 32"
        );
    }
}

/// The least number of steps with which a text is parsed, or its mistake found.
fn steps(text: &str) -> usize {
    let (mut too_few, mut enough) = (0, 1 << 24);
    while enough - too_few > 1 {
        let limit = usize::midpoint(too_few, enough);
        pest::set_call_limit(NonZeroUsize::new(limit));
        let result = parse(text);
        let stopped = result.is_err_and(|error| error.code().detail == "QueryTooComplex");
        if stopped {
            too_few = limit;
        } else {
            enough = limit;
        }
    }
    enough
}
