//! `:dot`, `:export` and `:save`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::db::{Database, KeepHistory, Snapshot};
use crate::error::{Code, Error, ErrorType};
use crate::formats::graph::dot::Surroundings;
use crate::formats::graph::{GraphFormat, Part};
use crate::repl::picture;
use crate::repl::shell::{Failure, Outcome, Shell, count};
use crate::syntax::shell::{ExportRequest, Text};

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

/// `:export [result] [as FORMAT] PATH`
pub(super) fn export(shell: &mut Shell<'_>, request: &ExportRequest) -> Result<Outcome, Failure> {
    let path = path(&request.path.node);
    let format = match &request.format {
        Some(name) => named(name)?,
        None => GraphFormat::of(&path).unwrap_or(GraphFormat::Dataset),
    };
    if request.result && format == GraphFormat::Dot {
        let around = shell.settings.surroundings;
        return dot(shell, &request.path, around);
    }
    let graph = if request.result {
        Arc::new(last_result(shell)?)
    } else {
        shell.session.snapshot()
    };
    let exported = Database::from_snapshot((*graph).clone()).export(format, &path);
    let exported = exported.map_err(|error| error.at(request.path.span))?;
    if !request.result && format.is_read() {
        shell.saved_version = graph.version();
    }
    let nodes = count(graph.node_count(), "node");
    let rels = count(graph.rel_count(), "relationship");
    let name = path.display();
    shell.tell(&format!("wrote {nodes} and {rels} to {name}"));
    if exported.mistakes > 0 {
        let mistakes = count(exported.mistakes, "mistake");
        shell.tell(&format!(
            "warning: by its own schema the graph has {mistakes}; `polity check {name}` shows them"
        ));
    }
    Ok(Outcome::Done)
}

fn named(name: &Text) -> Result<GraphFormat, Error> {
    let lower = name.node.to_lowercase();
    GraphFormat::named(&lower).ok_or_else(|| {
        let names: Vec<&str> = GraphFormat::all().map(GraphFormat::name).collect();
        let code = Code::runtime(ErrorType::ArgumentError, "UnknownFormat");
        let error = Error::new(code, format!("there is no format `{}`", name.node));
        error
            .at(name.span)
            .hint(format!("formats: {}", names.join(", ")))
    })
}

/// What stands in the last result, as a graph of its own.
fn last_result(shell: &Shell<'_>) -> Result<Snapshot, Failure> {
    let mut part = Part::default();
    if let Some(rows) = &shell.last {
        for row in rows.iter() {
            part.add(rows.graph(), &row);
        }
        if !part.is_empty() {
            return Ok(part.graph(rows.graph())?);
        }
    }
    let code = Code::runtime(ErrorType::ArgumentError, "NothingToExport");
    let message = "there are no nodes, relationships or paths in the last result";
    let hint = "return elements, not their properties: `MATCH p = (a)-[r]->(b) RETURN p`";
    Err(Error::new(code, message).hint(hint).into())
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
