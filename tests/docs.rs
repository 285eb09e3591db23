//! The examples in `docs/` give what they show.
//!
//! Each block of the language `cypher` runs on a governance graph of its own; a Markdown table
//! directly below it is what it gives. `UPDATE_GOLDEN=1` writes the tables.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polity::db::{Database, Params};
use polity::formats::rows;

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

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let entries = fs::read_dir(root).expect("there is a folder docs");
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
