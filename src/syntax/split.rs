//! Scripts and streams: where one statement ends and the next begins.
//!
//! Statements end with `;` outside strings, backticks and comments, and the last one may end with
//! the text. Where a statement could begin, a line that begins with `:` is a command of the REPL.

use super::scan::{Growing, Inside, Lexeme, Scanner};

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its text, without what stands before it and without the `;`.
    pub text: String,
    /// The byte of the script at which the text begins.
    pub offset: usize,
    /// The line of the script at which the text begins, counted from one.
    pub line: usize,
}

/// What a part of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A statement of the query language.
    Statement,
    /// A line for the REPL, such as `:help`.
    Command,
}

/// Splits a text that arrives in parts into statements, each as soon as its `;` is there.
#[derive(Clone, Debug)]
pub struct Statements {
    /// What has arrived; the first `done` bytes were handed out.
    text: String,
    done: usize,
    /// Where `text` begins in the whole.
    offset: usize,
    /// The line that holds byte `done`.
    line: usize,
    scanner: Scanner,
    /// Where the statement at hand begins in `text`, once something but white space has come.
    start: Option<usize>,
}

impl Default for Statements {
    fn default() -> Self {
        Self::new()
    }
}

impl Statements {
    /// Begins a script.
    #[must_use]
    pub fn new() -> Self {
        Self {
            text: String::new(),
            done: 0,
            offset: 0,
            line: 1,
            scanner: Scanner::new(0),
            start: None,
        }
    }

    /// Adds what has arrived.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Returns the next part that is complete.
    pub fn next_piece(&mut self) -> Option<Piece> {
        self.find(Growing::Yes)
    }

    /// Returns what is left when nothing more will come; call it until it returns `None`.
    pub fn finish(&mut self) -> Option<Piece> {
        if let Some(piece) = self.find(Growing::No) {
            return Some(piece);
        }
        let (inside, begun) = self.scanner.inside();
        let open = matches!(inside, Inside::Quotes(_) | Inside::BlockComment).then_some(begun);
        let start = self.start.or(open)?;
        let end = self.text.len();
        Some(self.take(PieceKind::Statement, start..end, end))
    }

    /// Splits a whole script.
    #[must_use]
    pub fn split(text: &str) -> Vec<Piece> {
        let mut statements = Self::new();
        statements.push(text);
        std::iter::from_fn(|| statements.finish()).collect()
    }

    fn find(&mut self, growing: Growing) -> Option<Piece> {
        while let Some((lexeme, at)) = self.scanner.next(self.text.as_bytes(), growing) {
            let is_semicolon = lexeme == Lexeme::Semicolon;
            match self.start {
                Some(start) if is_semicolon => {
                    return Some(self.take(PieceKind::Statement, start..at, at + 1));
                }
                None if self.text.as_bytes().get(at) == Some(&b':') => {
                    return self.command(at, growing);
                }
                None if !is_semicolon => self.start = Some(at),
                Some(_) | None => {}
            }
        }
        None
    }

    /// Takes the line that begins at `at`, when it has ended.
    fn command(&mut self, at: usize, growing: Growing) -> Option<Piece> {
        let rest = self.text.get(at..).unwrap_or_default();
        let end = match (rest.find('\n'), growing) {
            (Some(width), _) => at + width,
            (None, Growing::No) => self.text.len(),
            (None, Growing::Yes) => {
                // It is looked at again when more has come.
                self.scanner = Scanner::new(at);
                return None;
            }
        };
        Some(self.take(PieceKind::Command, at..end, end))
    }

    /// Hands out a part; everything up to `end` is done.
    fn take(&mut self, kind: PieceKind, range: std::ops::Range<usize>, end: usize) -> Piece {
        let line = self.line + self.lines(self.done..range.start);
        let piece = Piece {
            kind,
            offset: self.offset + range.start,
            line,
            text: self
                .text
                .get(range)
                .unwrap_or_default()
                .trim_end()
                .to_owned(),
        };
        self.line += self.lines(self.done..end);
        self.done = end;
        self.start = None;
        // Moving the rest to the front pays only when the rest is the smaller part.
        if self.done > self.text.len() / 2 {
            self.text.drain(..self.done);
            self.offset += self.done;
            self.done = 0;
        }
        self.scanner = Scanner::new(self.done);
        piece
    }

    fn lines(&self, range: std::ops::Range<usize>) -> usize {
        let text = self.text.get(range).unwrap_or_default();
        text.matches('\n').count()
    }
}

