//! Scripts: reads statements and `:commands`, and runs each as soon as it is whole.

use std::io::{self, BufRead, Read};

use super::shell::{Outcome, Shell};
use crate::error::{Code, Error, ErrorType, Origin};
use crate::syntax::split::{Piece, PieceKind, Statements};

/// How many bytes may arrive before a statement ends. A statement has its own, smaller limit; this
/// one is for input that never ends.
const LIMIT: usize = 256 << 20;

/// Runs what `input` holds.
pub(super) fn run(
    shell: &mut Shell<'_>,
    name: Option<&str>,
    mut input: impl BufRead,
) -> io::Result<Outcome> {
    let mut script = Script {
        name,
        statements: Statements::new(),
        first_line: 0,
        lines: 0,
        offset: 0,
        waiting: 0,
    };
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let length = input
            .by_ref()
            .take(LIMIT as u64)
            .read_until(b'\n', &mut bytes)?;
        if length == 0 {
            return script.end(shell);
        }
        let outcome = script.line(shell, &bytes)?;
        if shell.stops_after(outcome) {
            return Ok(outcome);
        }
        script.lines += 1;
        script.offset += length;
    }
}

/// Runs a piece of input that begins in the first line of `origin`.
pub(super) fn perform(
    shell: &mut Shell<'_>,
    piece: &Piece,
    origin: Origin<'_>,
) -> io::Result<Outcome> {
    match piece.kind {
        PieceKind::Statement => shell.statement(&piece.text, origin),
        PieceKind::Command => shell.command(&piece.text, origin),
    }
}

/// A script that is being read.
struct Script<'a> {
    name: Option<&'a str>,
    statements: Statements,
    /// How many lines came before those of `statements`.
    first_line: usize,
    /// How many lines were read.
    lines: usize,
    /// How many bytes they had.
    offset: usize,
    /// How many bytes have come since the last whole statement.
    waiting: usize,
}

impl Script<'_> {
    /// Takes in one line; runs what it completes.
    fn line(&mut self, shell: &mut Shell<'_>, bytes: &[u8]) -> io::Result<Outcome> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) if self.lines == 0 => text.trim_start_matches('\u{feff}'),
            Ok(text) => text,
            Err(error) => {
                let error = self.not_text(bytes, error.valid_up_to());
                return self.give_up(shell, error);
            }
        };
        self.waiting += text.len();
        if self.waiting > LIMIT {
            return self.give_up(shell, endless());
        }
        self.statements.push(text);
        while let Some(piece) = self.statements.next_piece() {
            self.waiting = 0;
            let outcome = perform(shell, &piece, self.origin(piece.line))?;
            if shell.stops_after(outcome) {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }

    /// Runs what stands at the end without a semicolon.
    fn end(&mut self, shell: &mut Shell<'_>) -> io::Result<Outcome> {
        while let Some(piece) = self.statements.finish() {
            let outcome = perform(shell, &piece, self.origin(piece.line))?;
            if shell.stops_after(outcome) {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }

    /// Reports an error, and forgets the statement that has begun.
    fn give_up(&mut self, shell: &mut Shell<'_>, error: Error) -> io::Result<Outcome> {
        self.statements = Statements::new();
        self.first_line = self.lines + 1;
        self.waiting = 0;
        let origin = Origin {
            name: self.name,
            line: self.first_line,
        };
        shell.fail(error, origin)
    }

    fn origin(&self, line: usize) -> Origin<'_> {
        Origin {
            name: self.name,
            line: self.first_line + line,
        }
    }

    /// The error for bytes that are no text.
    fn not_text(&self, bytes: &[u8], at: usize) -> Error {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let place = self.offset + at;
        let line = self.lines + 1;
        Error::new(
            Code::syntax("InvalidUnicodeCharacter"),
            format!("byte {byte:#04x} at offset {place} (line {line}) is not UTF-8 text"),
        )
        .hint("statements are UTF-8 text; is this a binary file, or one in another encoding?")
    }
}

/// The error for input in which no statement ends.
fn endless() -> Error {
    let code = Code::compile_time(ErrorType::LimitError, "StatementTooLong");
    let limit = LIMIT >> 20;
    Error::new(code, format!("no statement has ended within {limit} MiB"))
        .hint("statements end with a semicolon")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Database;
    use crate::repl::interrupt::Interrupt;
    use crate::repl::shell::{ErrorsTo, Mode, Settings, Streams};

    /// Runs a script that goes on after errors; returns what it writes.
    fn check(input: &[u8], expected: &str) {
        let (mut results, mut messages) = (Vec::new(), Vec::new());
        let streams = Streams {
            results: &mut results,
            messages: &mut messages,
        };
        let settings = Settings {
            keep_going: true,
            errors: ErrorsTo::Results,
            ..Settings::default()
        };
        let database = Database::new();
        let mut shell = Shell::new(
            &database,
            settings,
            streams,
            Interrupt::default(),
            Mode::Script,
        );
        run(&mut shell, None, input).unwrap();
        let results = String::from_utf8(results).unwrap();
        assert_eq!(results, expected, "{}", String::from_utf8_lossy(input));
    }

    #[test]
    fn statements_are_cut_out() {
        check(b"RETURN 1 AS a; RETURN\n2 AS b", "a\n1\nb\n2\n");
        check(b"RETURN ';' AS a // ;\n;\n// end", "a\n;\n");
        check("\u{feff}RETURN 1 AS a;;;\n;\n".as_bytes(), "a\n1\n");
        check(b"", "");
        check(b" \n /* nothing */ \n", "");
    }

    #[test]
    fn commands_stand_on_lines_of_their_own() {
        check(
            b":format jsonl\nRETURN 1 AS a;\n  :format\n",
            "{\"a\":1}\njsonl\n",
        );
        check(b"RETURN 1 AS a;\n:quit\nRETURN 2 AS b;\n", "a\n1\n");
    }

    #[test]
    fn errors_know_their_line() {
        check(
            b"RETURN 1 AS a;\n\n  RETURN\n  m;\n",
            "a\n1\nerror: SyntaxError.UndefinedVariable: variable `m` is not defined (4:3)\n",
        );
        check(
            b"RETURN 1 AS a;\nx\xffy;\nRETURN 2 AS b;",
            "a\n1\nerror: SyntaxError.InvalidUnicodeCharacter: byte 0xff at offset 16 (line 2) is \
             not UTF-8 text; hint: statements are UTF-8 text; is this a binary file, or one in \
             another encoding?\nb\n2\n",
        );
    }
}
