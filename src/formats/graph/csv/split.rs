//! Text to blocks of whole rows, blocks to fields.
//!
//! RFC 4180: fields between commas; a field in quotes may hold commas, line ends and doubled
//! quotes. A quote inside a field that does not begin with one is a character like any other.

use std::borrow::Cow;
use std::io::{self, Read};

/// A field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// As it stands.
    Plain(&'a str),
    /// What stood in quotes, without them. An empty one is an empty string, not null.
    Quoted(Cow<'a, str>),
}

impl Field<'_> {
    /// The text of the field.
    pub(super) fn text(&self) -> &str {
        match self {
            Field::Plain(text) => text,
            Field::Quoted(text) => text,
        }
    }

    /// Whether the field stands for null.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Field::Plain(text) if text.is_empty())
    }
}

/// What stands between fields.
const DELIMITER: u8 = b',';
/// The longest row.
const MAX_ROW: usize = 64 << 20;

/// Reads a text block by block; each ends with a whole row.
pub(super) struct Blocks<R> {
    reader: R,
    size: usize,
    rest: Vec<u8>,
    done: bool,
}

impl<R: Read> Blocks<R> {
    /// Blocks of about `size` bytes.
    pub(super) fn new(reader: R, size: usize) -> Self {
        Self {
            reader,
            size,
            rest: Vec::new(),
            done: false,
        }
    }

    /// Makes the blocks that follow about `size` bytes long.
    pub(super) fn set_size(&mut self, size: usize) {
        self.size = size;
    }

    /// Returns the next block; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut block = std::mem::take(&mut self.rest);
        let mut wanted = self.size;
        loop {
            if !self.done {
                let missing = wanted.saturating_sub(block.len()) as u64;
                let read = (&mut self.reader).take(missing).read_to_end(&mut block)?;
                self.done = (read as u64) < missing;
            }
            if self.done {
                return Ok((!block.is_empty()).then_some(block));
            }
            if let Some(end) = last_row_end(&block) {
                self.rest = Vec::with_capacity(self.size + block.len() - end);
                self.rest
                    .extend_from_slice(block.get(end..).unwrap_or_default());
                block.truncate(end);
                return Ok(Some(block));
            }
            if block.len() > MAX_ROW {
                let message = "a row is longer than 64 MiB; is a quote not closed?";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            // A row longer than the block: go on until it ends.
            wanted = block.len() * 2;
        }
    }
}

/// Returns one past the last line end that is not in quotes.
fn last_row_end(block: &[u8]) -> Option<usize> {
    if !block.contains(&b'"') {
        return block.iter().rposition(|&b| b == b'\n').map(|at| at + 1);
    }
    let mut end = None;
    let mut place = Place::FieldStart;
    for (at, &byte) in block.iter().enumerate() {
        place = match (place, byte) {
            (Place::Quoted, b'"') => Place::QuoteInQuoted,
            (Place::Quoted, _) | (Place::FieldStart | Place::QuoteInQuoted, b'"') => Place::Quoted,
            (_, b'\n') => {
                end = Some(at + 1);
                Place::FieldStart
            }
            (_, DELIMITER) => Place::FieldStart,
            _ => Place::Plain,
        };
    }
    end
}

/// Where in a field a byte stands.
#[derive(Clone, Copy)]
enum Place {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote in a quoted field: its end, or the first of two.
    QuoteInQuoted,
}

/// Walks over the fields of a block.
pub(super) struct Fields<'a> {
    text: &'a str,
    at: usize,
    /// Line ends passed so far.
    pub(super) lines: usize,
}

/// What follows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another field of the row.
    Field,
    /// The end of the row.
    Row,
}