/// Whether an input can be run as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Nothing but white space and comments.
    Empty,
    /// It ends with `;`, or it is a command.
    Complete,
    /// A `;` is missing.
    Unfinished,
    /// A string or a name in backticks is open.
    OpenQuotes,
    /// A comment is open.
    OpenComment,
}

/// Tells whether an input of the REPL can be run as it is.
#[must_use]
pub fn is_complete(text: &str) -> Completeness {
    let mut scanner = Scanner::new(0);
    let mut last = None;
    while let Some((lexeme, at)) = scanner.next(text.as_bytes(), Growing::No) {
        let fresh = matches!(last, None | Some(Lexeme::Semicolon));
        if fresh && text.as_bytes().get(at) == Some(&b':') {
            return Completeness::Complete;
        }
        last = Some(lexeme);
    }
    match (scanner.inside().0, last) {
        (Inside::Quotes(_), _) => Completeness::OpenQuotes,
        (Inside::BlockComment, _) => Completeness::OpenComment,
        (Inside::Nothing | Inside::LineComment, None) => Completeness::Empty,
        (Inside::Nothing | Inside::LineComment, Some(Lexeme::Semicolon)) => Completeness::Complete,
        (Inside::Nothing | Inside::LineComment, Some(_)) => Completeness::Unfinished,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "// first; comment\nRETURN 'a;b' AS `x;y`; ;\n\
        :help MATCH; no\n/* :no; */ MATCH (n:A) // ; here\nRETURN n;\n  :quit\nRETURN 1 /* end */\n";

    #[test]
    fn a_script_is_split_at_its_semicolons() {
        let pieces = Statements::split(SCRIPT);
        let shown: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.kind, piece.line, piece.text.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (PieceKind::Statement, 2, "RETURN 'a;b' AS `x;y`"),
                (PieceKind::Command, 3, ":help MATCH; no"),
                (PieceKind::Statement, 4, "MATCH (n:A) // ; here\nRETURN n"),
                (PieceKind::Command, 6, ":quit"),
                (PieceKind::Statement, 7, "RETURN 1 /* end */"),
            ]
        );
        for piece in pieces {
            let rest = SCRIPT.get(piece.offset..).unwrap();
            assert!(rest.starts_with(&piece.text), "{piece:?}");
        }
    }

    #[test]
    fn it_does_not_matter_how_a_script_arrives() {
        let whole = Statements::split(SCRIPT);
        for width in 1..SCRIPT.len() {
            let mut statements = Statements::new();
            let mut pieces = Vec::new();
            for part in SCRIPT.as_bytes().chunks(width) {
                statements.push(std::str::from_utf8(part).unwrap());
                pieces.extend(std::iter::from_fn(|| statements.next_piece()));
            }
            pieces.extend(std::iter::from_fn(|| statements.finish()));
            assert_eq!(pieces, whole, "in parts of {width} bytes");
        }
    }

    #[test]
    fn a_statement_is_there_as_soon_as_its_semicolon_is() {
        let mut statements = Statements::new();
        statements.push("RETURN 1; RET");
        assert_eq!(statements.next_piece().unwrap().text, "RETURN 1");
        assert_eq!(statements.next_piece(), None);
        statements.push("URN 2;");
        assert_eq!(statements.next_piece().unwrap().text, "RETURN 2");
    }

    #[test]
    fn what_never_ends_is_handed_out_at_the_end() {
        for text in ["'open", "/* open", "RETURN `open", "RETURN 1 /* open;"] {
            let pieces = Statements::split(text);
            assert_eq!(pieces.len(), 1, "{text}");
            assert_eq!(pieces[0].text, text);
        }
        assert!(Statements::split(" \n// nothing").is_empty());
    }

    #[test]
    fn the_prompt_knows_what_is_missing() {
        let table = [
            ("", Completeness::Empty),
            ("  // only\n/* this */", Completeness::Empty),
            ("RETURN 1", Completeness::Unfinished),
            ("RETURN 1;", Completeness::Complete),
            ("RETURN 1; // done", Completeness::Complete),
            ("RETURN 1; RETURN", Completeness::Unfinished),
            ("RETURN ';", Completeness::OpenQuotes),
            ("RETURN `a", Completeness::OpenQuotes),
            ("RETURN 1 /* ;", Completeness::OpenComment),
            (":help", Completeness::Complete),
            ("RETURN n:A", Completeness::Unfinished),
        ];
        for (text, expected) in table {
            assert_eq!(is_complete(text), expected, "{text}");
        }
    }
}
