//! A data-set folder: `nodes/*.toml`, `relations/*.toml`, and where there are any `sources.toml`,
//! `schema.toml` and `dataset.toml`.
//!
//! [`load`] takes the files by name and text, checks all that the schema declares, and reports
//! every mistake of a run, each with file, line, column and a hint. Only a data set without errors
//! becomes a graph. The way is: texts to TOML (`source`), the schema
//! (`settings`), records (`record`, `property`), checks (`check`, `time`, `rules`), the graph
//! (`build`).
//!
//! What a schema does not say is not checked. `date_text` gives `from` and `until` where they are
//! missing; keys of that kind are named in `dataset.toml`.

mod build;
mod check;
mod ids;
mod property;
mod record;
mod rules;
mod settings;
mod source;
mod time;
mod write;

use crate::formats::diagnostic::{Diagnostic, Report};
use crate::store::Snapshot;

use ids::{Ids, Sources};
use record::Origin;
use settings::Settings;
pub(super) use write::ids;
pub use write::write;

use source::{Document, Texts};

/// The files of a data set, as the caller read them.
#[derive(Clone, Debug, Default)]
pub struct Folder<'a> {
    name: String,
    files: Vec<(String, std::borrow::Cow<'a, [u8]>)>,
}

impl<'a> Folder<'a> {
    /// A folder without files. `name` is what the user calls it; it stands before the names of its
    /// files in reports.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            files: Vec::new(),
        }
    }

    /// Adds a file; its name is relative to the folder, with `/` between folder and file. Files
    /// that are no part of a data set are passed over.
    pub fn add(&mut self, name: impl Into<String>, bytes: impl Into<std::borrow::Cow<'a, [u8]>>) {
        let name = name.into();
        if part_of(&name).is_some() {
            self.files.push((name, bytes.into()));
        }
    }

    fn path(&self, name: &str) -> String {
        match self.name.trim_end_matches('/') {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        }
    }
}

/// Returns whether a file of this name, relative to the folder, belongs to a data set.
#[must_use]
pub fn is_part(name: &str) -> bool {
    part_of(name).is_some()
}

/// A graph that was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// The graph, with its schema.
    pub graph: Snapshot,
    /// What somebody should look at.
    pub warnings: Report,
}

/// Checks a data set and makes a graph of it.
///
/// # Errors
/// All findings, if one of them is an error.
pub fn load(folder: &Folder<'_>) -> Result<Loaded, Report> {
    let mut texts = Texts::default();
    let documents = read(folder, &mut texts);
    let of = |part: Part| {
        documents
            .iter()
            .filter(move |(of, _)| *of == part)
            .map(|(_, d)| d)
    };
    let settings = settings(&texts, &documents);
    let schema = &settings.schema;
    let keys = schema.dataset.time.clone().unwrap_or_default();
    let mut nodes = Vec::new();
    for document in of(Part::Nodes) {
        nodes.extend(record::nodes(&texts, schema, document, Origin::Nodes));
    }
    for document in of(Part::Sources) {
        nodes.extend(record::nodes(&texts, schema, document, Origin::Sources));
    }
    let mut rels = Vec::new();
    for document in of(Part::Relations) {
        rels.extend(record::rels(&texts, schema, document));
    }
    let listed = if of(Part::Sources).next().is_some() {
        Sources::Listed
    } else {
        Sources::Free
    };
    let ids = Ids::collect(&texts, &nodes, documents.iter().map(|(_, d)| d), listed);
    check::check(&texts, &settings, &ids, &nodes, &rels);
    time::derive(&texts, &keys, &mut nodes, &mut rels);
    rules::check(&rules::Data {
        texts: &texts,
        schema,
        nodes: &nodes,
        rels: &rels,
    });
    let graph = if documents.is_empty() || texts.has_errors() {
        None
    } else {
        Some(build::build(schema.clone(), &nodes, &rels))
    };
    let mut found = texts.into_findings();
    if documents.is_empty() {
        found.push(empty(folder));
    }
    match graph {
        Some(Ok(graph)) => Ok(Loaded {
            graph,
            warnings: Report::new(found),
        }),
        Some(Err(error)) => {
            found.push(Diagnostic::error(&folder.name, error.message()));
            Err(Report::new(found))
        }
        None => Err(Report::new(found)),
    }
}

fn settings(texts: &Texts<'_>, documents: &[(Part, Document<'_>)]) -> Settings {
    let mut settings = Settings::default();
    let mut dataset = None;
    for (part, document) in documents {
        match part {
            Part::Schema => settings = settings::schema(texts, document),
            Part::Dataset => dataset = Some(settings::dataset(texts, document)),
            Part::Sources | Part::Nodes | Part::Relations => {}
        }
    }
    settings.schema.dataset = dataset.unwrap_or_default();
    settings
}

/// What a file of a data set holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Dataset,
    Schema,
    Sources,
    Nodes,
    Relations,
}

fn part_of(name: &str) -> Option<Part> {
    match name {
        "dataset.toml" => Some(Part::Dataset),
        "schema.toml" => Some(Part::Schema),
        "sources.toml" => Some(Part::Sources),
        _ => {
            let (folder, file) = name.split_once('/')?;
            let part = match folder {
                "nodes" => Part::Nodes,
                "relations" => Part::Relations,
                _ => return None,
            };
            let is_toml = file
                .strip_suffix(".toml")
                .is_some_and(|stem| !stem.is_empty());
            (is_toml && !file.starts_with('.')).then_some(part)
        }
    }
}

/// Reads the files in the order of their names.
fn read<'a>(folder: &'a Folder<'_>, texts: &mut Texts<'a>) -> Vec<(Part, Document<'a>)> {
    let mut files: Vec<_> = folder.files.iter().collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
        .into_iter()
        .filter_map(|(name, bytes)| Some((part_of(name)?, texts.read(folder.path(name), bytes))))
        .collect()
}

fn empty(folder: &Folder<'_>) -> Diagnostic {
    Diagnostic::error(folder.name.clone(), "there is no data set in this folder")
        .hint("a data set holds nodes/*.toml and relations/*.toml")
}
