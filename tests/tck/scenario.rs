//! Runs one scenario: each step in turn, on a database of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use polity::db::{Database, Params, Rows};
use polity::error::Error;

use crate::engine::{describe, to_value};
use crate::gherkin::{Scenario, Step, Table, unescape};
use crate::literal::{Elements, Literal};
use crate::procedure;
use crate::state::{Effects, State};

/// No query of the TCK needs a tenth of it.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Runs `scenario`; `graphs` is the folder of named graphs.
pub(crate) fn run(scenario: &Scenario, graphs: &Path) -> Result<(), String> {
    let mut run = Run {
        graphs,
        database: Database::new(),
        params: Params::default(),
        executed: None,
    };
    for step in &scenario.steps {
        run.step(step)?;
    }
    Ok(())
}

struct Run<'a> {
    graphs: &'a Path,
    database: Database,
    params: Params,
    executed: Option<Executed>,
}

/// A query that was run, and the graph around it.
struct Executed {
    before: State,
    after: State,
    outcome: Result<Rows, Error>,
}

/// How rows are compared.
#[derive(Clone, Copy)]
struct Comparison {
    rows: Elements,
    lists: Elements,
}

impl Comparison {
    /// Reads what follows `the result should be`.
    fn read(text: &str) -> Option<Self> {
        use Elements::{InAnyOrder, InOrder};
        let (rows, lists) = match text.strip_suffix(':')?.trim_start_matches(',').trim() {
            "" | "in any order" => (InAnyOrder, InOrder),
            "in order" => (InOrder, InOrder),
            "(ignoring element order for lists)"
            | "in any order (ignoring element order for lists)" => (InAnyOrder, InAnyOrder),
            "in order (ignoring element order for lists)" => (InOrder, InAnyOrder),
            _ => return None,
        };
        Some(Self { rows, lists })
    }
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        match text {
            "an empty graph" | "any graph" => Ok(()),
            "having executed:" => self.set_up(query(step)?),
            "parameters are:" | "parameter values are:" => self.set_params(&step.table),
            "executing query:" | "executing control query:" => {
                self.execute(query(step)?);
                Ok(())
            }
            "the result should be empty" => self.check_empty(),
            "no side effects" => self.check_effects(&Effects::new()),
            "the side effects should be:" => self.check_effects(&read_effects(&step.table)?),
            _ => self.longer_step(text, step),
        }
    }

    /// The steps whose text says something more.
    fn longer_step(&mut self, text: &str, step: &Step) -> Result<(), String> {
        if let Some(how) = text.strip_prefix("the result should be") {
            let how = Comparison::read(how).ok_or_else(|| unknown(text))?;
            return self.check_rows(&step.table, how);
        }
        if let Some(signature) = text.strip_prefix("there exists a procedure ") {
            let procedure = procedure::from_table(signature, &step.table)?;
            self.database.register_procedure(procedure);
            return Ok(());
        }
        if let Some(query) = text.strip_prefix("executing query: ") {
            self.execute(query);
            return Ok(());
        }
        if let Some((article_type, phase_detail)) = text.split_once(" should be raised at ") {
            let error_type = article_type.trim_start_matches("an ");
            let error_type = error_type.trim_start_matches("a ");
            let (phase, detail) = phase_detail.split_once(": ").ok_or_else(|| unknown(text))?;
            return self.check_error(error_type, phase, detail.trim());
        }
        let name = text
            .strip_prefix("the ")
            .and_then(|rest| rest.strip_suffix(" graph"))
            .ok_or_else(|| unknown(text))?;
        self.load(name)
    }

    fn load(&mut self, name: &str) -> Result<(), String> {
        let folder = self.graphs.join(name);
        let read = |file: String| {
            let path = folder.join(file);
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let metadata: serde_json::Value = serde_json::from_str(&read(format!("{name}.json"))?)
            .map_err(|error| format!("{name}.json: {error}"))?;
        let scripts = metadata["scripts"].as_array();
        for script in scripts.ok_or("the graph has no scripts")? {
            let script = script.as_str().ok_or("a script has no name")?;
            for statement in read(format!("{script}.cypher"))?.split(';') {
                if !statement.trim().is_empty() {
                    self.set_up(statement)?;
                }
            }
        }
        Ok(())
    }

    fn set_up(&mut self, query: &str) -> Result<(), String> {
        let outcome = self.database.session().run(query, &self.params);
        let outcome = outcome.map(drop);
        outcome.map_err(|error| format!("the setup failed: {error}"))
    }

    fn set_params(&mut self, table: &Table) -> Result<(), String> {
        for row in table {
            let [name, value] = row.as_slice() else {
                return Err("a parameter is a name and a value".to_owned());
            };
            let value = to_value(&Literal::parse(value)?)?;
            self.params.insert(Arc::<str>::from(name.as_str()), value);
        }
        Ok(())
    }

    fn execute(&mut self, query: &str) {
        let before = State::of(&self.database.snapshot());
        let mut session = self.database.session();
        session.set_timeout(Some(TIMEOUT));
        let outcome = session.run(query, &self.params);
        self.executed = Some(Executed {
            before,
            after: State::of(&self.database.snapshot()),
            outcome,
        });
    }

    fn executed(&self) -> Result<&Executed, String> {
        let executed = self.executed.as_ref();
        executed.ok_or_else(|| "nothing was executed".to_owned())
    }

    fn rows(&self) -> Result<&Rows, String> {
        let outcome = self.executed()?.outcome.as_ref();
        outcome.map_err(|error| {
            let phase = error.phase();
            format!("expected a result, got an error at {phase}: {error}")
        })
    }

    fn check_empty(&self) -> Result<(), String> {
        match self.rows()?.len() {
            0 => Ok(()),
            rows => Err(format!("expected no rows, got {rows}")),
        }
    }

    fn check_rows(&self, table: &Table, how: Comparison) -> Result<(), String> {
        let rows = self.rows()?;
        let (header, cells) = table.split_first().ok_or("the result has no table")?;
        let wanted: Vec<String> = header.iter().map(|name| unescape(name)).collect();
        let columns: Vec<String> = rows.columns().iter().map(ToString::to_string).collect();
        if wanted != columns {
            return Err(format!("expected the columns {wanted:?}, got {columns:?}"));
        }
        let mut expected = cells
            .iter()
            .map(|row| read_row(row, how.lists))
            .collect::<Result<Vec<String>, String>>()?;
        let mut actual: Vec<String> = rows
            .iter()
            .map(|row| {
                let cells = row.iter().map(|value| {
                    let literal = describe(value, rows.graph());
                    as_text(literal).text(how.lists)
                });
                cells.collect::<Vec<_>>().join(" | ")
            })
            .collect();
        if how.rows == Elements::InAnyOrder {
            expected.sort();
            actual.sort();
        }
        if expected == actual {
            return Ok(());
        }
        Err(difference(&expected, &actual))
    }

    fn check_effects(&self, wanted: &Effects) -> Result<(), String> {
        self.rows()?;
        let executed = self.executed()?;
        let effects = executed.before.effects(&executed.after);
        if effects == *wanted {
            return Ok(());
        }
        Err(format!(
            "expected the side effects {wanted:?}, got {effects:?}"
        ))
    }

    fn check_error(&self, error_type: &str, phase: &str, detail: &str) -> Result<(), String> {
        let executed = self.executed()?;
        let wanted = format!("{error_type} at {phase}: {detail}");
        let error = match &executed.outcome {
            Err(error) => error,
            Ok(rows) => return Err(format!("expected {wanted}, got {} rows", rows.len())),
        };
        let code = error.code();
        let same = format!("{:?}", code.error_type) == error_type
            && (phase == "any time" || phase == code.phase.to_string())
            && (detail == "*" || detail == code.detail);
        if !same {
            let phase = code.phase;
            return Err(format!("expected {wanted}, got at {phase}: {error}"));
        }
        if executed.before != executed.after {
            return Err("the error left the graph changed".to_owned());
        }
        Ok(())
    }
}

