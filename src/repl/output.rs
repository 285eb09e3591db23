//! How results are written.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use crate::db::{Rows, Snapshot};
use crate::formats::rows;
use crate::value::Value;

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A table drawn with lines.
    Table,
    /// Comma-separated values.
    #[default]
    Csv,
    /// Tab-separated values.
    Tsv,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// A table as Markdown has it.
    Markdown,
    /// One column a line.
    Line,
    /// One picture of all results, in Graphviz's language.
    Dot,
}

/// The formats by name.
const FORMATS: [(&str, Format); 8] = [
    ("table", Format::Table),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("markdown", Format::Markdown),
    ("line", Format::Line),
    ("dot", Format::Dot),
];

/// What results are written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// A terminal, whose width counts.
    Terminal,
    /// A file or another program.
    #[default]
    Elsewhere,
}

impl Format {
    /// Returns the format with this name; `auto` is a table on a terminal and CSV elsewhere.
    #[must_use]
    pub fn named(name: &str, target: Target) -> Option<Self> {
        if name == "auto" {
            return Some(match target {
                Target::Terminal => Self::Table,
                Target::Elsewhere => Self::Csv,
            });
        }
        FORMATS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, format)| *format)
    }

    /// Returns the names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once("auto").chain(FORMATS.into_iter().map(|(name, _)| name))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FORMATS
            .iter()
            .find(|(_, format)| format == self)
            .map(|(name, _)| *name);
        f.write_str(name.unwrap_or_default())
    }
}

/// Writes at most `limit` rows; returns how many were left out.
pub(super) fn write_rows(
    (format, target): (Format, Target),
    result: &Rows,
    limit: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<usize> {
    let limit = limit.unwrap_or(usize::MAX);
    let cells = result.iter().take(limit);
    let (columns, graph) = (result.columns(), result.graph());
    match format {
        Format::Table => match width(target) {
            Some(width) => rows::table_within(columns, cells, graph, width, out),
            None => rows::table(columns, cells, graph, out),
        },
        Format::Csv => rows::csv(columns, cells, graph, out),
        Format::Tsv => rows::tsv(columns, cells, graph, out),
        Format::Json => rows::json(columns, cells, graph, out),
        Format::Jsonl => rows::jsonl(columns, cells, graph, out),
        Format::Markdown => rows::markdown(columns, cells, graph, out),
        Format::Line => rows::line(columns, cells, graph, out),
        Format::Dot => Ok(()),
    }?;
    Ok(result.len().saturating_sub(limit))
}

/// The width of the terminal.
fn width(target: Target) -> Option<u16> {
    match target {
        Target::Terminal => {
            let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
            (width.0 > 0).then_some(width.0)
        }
        Target::Elsewhere => None,
    }
}

/// Writes what a `:command` found as a table.
pub(super) fn write_table(
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    target: Target,
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns: Vec<Arc<str>> = columns.iter().map(|column| Arc::from(*column)).collect();
    let graph = Snapshot::new();
    match width(target) {
        Some(width) => rows::table_within(&columns, rows, &graph, width, out),
        None => rows::table(&columns, rows, &graph, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_format() {
        for name in Format::names() {
            let format = Format::named(name, Target::Terminal).unwrap();
            assert!(name == "auto" || format.to_string() == name);
        }
        assert_eq!(Format::named("auto", Target::Terminal), Some(Format::Table));
        assert_eq!(Format::named("svg", Target::Terminal), None);
    }
}