impl<'a> Fields<'a> {
    /// The fields of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            lines: 0,
        }
    }

    /// How many bytes were read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Steps over empty lines; returns whether there is another row.
    pub(super) fn has_row(&mut self) -> bool {
        loop {
            match self.rest() {
                [b'\n', ..] => self.at += 1,
                [b'\r', b'\n', ..] => self.at += 2,
                rest => return !rest.is_empty(),
            }
            self.lines += 1;
        }
    }

    /// Reads the next field of a row, and what follows it.
    pub(super) fn next_field(&mut self) -> (Field<'a>, Next) {
        if self.rest().first() == Some(&b'"') {
            let text = self.quoted();
            return (Field::Quoted(text), self.step());
        }
        let start = self.at;
        self.at += self.plain_length();
        let field = self.text.get(start..self.at).unwrap_or_default();
        match self.step() {
            Next::Field => (Field::Plain(field), Next::Field),
            Next::Row => (
                Field::Plain(field.strip_suffix('\r').unwrap_or(field)),
                Next::Row,
            ),
        }
    }

    /// Reads all fields of the next row; nothing at the end.
    pub(super) fn next_row(&mut self) -> Option<Vec<Field<'a>>> {
        if !self.has_row() {
            return None;
        }
        let mut row = Vec::new();
        loop {
            let (field, next) = self.next_field();
            row.push(field);
            if next == Next::Row {
                return Some(row);
            }
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// How many bytes there are up to the next delimiter or line end.
    fn plain_length(&self) -> usize {
        let rest = self.rest();
        let ends = |&byte: &u8| byte == DELIMITER || byte == b'\n';
        rest.iter().position(ends).unwrap_or(rest.len())
    }

    /// Steps over the byte that ends a field.
    fn step(&mut self) -> Next {
        match self.rest().first() {
            Some(&DELIMITER) => {
                self.at += 1;
                Next::Field
            }
            Some(_) => {
                self.at += 1;
                self.lines += 1;
                Next::Row
            }
            None => Next::Row,
        }
    }

    /// Reads from a quote to the quote that closes it. What stands between that and the end of the
    /// field, nothing in a well-formed text, belongs to the field.
    fn quoted(&mut self) -> Cow<'a, str> {
        self.at += 1;
        let mut before: Option<String> = None;
        loop {
            let rest = self.rest();
            let length = rest.iter().position(|&b| b == b'"').unwrap_or(rest.len());
            let piece = self.text.get(self.at..self.at + length).unwrap_or_default();
            self.lines += piece.bytes().filter(|&b| b == b'\n').count();
            self.at += length;
            let doubled = matches!(self.rest(), [b'"', b'"', ..]);
            if doubled {
                let before = before.get_or_insert_default();
                before.push_str(piece);
                before.push('"');
                self.at += 2;
                continue;
            }
            self.at = (self.at + 1).min(self.text.len());
            let tail = self.tail();
            return match before {
                None if tail.is_empty() => Cow::Borrowed(piece),
                before => Cow::Owned(before.unwrap_or_default() + piece + tail),
            };
        }
    }

    fn tail(&mut self) -> &'a str {
        let start = self.at;
        self.at += self.plain_length();
        let tail = self.text.get(start..self.at).unwrap_or_default();
        tail.strip_suffix('\r').unwrap_or(tail)
    }
}

/// Returns where a field begins: how many lines after the row, and at which character of that line,
/// counted from one. `row` is the text from the beginning of the row on.
pub(super) fn place_of(row: &str, field: usize) -> (usize, usize) {
    let mut fields = Fields::new(row);
    for _ in 0..field {
        if fields.next_field().1 == Next::Row {
            break;
        }
    }
    let before = row.get(..fields.position()).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (fields.lines, line.chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut fields = Fields::new(text);
        let mut all = Vec::new();
        while let Some(row) = fields.next_row() {
            let show = |field: &Field<'_>| match field {
                Field::Plain(text) => (*text).to_owned(),
                Field::Quoted(text) => format!("<{text}>"),
            };
            all.push(row.iter().map(show).collect());
        }
        all
    }

    #[test]
    fn fields_in_quotes_hold_commas_quotes_and_line_ends() {
        assert_eq!(
            rows("a,\"b,\"\"c\"\"\nd\",\r\n\"\",x\"y\n\nz"),
            vec![vec!["a", "<b,\"c\"\nd>", ""], vec!["<>", "x\"y"], vec!["z"]]
        );
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        assert_eq!(rows("\"a\nb"), vec![vec!["<a\nb>"]]);
        assert_eq!(rows("\"a\"b,c\n"), vec![vec!["<ab>", "c"]]);
        assert_eq!(rows("a,"), vec![vec!["a", ""]]);
    }

    #[test]
    fn blocks_of_any_size_hold_the_same_rows() {
        let text = "id,b\n1,\"x\ny\"\n2,\"a \"\"quote\"\"\"\r\n3,plain\n4,last";
        let whole = rows(text);
        for size in 1..=text.len() + 1 {
            let mut blocks = Blocks::new(text.as_bytes(), size);
            let mut seen = Vec::new();
            while let Some(block) = blocks.next().unwrap() {
                seen.extend(rows(std::str::from_utf8(&block).unwrap()));
            }
            assert_eq!(seen, whole, "blocks of {size} bytes");
        }
    }
}
