//! `:dot`, `:export` and `:save`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::db::{Database, KeepHistory};
use crate::error::{Code, Error, ErrorType};
use crate::formats::diagnostic::Severity;
use crate::formats::graph::dataset::{self, Folder};
use crate::formats::graph::dot::Surroundings;
use crate::repl::picture;
use crate::repl::shell::{Failure, Outcome, Shell, count};
use crate::syntax::shell::Text;

/// `:dot FILE`, `:dot highlight FILE`
pub(super) fn dot(
    shell: &mut Shell<'_>,
    file: &Text,
    surroundings: Surroundings,
) -> Result<Outcome, Failure> {
    let path = path(&file.node);
    let mut picture = Vec::new();
    let drawn = picture::write(shell.last.as_slice(), surroundings, &mut picture)?;
    fs::write(&path, picture).map_err(|error| cannot_write(&path, &error))?;
    let (nodes, rels) = (
        count(drawn.nodes, "node"),
        count(drawn.rels, "relationship"),
    );
    shell.tell(&format!("wrote {nodes} and {rels} to {}", path.display()));
    Ok(Outcome::Done)
}

/// `:export FOLDER`
pub(super) fn export(shell: &mut Shell<'_>, folder: &Text) -> Result<Outcome, Failure> {
    let folder = path(&folder.node);
    let graph = shell.session.snapshot();
    let files = dataset::write(&graph)?;
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        let message = format!("`{}` is not empty", folder.display());
        let error = Error::new(
            Code::runtime(ErrorType::DataError, "FolderNotEmpty"),
            message,
        );
        return Err(error.hint("choose a folder that does not exist yet").into());
    }
    for (name, text) in &files {
        let path = folder.join(name);
        write_file(&path, text).map_err(|error| cannot_write(&path, &error))?;
    }
    shell.saved_version = graph.version();
    let nodes = count(graph.node_count(), "node");
    let rels = count(graph.rel_count(), "relationship");
    shell.tell(&format!("wrote {nodes} and {rels} to {}", folder.display()));
    if let Some(mistakes) = mistakes(files) {
        let name = folder.display();
        let mistakes = count(mistakes, "mistake");
        shell.tell(&format!(
            "warning: by its own schema the graph has {mistakes}; `polity check {name}` shows them"
        ));
    }
    Ok(Outcome::Done)
}

/// `:save FILE`
pub(super) fn save(shell: &mut Shell<'_>, file: &Text) -> Result<Outcome, Failure> {
    let path = path(&file.node);
    let graph = shell.session.snapshot();
    let saved = Database::from_snapshot((*graph).clone()).save(&path, None, KeepHistory::All);
    saved.map_err(|error| error.at(file.span))?;
    shell.saved_version = graph.version();
    let nodes = count(graph.node_count(), "node");
    let rels = count(graph.rel_count(), "relationship");
    shell.tell(&format!("wrote {nodes} and {rels} to {}", path.display()));
    Ok(Outcome::Done)
}

/// How many mistakes keep the files from being loaded again: changes are not held against the
/// schema when they are made.
fn mistakes(files: Vec<(String, String)>) -> Option<usize> {
    let mut folder = Folder::new("");
    for (name, text) in files {
        folder.add(name, text.into_bytes());
    }
    let report = dataset::load(&folder).err()?;
    Some(report.count(Severity::Error))
}

/// Writes a file, and makes the folder that it stands in.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// The path that a text names; `~/` is the user's home.
fn path(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(name),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let message = format!("`{}` cannot be written: {error}", path.display());
    Error::new(
        Code::runtime(ErrorType::DataError, "FileNotWritten"),
        message,
    )
}
