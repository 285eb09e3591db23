//! What a graph is read from, and what it is written to.

use std::fmt;
use std::io::{self, Read, Write};

use crate::formats::diagnostic::Diagnostic;

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

/// How large a file may be that is read whole.
const FILE_LIMIT: u64 = 1 << 30;

/// Returns the type that a file's name stands for: `SIGNED` for `relations/signed.csv`.
pub(super) fn type_of(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    stem.to_uppercase()
        .replace(|c: char| !c.is_alphanumeric(), "_")
}

/// Reads a file whole.
pub(super) fn whole(file: File<'_>) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    let read = file.reader.take(FILE_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Diagnostic::error(&file.name, format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > FILE_LIMIT {
        let message = format!("the file is too large; the limit is {FILE_LIMIT} bytes");
        return Err(Diagnostic::error(&file.name, message));
    }
    Ok(bytes)
}

/// Reads a file whole, as text.
pub(super) fn whole_text(file: File<'_>) -> Result<String, Diagnostic> {
    let name = file.name.clone();
    String::from_utf8(whole(file)?).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let before = String::from_utf8_lossy(before);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let start = before.rsplit('\n').next().unwrap_or_default();
        let column = start.chars().count() + 1;
        Diagnostic::error(&name, "not text in UTF-8").at(line, column)
    })
}
