//! The examples in `docs/` give what they show.
//!
//! Each block of the language `cypher` runs on a governance graph of its own; a Markdown table
//! directly below it is what it gives. `UPDATE_GOLDEN=1` writes the tables, and the page of functions.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polity::db::{Database, Params};
use polity::formats::rows;
use polity::value::Value;

/// A query in a document.
struct Example {
    /// Where it begins, counted from one.
    line: usize,
    query: String,
    /// The lines of the table below it; empty and behind the block where there is none.
    table: Range<usize>,
}

#[test]
fn examples_give_what_they_show() {
    let governance = Database::governance().expect("the governance graph loads");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value != "0");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).expect("a document is readable");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for example in examples(&lines).into_iter().rev() {
            seen += 1;
            let place = format!("{}:{}", path.display(), example.line);
            match answer(&governance, &example.query) {
                Ok(table) if lines[example.table.clone()] == table => {}
                Ok(table) if update => replace(&mut lines, &example, table),
                Ok(table) => wrong.push(format!("{place}: gives\n{}", table.join("\n"))),
                Err(error) => wrong.push(format!("{place}: {error}")),
            }
        }
        if update {
            fs::write(&path, lines.join("\n") + "\n").expect("a document is writable");
        }
    }
    assert!(seen > 0, "no example was found");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
}

/// `docs/functions.md` is written from what the program knows of its functions, which is also what
/// `:help NAME` and `SHOW FUNCTIONS` print.
#[test]
fn the_page_of_functions_is_complete() {
    let path = docs().join("functions.md");
    let expected = functions_page();
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value != "0") {
        fs::write(&path, expected).expect("the page is writable");
        return;
    }
    let found = fs::read_to_string(&path).expect("the page is readable");
    assert_eq!(
        found, expected,
        "`UPDATE_GOLDEN=1` writes docs/functions.md"
    );
}

/// The page: an introduction, then a table for each category.
fn functions_page() -> String {
    let mut page = FUNCTIONS.to_owned();
    let functions = "SHOW FUNCTIONS YIELD name, category, signature, description
        RETURN category, signature, description ORDER BY category = 'aggregate' DESC, category, name";
    let mut category = String::new();
    for row in result(functions) {
        if text(&row[0]) != category {
            category = text(&row[0]);
            page.push_str("\n## ");
            page.push_str(&category);
            page.push_str("\n\n| function | |\n|---|---|\n");
        }
        page.push_str(&entry(&row));
    }
    page += "\n## Procedures\n\n| procedure | |\n|---|---|\n";
    for row in result("SHOW PROCEDURES YIELD name, signature, description") {
        page.push_str(&entry(&row));
    }
    page
}

/// A row of a table: what stands behind the first column.
fn entry(row: &[Value]) -> String {
    format!("| `{}` | {} |\n", text(&row[1]), text(&row[2]))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('|', "\\|"),
        _ => "names and sentences are strings".to_owned(),
    }
}

const FUNCTIONS: &str = "\
# Functions

Each function with what it takes and gives, and what it does. An argument in brackets may be left out; `…` stands
for more of the last. Unless the sentence says otherwise a function gives null if an argument is null. Names
ignore case. In the REPL `:help NAME` prints the same, and `SHOW FUNCTIONS` lists all.

This page is written by `UPDATE_GOLDEN=1 cargo test --test docs`.
";

fn result(query: &str) -> Vec<Vec<Value>> {
    let rows = Database::new().session().run(query, &Params::default());
    let rows = rows.expect("the query runs");
    rows.iter().collect()
}

/// Each row of the table of compatibility says yes, partly or no, and names a file that shows it.
#[test]
fn each_row_of_the_table_of_compatibility_names_a_test() {
    let text = fs::read_to_string(docs().join("language.md")).expect("the page is readable");
    let (_, table) = text
        .split_once("\n## What polity knows\n")
        .expect("there is a table");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let (mut rows, mut wrong) = (0, Vec::new());
    for line in table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| feature |"))
    {
        rows += 1;
        let line = line.replace("\\|", "/");
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, answer, places] = cells[..] else {
            wrong.push(format!("not three cells: {line}"));
            continue;
        };
        if !["yes", "partly", "no"]
            .iter()
            .any(|known| answer.starts_with(known))
        {
            wrong.push(format!("neither yes, partly nor no: {line}"));
        }
        let places: Vec<&str> = places.split('`').skip(1).step_by(2).collect();
        if places.is_empty() || !places.iter().all(|place| golden.join(place).is_file()) {
            wrong.push(format!("no such file: {line}"));
        }
    }
    assert!(rows > 50, "{rows} rows");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(docs()).expect("there is a folder docs");
    let paths = entries.map(|entry| entry.expect("an entry is readable").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    paths.sort();
    paths
}

/// The examples of a document, in order.
fn examples(lines: &[String]) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut start = None;
    for (index, line) in lines.iter().enumerate() {
        match (line.as_str(), start) {
            ("```cypher", None) => start = Some(index + 1),
            ("```", Some(first)) => {
                let table = table_below(lines, index + 1);
                examples.push(Example {
                    line: first,
                    query: lines[first..index].join("\n"),
                    table,
                });
                start = None;
            }
            _ => {}
        }
    }
    examples
}

/// The table that begins right at `line`, or behind one empty line.
fn table_below(lines: &[String], line: usize) -> Range<usize> {
    let is_row = |index: usize| lines.get(index).is_some_and(|line| line.starts_with('|'));
    let start = if lines.get(line).is_some_and(String::is_empty) {
        line + 1
    } else {
        line
    };
    let end = (start..lines.len())
        .find(|index| !is_row(*index))
        .unwrap_or(lines.len());
    if start == end { line..line } else { start..end }
}

/// The result as a Markdown table; no lines if there is no result.
fn answer(governance: &Database, query: &str) -> Result<Vec<String>, String> {
    let database = Database::from_snapshot((*governance.snapshot()).clone());
    let rows = database.session().run(query, &Params::default());
    let rows = rows.map_err(|error| error.to_string())?;
    if !rows.has_result() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    rows::markdown(rows.columns(), rows.iter(), rows.graph(), &mut out)
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8(out).map_err(|error| error.to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn replace(lines: &mut Vec<String>, example: &Example, mut table: Vec<String>) {
    if example.table.is_empty() {
        table.insert(0, String::new());
    }
    lines.splice(example.table.clone(), table);
}
