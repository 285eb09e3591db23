//! A Cypher script as a graph: its statements are run on an empty graph.

use std::path::Path;

use super::files::{read, shown};
use super::{Bar, Opened, Refusal, progress};
use crate::db::{Database, Params};
use crate::error::{Error, Span};
use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::Progress;
use crate::syntax::split::{Piece, PieceKind, Statements};

/// The longest sentence of a finding, in characters.
const LONGEST: usize = 500;

/// Runs the script at `path`; every statement that fails is a finding.
pub(super) fn open(path: &Path, bar: Bar) -> Result<Opened, Refusal> {
    let name = shown(path);
    let bytes = read(path).map_err(Refusal::finding)?;
    let text = text(&name, &bytes).map_err(Refusal::finding)?;
    let database = Database::new();
    let bar = bar.over(bytes.len() as u64);
    let findings = run(&database, &name, text, &mut |offset| {
        let graph = database.snapshot();
        let done = Progress {
            bytes: offset as u64,
            nodes: graph.node_count() as u64,
            rels: graph.rel_count() as u64,
        };
        progress::show(&bar, done);
    });
    bar.finish_and_clear();
    if !findings.is_empty() {
        return Err(Refusal::Faulty(Report::new(findings)));
    }
    Ok(Opened::new(database))
}

fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Diagnostic> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}')),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = bytes.get(at).copied().unwrap_or_default();
            let message = format!("byte {byte:#04x} at offset {at} is not UTF-8 text");
            let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default());
            let end = Span::new(before.len(), before.len());
            let (line, column) = end.line_column(&before);
            Err(Diagnostic::error(name, message).at(line, column))
        }
    }
}

/// Runs the statements of a script; `progress` is told where each begins.
fn run(
    database: &Database,
    name: &str,
    text: &str,
    progress: &mut dyn FnMut(usize),
) -> Vec<Diagnostic> {
    let mut session = database.session();
    let mut findings = Vec::new();
    for piece in Statements::split(text) {
        progress(piece.offset);
        match piece.kind {
            PieceKind::Statement => {
                if let Err(error) = session.run(&piece.text, &Params::default()) {
                    findings.push(about(name, text, &piece, &error));
                }
            }
            PieceKind::Command => {
                let finding = Diagnostic::error(name, "a graph is made by statements alone");
                let hint = "run a script with `:commands` by -f";
                findings.push(finding.at(piece.line, 1).hint(hint));
            }
        }
    }
    if session.in_transaction() {
        let (line, column) = Span::new(text.len(), text.len()).line_column(text);
        let finding = Diagnostic::error(name, "the script ends inside a transaction");
        findings.push(finding.at(line, column).hint("end it with `COMMIT;`"));
    }
    findings
}

/// The finding about a statement that failed.
fn about(name: &str, text: &str, piece: &Piece, error: &Error) -> Diagnostic {
    let (line, mut column) = error.span().unwrap_or_default().line_column(&piece.text);
    if line == 1 {
        let before = text.get(..piece.offset).unwrap_or_default();
        let same_line = before.rsplit('\n').next().unwrap_or_default();
        column += same_line.chars().count();
    }
    let finding = Diagnostic::error(name, clip(&error.to_string()));
    let finding = finding.at(piece.line + line - 1, column);
    match error.hints() {
        [] => finding,
        hints => finding.hint(clip(&hints.join("; "))),
    }
}

/// The beginning of a sentence, which may hold a name of any length, on one line.
fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(LONGEST).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_know_their_place() {
        let script = "CREATE (:A);\n\n CREATE (:B); RETURN m;\nRETURN\n x\n;\n:help\nBEGIN;";
        let report = Report::new(run(&Database::new(), "g.cypher", script, &mut |_| {}));
        let places: Vec<_> = report
            .diagnostics()
            .iter()
            .filter_map(|finding| finding.position)
            .map(|position| (position.line, position.column))
            .collect();
        assert_eq!(places, [(3, 22), (5, 2), (7, 1), (8, 7)], "{report}");
    }

    #[test]
    fn what_is_no_text_is_shown_by_its_place() {
        let finding = text("g.cypher", b"RETURN 1;\n\xc3\xa4\xff").unwrap_err();
        assert_eq!(
            finding.to_string(),
            "g.cypher:2:2: error: byte 0xff at offset 12 is not UTF-8 text"
        );
    }
}
