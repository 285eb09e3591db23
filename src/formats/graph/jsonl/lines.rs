//! A text in blocks of whole lines.

use std::io::{self, Read};

/// The bytes of a block.
const BLOCK: usize = 256 << 10;
/// The longest line.
const MAX_LINE: usize = 64 << 20;

/// Reads a text block by block; each ends with a whole line.
pub(super) struct Blocks<R> {
    reader: R,
    rest: Vec<u8>,
    done: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            rest: Vec::new(),
            done: false,
        }
    }

    /// Returns the next block; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut block = std::mem::take(&mut self.rest);
        let mut wanted = BLOCK;
        loop {
            if !self.done {
                let missing = wanted.saturating_sub(block.len()) as u64;
                let read = (&mut self.reader).take(missing).read_to_end(&mut block)?;
                self.done = (read as u64) < missing;
            }
            if self.done {
                return Ok((!block.is_empty()).then_some(block));
            }
            if let Some(end) = block.iter().rposition(|&byte| byte == b'\n') {
                self.rest = block.split_off(end + 1);
                return Ok(Some(block));
            }
            if block.len() > MAX_LINE {
                let message = "a line is longer than 64 MiB";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            wanted = block.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_whole_lines() {
        let line = "x".repeat(100_000) + "\n";
        let text = line.repeat(7) + "end";
        let mut blocks = Blocks::new(text.as_bytes());
        let mut again = Vec::new();
        let mut count = 0;
        while let Some(block) = blocks.next().unwrap() {
            assert!(block.ends_with(b"\n") || block.ends_with(b"end"));
            again.extend(block);
            count += 1;
        }
        assert_eq!((again, count), (text.into_bytes(), 4));
    }
}
