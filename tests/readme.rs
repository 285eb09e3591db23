//! The session that `README.md` shows is what the program says.
//!
//! `UPDATE_GOLDEN=1` writes the answers into the file.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

type Outcome = Result<(), Box<dyn Error>>;

/// What stands before what is typed, and before the lines that go on with it.
const PROMPT: &str = "polity> ";
const MORE: &str = "        ";

/// What is typed, and what the file shows below it.
#[derive(Default)]
struct Exchange {
    typed: Vec<String>,
    shown: Vec<String>,
}

#[test]
fn the_session_is_real() -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path)?;
    let start = text.find(PROMPT).ok_or("README.md shows no session")?;
    let (before, rest) = text.split_at(start);
    let end = rest.find("```").ok_or("the session has no end")?;
    let (session, after) = rest.split_at(end);
    let mut exchanges = exchanges(session);
    let mut wrong = Vec::new();
    for exchange in &mut exchanges {
        let answer = ask(&exchange.typed.join("\n"))?;
        if answer != exchange.shown {
            wrong.push(format!(
                "{}\n{}",
                exchange.typed.join("\n"),
                answer.join("\n")
            ));
            exchange.shown = answer;
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value != "0") {
        let session: String = exchanges.iter().map(written).collect();
        fs::write(&path, format!("{before}{session}{after}"))?;
        return Ok(());
    }
    assert!(wrong.is_empty(), "it says\n{}", wrong.join("\n"));
    Ok(())
}

fn exchanges(session: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for line in session.lines() {
        if let Some(typed) = line.strip_prefix(PROMPT) {
            exchanges.push(Exchange::default());
            if let Some(exchange) = exchanges.last_mut() {
                exchange.typed.push(typed.to_owned());
            }
        } else if let Some(exchange) = exchanges.last_mut() {
            match line.strip_prefix(MORE) {
                Some(more) if exchange.shown.is_empty() => exchange.typed.push(more.to_owned()),
                _ => exchange.shown.push(line.to_owned()),
            }
        }
    }
    exchanges
}

fn written(exchange: &Exchange) -> String {
    let typed = exchange.typed.join(&format!("\n{MORE}"));
    let lines = exchange.shown.iter().flat_map(|line| [line.as_str(), "\n"]);
    let shown: String = lines.collect();
    format!("{PROMPT}{typed}\n{shown}")
}

/// What the program says to a script, as it would on a terminal.
fn ask(script: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_polity"))
        .args(["--format", "table"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = program.stdin.take() {
        input.write_all(script.as_bytes())?;
    }
    let output = program.wait_with_output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect())
}
