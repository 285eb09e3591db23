//! Texts that nobody should write: each gets an answer or a named error, and nothing crashes. How
//! long they take and what memory, `cargo bench --bench limits` shows.

#[path = "support/adversary.rs"]
mod adversary;

use adversary::{ANSWER, SHAPES, many_parameters};
use polity::db::{Database, Params};

/// How a statement ends: an answer, or the detail of an error, which says a way out where a limit
/// was met.
fn outcome(text: &str, params: &Params) -> String {
    let database = Database::new();
    match database.session().run(text, params) {
        Ok(_) => ANSWER.to_owned(),
        Err(error) => {
            let code = error.code().to_string();
            let is_limit = code.starts_with("LimitError");
            assert!(
                !is_limit || error.hints().len() == 1,
                "{code} has no way out"
            );
            error.code().detail.to_owned()
        }
    }
}

#[test]
fn every_shape_gets_an_answer_or_a_named_error() {
    let wrong: Vec<String> = SHAPES
        .iter()
        .map(|shape| (shape, outcome(&shape.text(), &Params::default())))
        .filter(|(shape, found)| *found != shape.expected)
        .map(|(shape, found)| format!("{}: {found}, expected {}", shape.name, shape.expected))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_hundred_thousand_parameters_are_answered() {
    let (text, params) = many_parameters();
    assert_eq!(outcome(&text, &params), ANSWER);
}
