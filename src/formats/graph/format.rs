//! The list of formats.

use std::io::{self, Write};
use std::path::Path;

use crate::formats::diagnostic::Report;
use crate::store::Snapshot;

use super::rdf::{self, Spelling};
use super::source::{File, Progress, Shelf};
use super::{csv, cypher, dataset, dot, gexf, graphml, jsonl, parquet};

/// A form in which graphs are kept outside of polity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GraphFormat {
    /// A data-set folder of TOML files.
    Dataset,
    /// A folder of CSV files with the headers of neo4j-admin.
    Csv,
    /// JSON Lines, an object a node or relationship.
    Jsonl,
    /// A Cypher script.
    Cypher,
    /// GraphML.
    Graphml,
    /// GEXF, the format of Gephi.
    Gexf,
    /// RDF as Turtle.
    Turtle,
    /// RDF as N-Triples.
    Ntriples,
    /// RDF as JSON-LD.
    Jsonld,
    /// A folder of Parquet tables.
    Parquet,
    /// A picture in the DOT language of Graphviz, which is only written.
    Dot,
}

/// What is known of a format.
struct Entry {
    format: GraphFormat,
    name: &'static str,
    extensions: &'static [&'static str],
}

#[rustfmt::skip]
const FORMATS: &[Entry] = &[
    Entry { format: GraphFormat::Dataset,  name: "dataset",  extensions: &[] },
    Entry { format: GraphFormat::Csv,      name: "csv",      extensions: &["csv"] },
    Entry { format: GraphFormat::Jsonl,    name: "jsonl",    extensions: &["jsonl", "ndjson"] },
    Entry { format: GraphFormat::Cypher,   name: "cypher",   extensions: &["cypher", "cql"] },
    Entry { format: GraphFormat::Graphml,  name: "graphml",  extensions: &["graphml"] },
    Entry { format: GraphFormat::Gexf,     name: "gexf",     extensions: &["gexf"] },
    Entry { format: GraphFormat::Turtle,   name: "turtle",   extensions: &["ttl"] },
    Entry { format: GraphFormat::Ntriples, name: "ntriples", extensions: &["nt"] },
    Entry { format: GraphFormat::Jsonld,   name: "jsonld",   extensions: &["jsonld"] },
    Entry { format: GraphFormat::Parquet,  name: "parquet",  extensions: &["parquet"] },
    Entry { format: GraphFormat::Dot,      name: "dot",      extensions: &["dot", "gv"] },
];

impl GraphFormat {
    /// Returns all formats.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|entry| entry.format)
    }

    /// Returns the format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let entry = FORMATS.iter().find(|entry| entry.name == name)?;
        Some(entry.format)
    }

    /// Returns the format that the end of a file's name stands for.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let has = |entry: &&Entry| entry.extensions.contains(&&*extension);
        FORMATS.iter().find(has).map(|entry| entry.format)
    }

    /// Returns its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Returns the ends of names of its files.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        self.entry().extensions
    }

    /// Returns whether it takes a folder of files.
    #[must_use]
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Dataset | Self::Csv | Self::Parquet)
    }

    /// Returns whether graphs are read from it.
    #[must_use]
    pub fn is_read(self) -> bool {
        self != Self::Dot
    }

    /// Reads a graph from a file; `None` if that takes a folder, or more than this room knows.
    pub fn read(
        self,
        file: File<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Option<Result<Snapshot, Report>> {
        match self {
            Self::Jsonl => Some(jsonl::read(file, progress)),
            Self::Graphml => Some(graphml::read(file, progress)),
            Self::Gexf => Some(gexf::read(file, progress)),
            Self::Turtle => Some(rdf::read(file, Spelling::Turtle, progress)),
            Self::Ntriples => Some(rdf::read(file, Spelling::Ntriples, progress)),
            Self::Jsonld => Some(rdf::read(file, Spelling::Jsonld, progress)),
            Self::Dataset | Self::Csv | Self::Cypher | Self::Parquet | Self::Dot => None,
        }
    }

    /// Writes a graph to a file; `None` if the format takes a folder.
    pub fn write(self, graph: &Snapshot, out: &mut dyn Write) -> Option<io::Result<()>> {
        match self {
            Self::Jsonl => Some(jsonl::write(graph, out)),
            Self::Dot => Some(dot::write_graph(graph, out).map(|_| ())),
            Self::Cypher => Some(cypher::write(graph, out)),
            Self::Graphml => Some(graphml::write(graph, out)),
            Self::Gexf => Some(gexf::write(graph, out)),
            Self::Turtle => Some(rdf::write(graph, Spelling::Turtle, out)),
            Self::Ntriples => Some(rdf::write(graph, Spelling::Ntriples, out)),
            Self::Jsonld => Some(rdf::write(graph, Spelling::Jsonld, out)),
            Self::Dataset | Self::Csv | Self::Parquet => None,
        }
    }

    /// Writes a graph as the files of a folder; `None` if the format takes one file.
    pub fn write_folder(self, graph: &Snapshot, folder: &mut dyn Shelf) -> Option<io::Result<()>> {
        match self {
            Self::Csv => Some(csv::write(graph, folder)),
            Self::Parquet => Some(parquet::write(graph, folder)),
            Self::Dataset => Some(dataset_files(graph, folder)),
            _ => None,
        }
    }

    fn entry(self) -> &'static Entry {
        let is_self = |entry: &&Entry| entry.format == self;
        FORMATS
            .iter()
            .find(is_self)
            .expect("every format stands in the list")
    }
}

fn dataset_files(graph: &Snapshot, folder: &mut dyn Shelf) -> io::Result<()> {
    let files = dataset::write(graph).map_err(|error| io::Error::other(error.to_string()))?;
    for (name, text) in files {
        folder.begin(&name)?.write_all(text.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_name_and_by_the_end_of_a_path() {
        for format in GraphFormat::all() {
            assert_eq!(GraphFormat::named(format.name()), Some(format));
            for extension in format.extensions() {
                let path = format!("a/b.{}", extension.to_uppercase());
                assert_eq!(GraphFormat::of(Path::new(&path)), Some(format));
            }
        }
        assert_eq!(GraphFormat::of(Path::new("jsonl")), None);
    }
}
