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
    Plain(&'a [u8]),
    /// What stood in quotes, without them. An empty one is an empty string, not null.
    Quoted(Cow<'a, [u8]>),
}

impl Field<'_> {
    /// The bytes of the field.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Field::Plain(bytes) => bytes,
            Field::Quoted(bytes) => bytes,
        }
    }

    /// Whether the field stands for null.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Field::Plain(bytes) if bytes.is_empty())
    }
}

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
                self.rest.extend_from_slice(block.get(end..).unwrap_or_default());
                block.truncate(end);
                return Ok(Some(block));
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
    let mut rows = Rows::new(block, b',');
    let mut end = None;
    while let Some(row) = rows.skip_row() {
        if row.ended {
            end = Some(rows.at);
        }
    }
    end
}

/// How a row ended.
pub(super) struct RowEnd {
    /// Whether a line end closed it, rather than the end of the block.
    ended: bool,
}

/// Walks over the rows of a block.
pub(super) struct Rows<'a> {
    text: &'a [u8],
    at: usize,
    delimiter: u8,
    /// Line ends passed so far.
    pub(super) lines: usize,
}

impl<'a> Rows<'a> {
    /// The rows of `text`.
    pub(super) fn new(text: &'a [u8], delimiter: u8) -> Self {
        Self {
            text,
            at: 0,
            delimiter,
            lines: 0,
        }
    }

    /// How many bytes were read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads the next row into `fields`; `false` at the end. Empty lines are passed over.
    pub(super) fn next_row(&mut self, fields: &mut Vec<Field<'a>>) -> bool {
        fields.clear();
        while self.skip_line_end() {}
        if self.at >= self.text.len() {
            return false;
        }
        loop {
            let (field, stop) = self.field();
            fields.push(field);
            if stop != Some(self.delimiter) {
                return true;
            }
        }
    }

    fn skip_row(&mut self) -> Option<RowEnd> {
        while self.skip_line_end() {}
        if self.at >= self.text.len() {
            return None;
        }
        loop {
            let (_, stop) = self.field();
            if stop != Some(self.delimiter) {
                return Some(RowEnd {
                    ended: stop.is_some(),
                });
            }
        }
    }

    fn skip_line_end(&mut self) -> bool {
        match self.text.get(self.at) {
            Some(b'\n') => {
                self.at += 1;
                self.lines += 1;
                true
            }
            Some(b'\r') if self.text.get(self.at + 1) == Some(&b'\n') => {
                self.at += 2;
                self.lines += 1;
                true
            }
            _ => false,
        }
    }

    /// Reads one field and what stopped it: the delimiter, a line end, or `None` for the end.
    fn field(&mut self) -> (Field<'a>, Option<u8>) {
        if self.text.get(self.at) == Some(&b'"') {
            let quoted = self.quoted();
            return (Field::Quoted(quoted), self.stop());
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|&b| b == self.delimiter || b == b'\n')
            .unwrap_or(rest.len());
        let (field, _) = rest.split_at(length);
        self.at += length;
        let stop = self.stop();
        let field = match (stop, field) {
            (Some(b'\n') | None, [line @ .., b'\r']) => line,
            _ => field,
        };
        (Field::Plain(field), stop)
    }

    /// Steps over the byte that ends a field.
    fn stop(&mut self) -> Option<u8> {
        let stop = self.text.get(self.at).copied();
        self.at += usize::from(stop.is_some());
        self.lines += usize::from(stop == Some(b'\n'));
        stop
    }

    /// Reads from a quote to the quote that closes it, and what stands before the delimiter then.
    fn quoted(&mut self) -> Cow<'a, [u8]> {
        let start = self.at + 1;
        let mut text: Option<Vec<u8>> = None;
        let mut piece = start;
        let mut at = start;
        loop {
            match self.text.get(at) {
                Some(b'"') if self.text.get(at + 1) == Some(&b'"') => {
                    let before = self.text.get(piece..=at).unwrap_or_default();
                    text.get_or_insert_default().extend_from_slice(before);
                    at += 2;
                    piece = at;
                }
                Some(b'"') | None => break,
                Some(b'\n') => {
                    self.lines += 1;
                    at += 1;
                }
                Some(_) => at += 1,
            }
        }
        let last = self.text.get(piece..at).unwrap_or_default();
        self.at = (at + 1).min(self.text.len());
        let tail = self.tail();
        match text {
            None if tail.is_empty() => Cow::Borrowed(last),
            text => {
                let mut text = text.unwrap_or_default();
                text.extend_from_slice(last);
                text.extend_from_slice(tail);
                Cow::Owned(text)
            }
        }
    }

    /// What stands between a closing quote and the delimiter; nothing in a well-formed text.
    fn tail(&mut self) -> &'a [u8] {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|&b| b == self.delimiter || b == b'\n')
            .unwrap_or(rest.len());
        let (tail, _) = rest.split_at(length);
        self.at += length;
        tail.strip_suffix(b"\r").unwrap_or(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut rows = Rows::new(text.as_bytes(), b',');
        let mut fields = Vec::new();
        let mut all = Vec::new();
        while rows.next_row(&mut fields) {
            let show = |f: &Field<'_>| match f {
                Field::Plain(b) => String::from_utf8_lossy(b).into_owned(),
                Field::Quoted(b) => format!("<{}>", String::from_utf8_lossy(b)),
            };
            all.push(fields.iter().map(show).collect());
        }
        all
    }

    #[test]
    fn fields_in_quotes_hold_commas_quotes_and_line_ends() {
        assert_eq!(
            rows("a,\"b,\"\"c\"\"\nd\",\r\n\"\",x\"y\n\nz"),
            vec![
                vec!["a", "<b,\"c\"\nd>", ""],
                vec!["<>", "x\"y"],
                vec!["z"]
            ]
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
