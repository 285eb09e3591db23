//! What statements cost within a process, from text to rows: the texts of a file, on any graph.
//!
//! `cargo bench --bench statements -- GRAPH TEXTS` opens a graph as the program does, reads JSON
//! Lines such as `{"q": "two hops", "texts": ["MATCH …", "MATCH …"]}`, and prints a line each:
//! milliseconds a call (the median over passes of the mean over a pass's texts, without the first
//! pass), those of the first pass, and the rows. So figures can be set beside those of libraries
//! that are called, where a program behind a pipe would be measured with its pipe.
//!
//! Literals stand in the texts: parsing and planning are part of every call. A pass ends early
//! after a third of the time-out (600 seconds), as do the passes together.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use polity::cli;
use polity::db::{Params, Rows, Session};
use polity::value::Value;
use serde_json::json;

/// After which time a question is not asked again.
const PATIENCE: Duration = Duration::from_secs(200);
/// How long a question is asked again and again, if its passes are short.
const ENOUGH: Duration = Duration::from_secs(1);
/// How many passes are enough in any case.
const MOST: usize = 30;

#[derive(serde::Deserialize)]
struct Question {
    q: String,
    texts: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let [graph, texts] = arguments.as_slice() else {
        // As a part of `cargo bench` without a graph there is nothing to measure.
        say("cargo bench --bench statements -- GRAPH TEXTS");
        return Ok(());
    };
    let questions = fs::read_to_string(texts)?;
    let opened = cli::open(Some(Path::new(graph)), None).map_err(|error| error.to_string())?;
    let mut session = opened.database.session();
    for line in questions.lines() {
        let question: Question = serde_json::from_str(line)?;
        say(&ask(&mut session, &question)?.to_string());
    }
    Ok(())
}

/// Asks all texts of a question in turn, pass after pass.
fn ask(session: &mut Session, question: &Question) -> Result<serde_json::Value, Box<dyn Error>> {
    let begin = Instant::now();
    let mut answers = Vec::new();
    let mut passes: Vec<f64> = Vec::new();
    let mut calls = question.texts.len();
    loop {
        let first = passes.is_empty();
        let (mut rows, started) = (Vec::new(), Instant::now());
        for text in &question.texts[..calls] {
            let answer = session.run(text, &Params::default())?;
            // As a caller would, each value is taken out once.
            answer.iter().for_each(|row| drop(black_box(row)));
            rows.push(answer);
            if first && started.elapsed() > PATIENCE {
                break;
            }
        }
        let call = started.elapsed() / u32::try_from(rows.len())?;
        passes.push(call.as_secs_f64() * 1e3);
        if first {
            calls = rows.len();
            answers = rows.iter().map(table).collect();
        }
        let spent = begin.elapsed();
        if (passes.len() >= 3 && spent > ENOUGH) || passes.len() >= MOST || spent > PATIENCE {
            break;
        }
    }
    let first_ms = passes[0];
    Ok(json!({
        "q": question.q,
        "ms": median(if passes.len() > 1 { &mut passes[1..] } else { &mut passes[..] }),
        "first_ms": first_ms,
        "passes": passes.len(),
        "ops": calls,
        "answer": answers,
    }))
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    let middle = times.len() / 2;
    if times.len() % 2 == 1 {
        times[middle]
    } else {
        f64::midpoint(times[middle - 1], times[middle])
    }
}

fn table(rows: &Rows) -> Vec<Vec<serde_json::Value>> {
    let cell = |value: &Value| match value {
        Value::Null => json!(null),
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::String(value) => json!(&**value),
        other => json!(format!("{other:?}")),
    };
    rows.iter()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

#[expect(clippy::print_stdout, reason = "the figures are the output")]
fn say(line: &str) {
    println!("{line}");
}
