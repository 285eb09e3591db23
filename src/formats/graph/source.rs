//! What a graph is read from, and what it is written to.

use std::fmt;
use std::io::{self, Read, Write};

/// A file to read: what the user calls it, and its bytes.
pub struct File<'a> {
    /// Its name, which stands in reports; in a table the last part without `.csv` may name the type.
    pub name: String,
    /// Its bytes.
    pub reader: Box<dyn Read + Send + 'a>,
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// How far loading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were read, of all files.
    pub bytes: u64,
    /// Nodes that were added.
    pub nodes: u64,
    /// Relationships that were added.
    pub rels: u64,
}

/// Where a format of several files is written: opens a file by its name, relative to the folder and
/// with `/` between folder and file.
pub trait Shelf {
    /// Begins a file; the one before is complete.
    ///
    /// # Errors
    /// It cannot be made.
    fn begin(&mut self, name: &str) -> io::Result<&mut dyn Write>;
}

/// Files in memory.
impl Shelf for Vec<(String, Vec<u8>)> {
    fn begin(&mut self, name: &str) -> io::Result<&mut dyn Write> {
        self.push((name.to_owned(), Vec::new()));
        let (_, bytes) = self.last_mut().expect("a file was just pushed");
        Ok(bytes)
    }
}
