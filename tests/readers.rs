//! The readers that the test runners stand on: a runner that misreads its files tests nothing.

#[path = "golden/file.rs"]
#[expect(dead_code, reason = "the golden runner uses the rest")]
mod file;
#[path = "tck/gherkin.rs"]
mod gherkin;
#[path = "support/literal.rs"]
mod literal;
#[path = "golden/table.rs"]
mod table;

use file::{Edit, GoldenFile};
use literal::{Elements, Literal};

/// Reads a value and prints it in the canonical way.
fn canonical(text: &str, elements: Elements) -> String {
    Literal::parse(text).map_or_else(
        |error| format!("error: {error}"),
        |value| value.text(elements),
    )
}

#[test]
fn values_have_one_text() {
    let check = |text: &str, wanted: &str| assert_eq!(canonical(text, Elements::InOrder), wanted);
    check(" null ", "null");
    check("-12", "-12");
    check("1e3", "1000.0");
    check("-0.0", "0.0");
    check(".5", "0.5");
    check("NaN", "NaN");
    check("-Inf", "-Inf");
    check(r"'it\'s\n'", r"'it\'s\n'");
    check(r#""it's""#, r"'it\'s'");
    check("[1,[2 , 'a']]", "[1, [2, 'a']]");
    check("{b: 1, a: null}", "{a: null, b: 1}");
    check("(:B:A {k: 1})", "(:A:B {k: 1})");
    check("()", "()");
    check("[:T {k: 1}]", "[:T {k: 1}]");
    check("[[:X], [:Y]]", "[[:X], [:Y]]");
    check(
        "<(:A)<-[:T]-({n: 1})-[:U]->()>",
        "<(:A)<-[:T]-({n: 1})-[:U]->()>",
    );
    check("date('2025-12-17')", "date('2025-12-17')");
    assert!(canonical("1 2", Elements::InOrder).starts_with("error"));
    assert!(canonical("(:A", Elements::InOrder).starts_with("error"));
    assert!(canonical("'open", Elements::InOrder).starts_with("error"));
}

#[test]
fn types_and_order_are_told_apart() {
    let in_order = |text| canonical(text, Elements::InOrder);
    let in_any_order = |text| canonical(text, Elements::InAnyOrder);
    assert_ne!(in_order("1"), in_order("1.0"));
    assert_ne!(in_order("'1'"), in_order("1"));
    assert_ne!(in_order("'null'"), in_order("null"));
    assert_ne!(in_order("[1, 2]"), in_order("[2, 1]"));
    assert_eq!(in_any_order("[1, [3, 2]]"), in_any_order("[[2, 3], 1]"));
    assert_ne!(in_any_order("[1, 1]"), in_any_order("[1]"));
    assert_ne!(in_order("<(:A)-[:T]->(:B)>"), in_order("<(:A)<-[:T]-(:B)>"));
}

const FEATURE: &str = r#"
Feature: F

  Background:
    Given an empty graph

  # A comment.
  @ignore
  Scenario: [1] One
    When executing query:
      """
      MATCH (n)
        // # no comment here
      RETURN '\"\"\"' | 1
      """
    Then the result should be, in any order:
      | a \| b | c |
      | 'x\|y' |   |

  Scenario Outline: [2] Two of <x>
    When executing query:
      """
      RETURN <x> AS <y>
      """
    Then the result should be empty

    Examples:
      | x    | y |
      | 1    | a |
      | '\n' | b |
    Examples:
      | x | y |
      | 3 | c |
"#;

#[test]
fn scenarios_are_read_and_outlines_expanded() {
    let scenarios = gherkin::read(FEATURE).expect("the feature is well formed");
    let names: Vec<&str> = scenarios.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "[1] One",
            "[2] Two of 1 (#1)",
            "[2] Two of '\n' (#2)",
            "[2] Two of 3 (#3)"
        ]
    );
    let ignored: Vec<bool> = scenarios.iter().map(|s| s.ignored).collect();
    assert_eq!(ignored, [true, false, false, false]);
    let one = &scenarios[0].steps;
    assert_eq!(one[0].text, "an empty graph");
    let doc = "MATCH (n)\n  // # no comment here\nRETURN '\"\"\"' | 1";
    assert_eq!(one[1].doc.as_deref(), Some(doc));
    assert_eq!(one[2].table, [["a | b", "c"], ["'x|y'", ""]]);
    let last = &scenarios[3].steps;
    assert_eq!(last[0].text, "an empty graph");
    assert_eq!(last[1].doc.as_deref(), Some("RETURN 3 AS c"));
    assert_eq!(gherkin::unescape(r"a\\b\nc"), "a\\b\nc");
}

const GOLDEN: &str = "\
# A comment.
graph: small

query ordered
  MATCH (n)

  RETURN n
rows
  | n |
  | 1 |

statement
  CREATE (n)
params
  x = 1
effects
  none
then
  MATCH (n) RETURN n
";

#[test]
fn golden_files_are_read_and_rewritten() {
    let file = GoldenFile::read(GOLDEN).expect("the file is well formed");
    assert_eq!(file.cases.len(), 2);
    let first = &file.cases[0].steps[0];
    assert_eq!(first.text, "MATCH (n)\n\nRETURN n");
    assert!(first.ordered && !first.is_statement);
    let second = &file.cases[1];
    assert_eq!(second.params, [("x".to_owned(), "1".to_owned())]);
    assert_eq!(second.steps.len(), 2);
    let block = |body: &str| file::Block::new("rows", String::new(), vec![body.to_owned()]);
    let edit = |step: &file::Step, body| Edit {
        place: step.place.clone(),
        blocks: vec![block(body)],
    };
    let edits = [edit(first, "| 2 |"), edit(&second.steps[1], "| 3 |")];
    let wanted = GOLDEN.replace("  | n |\n  | 1 |", "  | 2 |") + "rows\n  | 3 |\n";
    assert_eq!(file.edited(&edits), wanted);
    let same: &[Edit] = &[];
    assert_eq!(file.edited(same), GOLDEN);
    assert!(GoldenFile::read("rows\n  | n |\n").is_err());
    assert!(GoldenFile::read("qery\n  RETURN 1\n").is_err());
    assert!(GoldenFile::read("query\n  RETURN 1\nrowz\n  | 1 |\n").is_err());
}

#[test]
fn tables_compare_values_and_not_blanks() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let read = |text: &str, ordered| table::read(&lines(text), ordered).expect("a table");
    assert_eq!(
        read("| a |\n| 2 |\n| 1 |", false),
        read("| a |\n|1|\n|2|", false)
    );
    assert_ne!(
        read("| a |\n| 2 |\n| 1 |", true),
        read("| a |\n| 1 |\n| 2 |", true)
    );
    assert_ne!(read("| a |\n| 1 |", false), read("| b |\n| 1 |", false));
    let written = table::write(&["a|b".to_owned()], &[vec!["'x|y'".to_owned()]]);
    assert_eq!(written, [r"| a\|b   |", r"| 'x\|y' |"]);
    assert_eq!(read(&written.join("\n"), true), [["a|b"], ["'x|y'"]]);
}
