//! Graphs as files of other formats.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Database;
use crate::error::{Code, Error, ErrorType, Result};
use crate::formats::diagnostic::Severity;
use crate::formats::graph::dataset;
use crate::formats::graph::{GraphFormat, Shelf};
use crate::store::Snapshot;

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// By how many mistakes the graph breaks its own schema: a data set with one is not opened
    /// again. Other formats are not checked.
    pub mistakes: usize,
}

impl Database {
    /// Writes the graph in another format: to a file, which is replaced, or to a folder, which must
    /// not hold anything yet.
    ///
    /// # Errors
    /// If the file or folder cannot be written, or the folder is not empty.
    ///
    /// # Examples
    /// ```
    /// use polity::db::Database;
    /// use polity::formats::graph::GraphFormat;
    ///
    /// # let folder = std::env::temp_dir().join(format!("polity-export-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let path = folder.join("governance.graphml");
    /// Database::governance()?.export(GraphFormat::Graphml, &path)?;
    /// assert!(std::fs::read_to_string(&path)?.contains("<graphml"));
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export(&self, format: GraphFormat, path: impl AsRef<Path>) -> Result<Exported> {
        let (graph, path) = (self.snapshot(), path.as_ref());
        // All of it is read, so what is damaged is told before anything is written.
        graph.decode()?;
        if !format.is_folder() {
            write_file(format, &graph, path).map_err(|error| not_written(path, &error))?;
            return Ok(Exported::default());
        }
        if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) {
            let message = format!("`{}` is not empty", path.display());
            let code = Code::runtime(ErrorType::DataError, "FolderNotEmpty");
            return Err(Error::new(code, message).hint("choose a folder that does not exist yet"));
        }
        let mut folder = Folder { path, file: None };
        if format == GraphFormat::Dataset {
            return write_dataset(&graph, &mut folder);
        }
        let written = format.write_folder(&graph, &mut folder).unwrap_or(Ok(()));
        let written = written.and_then(|()| folder.end());
        written.map_err(|error| not_written(path, &error))?;
        Ok(Exported::default())
    }
}

fn write_file(format: GraphFormat, graph: &Snapshot, path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    format.write(graph, &mut file).unwrap_or(Ok(()))?;
    file.flush()
}

fn write_dataset(graph: &Snapshot, folder: &mut Folder<'_>) -> Result<Exported> {
    let mut written = dataset::Folder::new("");
    for (name, text) in dataset::write(graph)? {
        let bytes = text.into_bytes();
        let kept = folder.begin(&name).and_then(|out| out.write_all(&bytes));
        kept.map_err(|error| not_written(folder.path, &error))?;
        written.add(name, bytes);
    }
    let ended = folder.end();
    ended.map_err(|error| not_written(folder.path, &error))?;
    // Changes are not held against the schema when they are made.
    let report = dataset::load(&written).err();
    Ok(Exported {
        mistakes: report.map_or(0, |report| report.count(Severity::Error)),
    })
}

fn not_written(path: &Path, error: &io::Error) -> Error {
    let code = Code::runtime(ErrorType::DataError, "FileNotWritten");
    let message = format!("`{}` cannot be written: {error}", path.display());
    Error::new(code, message)
}

/// A folder that files are written to, one after the other.
struct Folder<'p> {
    path: &'p Path,
    file: Option<BufWriter<File>>,
}

impl Folder<'_> {
    /// Completes the last file, and makes the folder if there was none.
    fn end(&mut self) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.flush()?;
        }
        fs::create_dir_all(self.path)
    }
}

impl Shelf for Folder<'_> {
    fn begin(&mut self, name: &str) -> io::Result<&mut dyn Write> {
        self.end()?;
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(self.file.insert(BufWriter::new(File::create(path)?)))
    }
}
