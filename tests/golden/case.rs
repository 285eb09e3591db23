//! Runs one case, and tells what of it is not as expected.

use std::sync::Arc;

use polity::db::{Database, Params, Rows, Session};
use polity::error::{Error, Phase, render};
use polity::value::Value;

use crate::engine::{describe, to_value};
use crate::file::{Block, Case, Edit, Step};
use crate::graphs::Graphs;
use crate::literal::{Elements, Literal};
use crate::table;

/// Something that is not as expected, and how the file would say what is.
pub(crate) struct Mismatch {
    pub(crate) line: usize,
    pub(crate) text: String,
    /// None where no rewriting of expected parts helps.
    pub(crate) edit: Option<Edit>,
}

/// Runs `case` on a graph of its own.
pub(crate) fn run(case: &Case, graphs: &Graphs) -> Vec<Mismatch> {
    match try_run(case, graphs) {
        Ok(mismatches) => mismatches,
        Err(text) => vec![Mismatch {
            line: case.steps[0].line,
            text,
            edit: None,
        }],
    }
}

fn try_run(case: &Case, graphs: &Graphs) -> Result<Vec<Mismatch>, String> {
    let params = read_params(&case.params)?;
    let database = graphs.open(&case.graph)?;
    let mut session = database.session();
    let mut mismatches = Vec::new();
    for step in &case.steps {
        let actual = actual_blocks(step, &mut session, &params)?;
        if let Some(text) = difference(step, &actual)? {
            mismatches.push(Mismatch {
                line: step.line,
                text,
                edit: Some(Edit {
                    place: step.place.clone(),
                    blocks: actual,
                }),
            });
        }
    }
    for block in &case.without {
        if let Err(text) = check_without(case, block, graphs, &params) {
            mismatches.push(Mismatch {
                line: block.line,
                text,
                edit: None,
            });
        }
    }
    Ok(mismatches)
}

fn read_params(pairs: &[(String, String)]) -> Result<Params, String> {
    let mut params = Params::default();
    for (name, text) in pairs {
        let value = Literal::parse(text).and_then(|literal| to_value(&literal));
        let value = value.map_err(|error| format!("parameter `{name}`: {error}"))?;
        params.insert(Arc::<str>::from(name.as_str()), value);
    }
    Ok(params)
}

/// What the engine says to the step, as the file would write it.
fn actual_blocks(
    step: &Step,
    session: &mut Session,
    params: &Params,
) -> Result<Vec<Block>, String> {
    let expects = |keyword| step.expected.iter().find(|block| block.keyword == keyword);
    let mut blocks = Vec::new();
    for (keyword, words) in [
        ("plan", "EXPLAIN"),
        ("steps", "EXPLAIN VERBOSE"),
        ("profile", "PROFILE"),
    ] {
        if expects(keyword).is_some() {
            let shown = session.run(&format!("{words} {}", step.text), params);
            let shown = shown.map_err(|error| format!("{words} failed: {error}"))?;
            blocks.push(plan_block(keyword, &shown)?);
        }
    }
    if !blocks.is_empty() && blocks.len() == step.expected.len() {
        return Ok(blocks);
    }
    match session.run(&step.text, params) {
        Err(error) => {
            let rendered = expects("error").is_some_and(|block| !block.body.is_empty());
            blocks.push(error_block("error", &error, step, rendered));
        }
        Ok(rows) => {
            if rows.has_result() {
                let body = table::write(&columns(&rows), &cells(&rows, step.ordered));
                blocks.push(Block::new("rows", String::new(), body));
            }
            if step.is_statement {
                blocks.push(effects_block(&rows));
            }
            let warnings = rows.warnings().iter();
            let rendered = expects("warning").is_some_and(|block| !block.body.is_empty());
            blocks.extend(warnings.map(|warning| error_block("warning", warning, step, rendered)));
        }
    }
    Ok(blocks)
}

fn columns(rows: &Rows) -> Vec<String> {
    rows.columns().iter().map(ToString::to_string).collect()
}

fn cells(rows: &Rows, ordered: bool) -> Vec<Vec<String>> {
    let text = |value: &Value| describe(value, rows.graph()).text(Elements::InOrder);
    let mut cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(text).collect())
        .collect();
    if !ordered {
        cells.sort();
    }
    cells
}

