//! `polity export`: graphs and parts of them in other forms, and where they go.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::files::shown;
use super::{ExportArguments, FAILED, FINE, lost};
use crate::db::{Database, Params};
use crate::error::{Error, render};
use crate::formats::graph::{Part, Shelf};
use crate::syntax::split::{PieceKind, Statements};

/// Writes a graph, or what a query returns; returns the exit status.
pub fn export(
    arguments: &ExportArguments,
    database: &Database,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> u8 {
    let (graph, format) = (database.snapshot(), arguments.format());
    let written = match arguments.output.as_deref() {
        None => format.write(&graph, out),
        Some(path) if format.is_folder() => {
            if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) {
                let error = io::Error::other("the folder is not empty");
                return cannot_write(path, &error, messages);
            }
            let mut folder = Folder::new(path);
            let written = format.write_folder(&graph, &mut folder);
            written.map(|written| written.and_then(|()| folder.end()))
        }
        Some(path) => match File::create(path) {
            Err(error) => return cannot_write(path, &error, messages),
            Ok(file) => {
                let mut file = BufWriter::new(file);
                let written = format.write(&graph, &mut file);
                written.map(|written| written.and_then(|()| file.flush()))
            }
        },
    };
    match (written, arguments.output.as_deref()) {
        (Some(Ok(())) | None, Some(_)) => FINE,
        (Some(Ok(())) | None, None) => match out.flush() {
            Ok(()) => FINE,
            Err(error) => lost(&error, messages),
        },
        (Some(Err(error)), Some(path)) => cannot_write(path, &error, messages),
        (Some(Err(error)), None) => lost(&error, messages),
    }
}

/// A folder that files are written to, one after the other.
#[derive(Debug)]
pub struct Folder<'p> {
    path: &'p Path,
    file: Option<BufWriter<File>>,
}

impl<'p> Folder<'p> {
    /// The folder at `path`, which need not exist yet.
    #[must_use]
    pub fn new(path: &'p Path) -> Self {
        Self { path, file: None }
    }

    /// Completes the last file, and makes the folder if there was none.
    ///
    /// # Errors
    /// The rest of the file cannot be written.
    pub fn end(&mut self) -> io::Result<()> {
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

/// Returns what statements return, as a graph of its own.
///
/// # Errors
/// A statement that fails, and nothing to write, as a text for people.
pub fn part(database: &Database, query: &str) -> Result<Database, String> {
    let mut session = database.session();
    session.set_read_only(true);
    let graph = database.snapshot();
    let mut part = Part::default();
    for piece in Statements::split(query) {
        if piece.kind == PieceKind::Command {
            return Err("error: --query takes statements, and no :commands".to_owned());
        }
        let drawn = |error: Error| render(&error, &piece.text, false).trim_end().to_owned();
        let rows = session
            .run(&piece.text, &Params::default())
            .map_err(drawn)?;
        for row in rows.iter() {
            part.add(&graph, &row);
        }
    }
    if part.is_empty() {
        let message = "error: the query returns no node, relationship or path\n  \
                       hint: return what is to be written, such as `MATCH p = ()-[]->() RETURN p`";
        return Err(message.to_owned());
    }
    let copied = part.graph(&graph).map_err(|error| error.to_string())?;
    Ok(Database::from_snapshot(copied))
}

/// Writes a picture to the file that the arguments name, else to `out`; returns the exit status.
pub fn save(
    arguments: &ExportArguments,
    picture: &[u8],
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> u8 {
    let Some(path) = arguments.output.as_deref() else {
        return match out.write_all(picture).and_then(|()| out.flush()) {
            Ok(()) => FINE,
            Err(error) => lost(&error, messages),
        };
    };
    match fs::write(path, picture) {
        Ok(()) => FINE,
        Err(error) => cannot_write(path, &error, messages),
    }
}

fn cannot_write(path: &Path, error: &io::Error, messages: &mut dyn Write) -> u8 {
    // Without a place for messages there is nobody to tell.
    drop(writeln!(
        messages,
        "error: `{}` cannot be written: {error}",
        shown(path)
    ));
    FAILED
}