fn unknown(text: &str) -> String {
    format!("unknown step: {text}")
}

fn query(step: &Step) -> Result<&str, String> {
    let query = step.doc.as_deref();
    query.ok_or_else(|| "the step has no query".to_owned())
}

fn read_effects(table: &Table) -> Result<Effects, String> {
    let mut effects = Effects::new();
    for row in table {
        let number = row.get(1).and_then(|number| number.parse().ok());
        let number = number.ok_or("a side effect is a name and a number")?;
        if number > 0 {
            effects.insert(row[0].clone(), number);
        }
    }
    Ok(effects)
}

fn read_row(cells: &[String], lists: Elements) -> Result<String, String> {
    let texts = cells
        .iter()
        .map(|cell| Ok(Literal::parse(cell)?.text(lists)))
        .collect::<Result<Vec<_>, String>>()?;
    Ok(texts.join(" | "))
}

/// The TCK writes temporal values as strings.
fn as_text(literal: Literal) -> Literal {
    match literal {
        Literal::Temporal(_, text) => Literal::String(text),
        Literal::List(values) => Literal::List(values.into_iter().map(as_text).collect()),
        Literal::Map(entries) => {
            let entries = entries.into_iter();
            Literal::Map(entries.map(|(key, value)| (key, as_text(value))).collect())
        }
        Literal::Node(mut node) => {
            let properties = node.properties.into_iter();
            node.properties = properties.map(|(key, v)| (key, as_text(v))).collect();
            Literal::Node(node)
        }
        Literal::Rel(mut rel) => {
            let properties = rel.properties.into_iter();
            rel.properties = properties.map(|(key, v)| (key, as_text(v))).collect();
            Literal::Rel(rel)
        }
        other => other,
    }
}

/// What is missing and what is too much; both lists may be long, so a few of each.
fn difference(expected: &[String], actual: &[String]) -> String {
    let mut missing = expected.to_vec();
    let mut extra = Vec::new();
    for row in actual {
        match missing.iter().position(|candidate| candidate == row) {
            Some(place) => drop(missing.swap_remove(place)),
            None => extra.push(row.clone()),
        }
    }
    let mut text = format!("expected {} rows, got {}", expected.len(), actual.len());
    if missing.is_empty() && extra.is_empty() {
        text.push_str(", the same in another order");
    }
    for (what, rows) in [("missing", missing), ("not expected", extra)] {
        if !rows.is_empty() {
            let shown: Vec<_> = rows.iter().take(3).map(String::as_str).collect();
            write!(text, "; {what}: {}", shown.join(" ⏎ ")).expect("a string takes all text");
        }
    }
    text
}