fn plan_block(keyword: &str, plan: &Rows) -> Result<Block, String> {
    let mut body = Vec::new();
    for row in plan.iter() {
        match row.as_slice() {
            [Value::String(text)] => body.extend(text.lines().map(str::to_owned)),
            other => {
                return Err(format!(
                    "EXPLAIN gave {} columns, not one text",
                    other.len()
                ));
            }
        }
    }
    if keyword == "profile" {
        mask(&mut body);
    }
    Ok(Block::new(keyword, String::new(), body))
}

/// Puts `…` in place of what stands to the right of the column `Rows`: times and bytes.
fn mask(body: &mut [String]) {
    let header = body.first().and_then(|header| header.rfind("Rows"));
    let kept = header.map_or(0, |at| at + "Rows".len());
    for line in body {
        let cells: Vec<char> = line.chars().collect();
        if cells.len() > kept {
            let left: String = cells[..kept].iter().collect();
            *line = format!("{left}  …");
        }
    }
}

fn error_block(keyword: &str, error: &Error, step: &Step, rendered: bool) -> Block {
    let place = error.span().map_or_else(String::new, |span| {
        let (line, column) = span.line_column(&step.text);
        format!(" {line}:{column}")
    });
    let phase = match (keyword, error.phase()) {
        ("error", Phase::Runtime) => " at runtime",
        _ => "",
    };
    let rest = format!("{}{place}{phase}", error.code());
    let body = if rendered {
        let picture = render(error, &step.text, false);
        picture
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    } else {
        Vec::new()
    };
    Block::new(keyword, rest, body)
}

fn effects_block(rows: &Rows) -> Block {
    let summary = rows.summary();
    let counts = [
        (summary.nodes_created, "nodes created"),
        (summary.nodes_deleted, "nodes deleted"),
        (summary.rels_created, "relationships created"),
        (summary.rels_deleted, "relationships deleted"),
        (summary.properties_set, "properties set"),
        (summary.labels_added, "labels added"),
        (summary.labels_removed, "labels removed"),
        (summary.indexes_added, "indexes added"),
        (summary.indexes_removed, "indexes removed"),
        (summary.constraints_added, "constraints added"),
        (summary.constraints_removed, "constraints removed"),
    ];
    let mut body: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what}: {count}"))
        .collect();
    if body.is_empty() {
        body.push("none".to_owned());
    }
    Block::new("effects", String::new(), body)
}

/// What differs between the file and the engine, for a reader; none if nothing does.
fn difference(step: &Step, actual: &[Block]) -> Result<Option<String>, String> {
    let mut same = step.expected.len() == actual.len();
    for (expected, actual) in step.expected.iter().zip(actual) {
        same &= expected.keyword == actual.keyword
            && expected.rest == actual.rest
            && normal_body(expected, step.ordered)? == normal_body(actual, step.ordered)?;
    }
    if same {
        return Ok(None);
    }
    let show = |blocks: &[Block]| {
        let lines = blocks.iter().flat_map(Block::lines);
        let lines: Vec<String> = lines.map(|line| format!("    {line}\n")).collect();
        lines.concat()
    };
    let query = step.text.replace('\n', "\n    ");
    Ok(Some(format!(
        "    {query}\n  expected\n{}  got\n{}",
        show(&step.expected),
        show(actual)
    )))
}

/// The body so that equal ones are the same: of a table the values and not the blanks.
fn normal_body(block: &Block, ordered: bool) -> Result<Vec<Vec<String>>, String> {
    if block.keyword != "rows" {
        return Ok(vec![block.body.clone()]);
    }
    table::read(&block.body, ordered).map_err(|error| format!("line {}: {error}", block.line))
}

/// Takes one fact away and looks whether the answer changes.
fn check_without(
    case: &Case,
    block: &Block,
    graphs: &Graphs,
    params: &Params,
) -> Result<(), String> {
    let query = &case.steps[0].text;
    let answer = |database: &Database| {
        let rows = database.session().run(query, params);
        let rows = rows.map_err(|error| format!("the query fails: {error}"))?;
        Ok::<_, String>(cells(&rows, false))
    };
    let whole = answer(&graphs.open(&case.graph)?)?;
    let database = graphs.open(&case.graph)?;
    let statement = block.body.join("\n");
    let taken = database.session().run(&statement, params);
    let taken = taken.map_err(|error| format!("`without` fails: {error}"))?;
    if effects_block(&taken).body == ["none"] {
        return Err(format!("`without` takes nothing away: {statement}"));
    }
    if answer(&database)? == whole {
        return Err(format!("the answer is the same without: {statement}"));
    }
    Ok(())
}
