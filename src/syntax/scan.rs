//! A first look at a text, without grammar: brackets, quotes, comments and semicolons.
//!
//! It is linear, keeps almost nothing, and can stop at any byte and go on when more text has
//! arrived. The guards before parsing, the splitting into statements and the question whether an
//! input is complete all rest on it.

/// What the scanner tells about. Words and numbers are one lexeme each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// `(`, `[` or `{`
    Open,
    /// `)`, `]` or `}`
    Close,
    /// `;`
    Semicolon,
    /// A name, keyword or number.
    Word,
    /// A string or a name in backticks.
    Quoted,
    /// Any other character.
    Symbol,
}

/// What the scanner is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Nothing: between lexemes.
    Nothing,
    /// A string or name in quotes of this kind.
    Quotes(u8),
    /// `// …`
    LineComment,
    /// `/* …`
    BlockComment,
}

/// Reads lexemes from a text that may still grow.
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    position: usize,
    inside: Inside,
    /// Where the quotes or the comment began.
    start: usize,
}

impl Scanner {
    /// Begins at a byte of the text.
    pub(super) const fn new(position: usize) -> Self {
        Self {
            position,
            inside: Inside::Nothing,
            start: position,
        }
    }

    /// What the scanner is in the middle of, and where that began.
    pub(super) const fn inside(&self) -> (Inside, usize) {
        (self.inside, self.start)
    }

    /// The first byte that was not looked at.
    pub(super) const fn position(&self) -> usize {
        self.position
    }

    /// Returns the next lexeme with its first byte; its end is then [`Scanner::position`]. `None`
    /// where the text ends, or, if it may still grow, where its last bytes can't be told yet.
    pub(super) fn next(&mut self, text: &[u8], growing: Growing) -> Option<(Lexeme, usize)> {
        loop {
            let rest = text.get(self.position..)?;
            let step = match self.inside {
                Inside::Nothing => self.between(rest, growing),
                Inside::Quotes(quote) => self.quoted(rest, quote),
                Inside::LineComment => self.skip_past(rest, b"\n"),
                Inside::BlockComment => self.skip_past(rest, b"*/"),
            };
            match step {
                Step::Found(lexeme, start) => return Some((lexeme, start)),
                Step::Blank => {}
                Step::Stop => return None,
            }
        }
    }

    /// Takes one step outside quotes and comments.
    fn between(&mut self, rest: &[u8], growing: Growing) -> Step {
        let start = self.position;
        let Some(&first) = rest.first() else {
            return Step::Stop;
        };
        let lexeme = match (first, rest.get(1)) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => {
                self.position += 1;
                return Step::Blank;
            }
            (b'\'' | b'"' | b'`', _) => return self.enter(Inside::Quotes(first), 1),
            (b'/', Some(b'/')) => return self.enter(Inside::LineComment, 2),
            (b'/', Some(b'*')) => return self.enter(Inside::BlockComment, 2),
            (b'/', None) if growing == Growing::Yes => return Step::Stop,
            (b'(' | b'[' | b'{', _) => Lexeme::Open,
            (b')' | b']' | b'}', _) => Lexeme::Close,
            (b';', _) => Lexeme::Semicolon,
            _ if is_word(first) => {
                self.position += rest.iter().take_while(|byte| is_word(**byte)).count();
                return Step::Found(Lexeme::Word, start);
            }
            _ => Lexeme::Symbol,
        };
        self.position += 1;
        Step::Found(lexeme, start)
    }

    /// Goes on to the closing quote. A doubled quote is read as an end and a new beginning, which
    /// comes to the same.
    fn quoted(&mut self, rest: &[u8], quote: u8) -> Step {
        let special = rest
            .iter()
            .position(|byte| *byte == quote || *byte == b'\\');
        let Some(at) = special else {
            self.position += rest.len();
            return Step::Stop;
        };
        if rest.get(at) != Some(&b'\\') {
            self.position += at + 1;
            self.inside = Inside::Nothing;
            return Step::Found(Lexeme::Quoted, self.start);
        }
        if at + 1 == rest.len() {
            self.position += at;
            return Step::Stop;
        }
        self.position += at + 2;
        Step::Blank
    }

    fn enter(&mut self, inside: Inside, width: usize) -> Step {
        self.start = self.position;
        self.position += width;
        self.inside = inside;
        Step::Blank
    }

    /// Ends a comment after `end`, unless that has not come yet.
    fn skip_past(&mut self, rest: &[u8], end: &[u8]) -> Step {
        let Some(at) = rest.windows(end.len()).position(|window| window == end) else {
            // The last byte may be the first half of the end.
            let half = usize::from(end.len() > 1 && rest.last() == end.first());
            self.position += rest.len() - half;
            return Step::Stop;
        };
        self.position += at + end.len();
        self.inside = Inside::Nothing;
        Step::Blank
    }
}

/// What one step of the scanner brings.
enum Step {
    /// A lexeme and its first byte.
    Found(Lexeme, usize),
    /// Nothing to tell; the scan goes on.
    Blank,
    /// The text ends here.
    Stop,
}

/// Whether more text may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growing {
    /// More may come.
    Yes,
    /// This is all.
    No,
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexemes(text: &str) -> Vec<(Lexeme, &str)> {
        let mut scanner = Scanner::new(0);
        let mut found = Vec::new();
        while let Some((lexeme, start)) = scanner.next(text.as_bytes(), Growing::No) {
            found.push((lexeme, text.get(start..scanner.position()).unwrap()));
        }
        found
    }

    #[test]
    fn quotes_and_comments_hide_what_is_in_them() {
        use Lexeme::{Close, Open, Quoted, Semicolon, Word};
        assert_eq!(
            lexemes("f('a;\\'b', `x;`) /* ; */ ; // ;"),
            [
                (Word, "f"),
                (Open, "("),
                (Quoted, "'a;\\'b'"),
                (Lexeme::Symbol, ","),
                (Quoted, "`x;`"),
                (Close, ")"),
                (Semicolon, ";"),
            ]
        );
    }

    #[test]
    fn a_growing_text_gives_the_same_lexemes_however_it_is_cut() {
        let text = "a /* x * y **/ 'it\\'s' / b // c\n; 'ü' `q``r`;";
        let whole = lexemes(text).len();
        for cut in 0..text.len() {
            let mut scanner = Scanner::new(0);
            let mut found = 0;
            while let Some((lexeme, start)) = scanner.next(&text.as_bytes()[..cut], Growing::Yes) {
                // A word that is cut is told twice.
                found +=
                    usize::from(lexeme != Lexeme::Word || scanner.position() < cut || start == cut);
            }
            let last_word = text.as_bytes()[..cut]
                .last()
                .is_some_and(|byte| is_word(*byte));
            let mid_word = last_word && text.as_bytes().get(cut).is_some_and(|byte| is_word(*byte));
            let word_done = last_word && !mid_word && scanner.inside().0 == Inside::Nothing;
            found += usize::from(word_done);
            while scanner.next(text.as_bytes(), Growing::No).is_some() {
                found += 1;
            }
            assert_eq!(found, whole, "cut at {cut}");
        }
    }
}
