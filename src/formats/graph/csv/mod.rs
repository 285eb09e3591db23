//! Folders of CSV files with the headers of neo4j-admin.
//!
//! A file whose header has `:ID` holds nodes, one with `:START_ID` and `:END_ID` relationships:
//!
//! ```csv
//! id:ID(Actor),name,founded:int,aliases:string[],:LABEL
//! usa,United States,1776,US;USA,Actor;State
//! ```
//!
//! Columns are `key` (a string), `key:type`, `key:type[]` with items between `;`, and the roles
//! `:ID`, `:LABEL`, `:START_ID`, `:END_ID`, `:TYPE` and `:IGNORE`; `:ID(space)` names an id space.
//! Names with other characters than letters, digits and `_-.#/` stand between backticks. Lists that
//! cannot stand between `;` are JSON arrays of texts where the header says `key:string[]{list:json}`.
//! Without `:TYPE` the type is the file's name in capitals: `signed.csv` holds `SIGNED`.
//! An empty field is null, `""` the empty string. The id is kept as a property: under the name
//! before `:ID`, else under `id`. Ids are integers if all of their space are, else strings;
//! `{id-type: string}` after the column or [`Options::id_type`] says otherwise.
//!
//! Files are read in blocks of whole rows (`split`), blocks become typed vectors on all cores
//! (`block`, `cells`) while the block before goes to the store's bulk loader (`graph`). Every bad
//! row is reported with its file and line.

mod block;
mod cells;
mod graph;
mod header;
mod ids;
mod names;
mod split;
mod write;

use std::fmt;
use std::io::{self, Read};

use rayon::prelude::*;

use crate::formats::diagnostic::{Diagnostic, Report, Severity};
use crate::formats::graph::{File, Progress};
use crate::store::Snapshot;

use block::{BadRows, Block, Reading};
use graph::{Graph, Plan};
use header::{Header, HeaderError, Kind};
use ids::Spaces;
use split::{Blocks, Field, Fields, place_of};

pub use header::IdType;
pub use write::write;

/// The bytes of the first block of a file, which holds the header.
const FIRST_BLOCK: usize = 64 << 10;
/// The bytes of the other blocks.
const BLOCK: usize = 256 << 10;
/// How many blocks are parsed at once on each core.
const BLOCKS_AT_ONCE: usize = 8;
/// How many mistakes of one file are described.
const MAX_FINDINGS: usize = 100;

/// How to load.
pub struct Options<'a> {
    /// How ids are understood whose column does not say it.
    pub id_type: IdType,
    /// Told now and then how far loading has come.
    pub progress: &'a mut dyn FnMut(Progress),
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("id_type", &self.id_type)
            .finish_non_exhaustive()
    }
}

/// Loads a graph from CSV files, in any order.
///
/// # Errors
/// Every bad header and row.
pub fn load(files: Vec<File<'_>>, options: &mut Options<'_>) -> Result<Snapshot, Report> {
    load_all(files, options, BadRows::Refuse).map(|loaded| loaded.graph)
}

/// A graph of the rows without mistakes.
#[derive(Debug)]
pub struct Sound {
    /// The graph.
    pub graph: Snapshot,
    /// What is wrong with the rows that were left out, as warnings.
    pub mistakes: Report,
    /// How many rows were left out.
    pub left_out: u64,
    /// How many rows were kept.
    pub kept: u64,
}

/// Loads a graph from those rows of CSV files that are sound, and says what is wrong with the
/// others. A relationship is left out too if one of its ends was.
///
/// # Errors
/// Bad headers, text that is not UTF-8, and ids that stand twice.
pub fn load_sound(files: Vec<File<'_>>, options: &mut Options<'_>) -> Result<Sound, Report> {
    load_all(files, options, BadRows::LeaveOut)
}

fn load_all(
    files: Vec<File<'_>>,
    options: &mut Options<'_>,
    bad_rows: BadRows,
) -> Result<Sound, Report> {
    let mut loading = Loading {
        options,
        bad_rows,
        done: Progress::default(),
        findings: Vec::new(),
        mistakes: Vec::new(),
        left_out: 0,
    };
    let mut opened = loading.open(files);
    let mut graph = Graph::new();
    for file in opened
        .iter_mut()
        .filter(|file| file.header.kind == Kind::Nodes)
    {
        loading.read(file, &mut graph, &Spaces::new());
    }
    loading.findings.append(&mut graph.number_nodes());
    if loading.findings.is_empty() {
        let spaces = std::mem::take(&mut graph.spaces);
        for file in opened
            .iter_mut()
            .filter(|file| file.header.kind == Kind::Rels)
        {
            loading.read(file, &mut graph, &spaces);
        }
    }
    if !loading.findings.is_empty() {
        loading.findings.append(&mut loading.mistakes);
        return Err(Report::new(loading.findings));
    }
    let (nodes, rels) = graph.counts();
    let warnings = loading.mistakes.into_iter().map(|mistake| Diagnostic {
        severity: Severity::Warning,
        ..mistake
    });
    Ok(Sound {
        mistakes: Report::new(warnings.collect()),
        left_out: loading.left_out,
        kept: nodes + rels,
        graph: graph.finish(),
    })
}

/// A file whose header was read.
struct Opened<'a> {
    name: String,
    header: Header,
    blocks: Blocks<Box<dyn Read + Send + 'a>>,
    /// The rows of the first block.
    first: Option<Vec<u8>>,
    /// Lines before the next block.
    lines: usize,
}

/// What goes along while files are read.
struct Loading<'o, 'p> {
    options: &'o mut Options<'p>,
    bad_rows: BadRows,
    done: Progress,
    /// What keeps the graph from being loaded.
    findings: Vec<Diagnostic>,
    /// What is wrong with rows that were left out.
    mistakes: Vec<Diagnostic>,
    left_out: u64,
}

impl Loading<'_, '_> {
    fn open<'a>(&mut self, files: Vec<File<'a>>) -> Vec<Opened<'a>> {
        let mut opened = Vec::with_capacity(files.len());
        for file in files {
            match open(file) {
                Ok(file) => opened.push(file),
                Err(finding) => self.findings.push(finding),
            }
        }
        opened.sort_by(|a, b| a.name.cmp(&b.name));
        opened
    }

    /// Reads a file to its end. Blocks are parsed on all cores while the ones before are added.
    fn read(&mut self, file: &mut Opened<'_>, graph: &mut Graph, spaces: &Spaces) {
        let mut findings = Findings::new(&file.name);
        let reading = Reading {
            header: &file.header,
            id_type: self.options.id_type,
            spaces,
            bad_rows: self.bad_rows,
        };
        let mut plan = graph.plan(&file.name, &file.header);
        let mut parsed: Vec<Block> = Vec::new();
        loop {
            let texts = match batch(&mut file.first, &mut file.blocks) {
                Ok(texts) => texts,
                Err(error) => {
                    findings.push(file.lines + 1, 1, error.to_string(), None);
                    findings.is_fatal = true;
                    break;
                }
            };
            let ready = std::mem::take(&mut parsed);
            let (next, bytes) = rayon::join(
                || parse(&texts, &reading),
                || add(graph, &mut plan, &ready, &mut findings, &mut file.lines),
            );
            self.done.bytes += bytes;
            parsed = next;
            (self.done.nodes, self.done.rels) = graph.counts();
            (self.options.progress)(self.done);
            if parsed.is_empty() {
                break;
            }
        }
        self.left_out += findings.left_out;
        let is_fatal = self.bad_rows == BadRows::Refuse || findings.is_fatal;
        let mut list = findings.finish();
        if is_fatal {
            self.findings.append(&mut list);
        } else {
            self.mistakes.append(&mut list);
        }
    }
}

fn parse(texts: &[Vec<u8>], reading: &Reading<'_>) -> Vec<Block> {
    texts
        .par_iter()
        .map(|text| block::read(text, reading))
        .collect()
}

/// Adds blocks to the graph, the first of which stands after so many lines; returns how many bytes
/// they had.
fn add(
    graph: &mut Graph,
    plan: &mut Plan,
    blocks: &[Block],
    findings: &mut Findings<'_>,
    lines: &mut usize,
) -> u64 {
    let mut bytes = 0;
    for block in blocks {
        findings.take(*lines, block);
        // A block with mistakes whose bad rows were left out has only sound ones.
        let is_sound = block.problems.is_empty() || block.left_out > 0;
        findings.is_fatal |= !is_sound;
        if !findings.is_fatal
            && let Err(error) = graph.add(plan, block, *lines)
        {
            findings.push(*lines + 1, 1, error.message().to_owned(), None);
            findings.is_fatal = true;
        }
        bytes += block.bytes as u64;
        *lines += block.lines;
    }
    bytes
}

/// Reads as many blocks as are parsed at once.
fn batch<R: Read>(first: &mut Option<Vec<u8>>, blocks: &mut Blocks<R>) -> io::Result<Vec<Vec<u8>>> {
    let wanted = BLOCKS_AT_ONCE * rayon::current_num_threads();
    let mut texts: Vec<Vec<u8>> = first.take().into_iter().collect();
    while texts.len() < wanted {
        match blocks.next()? {
            Some(text) => texts.push(text),
            None => break,
        }
    }
    Ok(texts)
}

/// Reads the header of a file.
fn open(file: File<'_>) -> Result<Opened<'_>, Diagnostic> {
    let File { name, reader } = file;
    let mut blocks = Blocks::new(reader, FIRST_BLOCK);
    let first = blocks
        .next()
        .map_err(|error| Diagnostic::error(&name, error.to_string()))?;
    let Some(mut first) = first else {
        return Err(Diagnostic::error(&name, "the file is empty"));
    };
    blocks.set_size(BLOCK);
    let text = String::from_utf8_lossy(&first);
    let line = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mark = text.len() - line.len();
    let mut fields = Fields::new(line);
    let row = fields.next_row().unwrap_or_default();
    let names: Vec<String> = row
        .iter()
        .map(|field| Field::text(field).to_owned())
        .collect();
    let header = Header::parse(&names).map_err(|error| bad_header(&name, line, error))?;
    let (lines, end) = (fields.lines, mark + fields.position());
    drop(first.drain(..end));
    Ok(Opened {
        name,
        header,
        blocks,
        first: Some(first),
        lines,
    })
}

fn bad_header(file: &str, line: &str, error: HeaderError) -> Diagnostic {
    let (further, column) = place_of(line, error.column);
    let finding = Diagnostic::error(file, error.message).at(1 + further, column);
    match error.hint {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// The mistakes of one file.
struct Findings<'f> {
    file: &'f str,
    list: Vec<Diagnostic>,
    more: usize,
    left_out: u64,
    /// Whether nothing more is added to the graph.
    is_fatal: bool,
}

impl<'f> Findings<'f> {
    fn new(file: &'f str) -> Self {
        Self {
            file,
            list: Vec::new(),
            more: 0,
            left_out: 0,
            is_fatal: false,
        }
    }

    /// Takes over the mistakes of a block that stands after so many lines.
    fn take(&mut self, lines: usize, block: &Block) {
        for problem in &block.problems {
            let line = lines + problem.line + 1;
            self.push(
                line,
                problem.column,
                problem.message.clone(),
                problem.hint.clone(),
            );
        }
        self.more += block.more_problems;
        self.left_out += block.left_out as u64;
    }

    fn push(&mut self, line: usize, column: usize, message: String, hint: Option<String>) {
        if self.list.len() >= MAX_FINDINGS {
            self.more += 1;
            return;
        }
        let finding = Diagnostic::error(self.file, message).at(line, column);
        self.list.push(Diagnostic { hint, ..finding });
    }

    fn finish(mut self) -> Vec<Diagnostic> {
        if self.more > 0 {
            let message = format!("{} more mistakes are not listed", self.more);
            self.list.push(Diagnostic::error(self.file, message));
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Direction;
    use crate::value::Value;
    use crate::value::literal::to_literal;

    fn load_texts(files: &[(&str, &str)]) -> Result<Snapshot, Report> {
        let files = files.iter().map(|(name, text)| File {
            name: (*name).to_owned(),
            reader: Box::new(text.as_bytes()),
        });
        let mut told = Progress::default();
        let mut options = Options {
            id_type: IdType::Infer,
            progress: &mut |progress| told = progress,
        };
        let loaded = load(files.collect(), &mut options);
        if let Ok(graph) = &loaded {
            let counts = (graph.node_count() as u64, graph.rel_count() as u64);
            assert_eq!((told.nodes, told.rels), counts);
        }
        loaded
    }

    fn finds(files: &[(&str, &str)], expected: &[&str]) {
        let report = load_texts(files).unwrap_err();
        let found: Vec<String> = report
            .diagnostics()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, expected);
    }

    const STATES: (&str, &str) = (
        "data/state.csv",
        "id:ID(State),name,founded:int,area:float,un:boolean,on:date,tags:string[],:LABEL\n\
         1,\"Korea, South\",1948,100210.5,true,1991-09-17,a;b,Actor;State\n\
         2,\"\",,,,,,State\n",
    );
    const SIGNED: (&str, &str) = (
        "data/signed.csv",
        ":START_ID(State),:END_ID(Text),year:int\n2,x,2025\n1,x,\n",
    );
    const TEXTS: (&str, &str) = ("data/text.csv", ":ID(Text),:LABEL\r\nx,Text\r\n");

    #[test]
    fn typed_columns_id_spaces_and_the_type_from_the_file_name() {
        let graph =
            load_texts(&[SIGNED, STATES, TEXTS]).unwrap_or_else(|report| panic!("{report}"));
        let id = graph.key("id").unwrap();
        let find = |value: Value| graph.find_nodes(None, id, &value).unwrap()[0];
        let korea = find(Value::from(1));
        let properties = graph.node_properties(korea);
        let shown: Vec<String> = properties
            .iter()
            .map(|(_, value)| to_literal(value))
            .collect();
        let expected = [
            "100210.5",
            "1948",
            "1",
            "'Korea, South'",
            "'1991-09-17'",
            "['a', 'b']",
            "true",
        ];
        assert_eq!(shown, expected);
        let names: Vec<_> = graph
            .labels(korea)
            .iter()
            .map(|l| &**graph.label_name(*l))
            .collect();
        assert_eq!(names, ["Actor", "State"]);
        let second = graph.node_properties(find(Value::from(2)));
        assert_eq!(
            second.len(),
            2,
            "null is no property, and the empty string is one"
        );
        let signed = graph.rel_type("SIGNED").unwrap();
        let text = find(Value::from("x"));
        assert_eq!(graph.degree(text, Direction::Incoming, Some(&[signed])), 2);
    }

    #[test]
    fn sound_rows_are_kept_where_that_is_wanted() {
        let nodes = "id:ID,year:int\na,1\n\"b\n\",x\n\nc,3\nd\ne,5\n";
        let rels = ":START_ID,:END_ID,:TYPE\na,c,R\na,d,R\ne,a,\ne,a,R\n";
        let files = [("n.csv", nodes), ("r.csv", rels)].map(|(name, text)| File {
            name: name.to_owned(),
            reader: Box::new(text.as_bytes()),
        });
        let mut options = Options {
            id_type: IdType::Infer,
            progress: &mut |_| {},
        };
        let sound = load_sound(files.into(), &mut options).unwrap();
        assert_eq!((sound.kept, sound.left_out), (5, 4));
        assert_eq!((sound.graph.node_count(), sound.graph.rel_count()), (3, 2));
        assert_eq!(
            sound.mistakes.to_string(),
            "n.csv:4:3: warning: `year`: `x` is not an integer\n\
             n.csv:7:1: warning: the row has 1 fields, and the header 2\n\
             r.csv:3:3: warning: no node has the id `d`\n\
             r.csv:4:5: warning: the relationship has no type\n"
        );
    }

    #[test]
    fn types_may_stand_in_a_column() {
        let rels = (
            "r.csv",
            ":END_ID,:TYPE,:START_ID,:IGNORE\na,KNOWS,b,z\nb,LIKES,a,z\n",
        );
        let graph = load_texts(&[("n.csv", "name:ID\na\nb\n"), rels]).unwrap();
        let types: Vec<_> = graph
            .type_names()
            .map(|(_, name)| name.to_string())
            .collect();
        assert_eq!(types, ["KNOWS", "LIKES"]);
        assert!(graph.key("name").is_some() && graph.key("id").is_none());
    }

    #[test]
    fn bad_rows_are_reported_with_file_and_line() {
        let nodes =
            "id:ID,year:int,on:date\na,1,2025-01-01\n\"b\nb\",x1,\n\na,2,2025-02-30\nc,3\n,4,\n";
        finds(
            &[("n.csv", nodes), ("r.csv", ":START_ID\n")],
            &[
                "n.csv:4:4: error: `year`: `x1` is not an integer",
                "n.csv:6:5: error: `on`: `2025-02-30` is not a date YYYY-MM-DD",
                "n.csv:7:1: error: the row has 2 fields, and the header 3",
                "n.csv:8:1: error: the node has no id",
                "r.csv:1:1: error: the header has no `:END_ID`",
            ],
        );
        finds(
            &[
                STATES,
                TEXTS,
                ("r.csv", ":START_ID(State),:END_ID(Txt)\n1,x\n"),
            ],
            &[
                "r.csv:2:3: error: no node has the id `x` in the id space `Txt`\n  hint: did you mean `Text`?",
            ],
        );
        let gap = ("n.csv", "id:ID\n1\n2\n4\n");
        finds(
            &[gap, ("r.csv", ":START_ID,:END_ID\n1,2\n2,3\n4,5\n")],
            &[
                "r.csv:3:3: error: no node has the id `3`",
                "r.csv:4:3: error: no node has the id `5`",
            ],
        );
        finds(
            &[("a.csv", "id:ID\n1\n2\n"), ("b.csv", "id:ID\n3\n2\n")],
            &["b.csv:3:1: error: the id `2` stands twice\n  hint: it stands first in a.csv:3"],
        );
        finds(
            &[("a.csv", ""), ("b.csv", "x,y\n")],
            &[
                "a.csv: error: the file is empty",
                "b.csv:1:1: error: the header has neither `:ID` nor `:START_ID`\n  \
             hint: nodes have a column `id:ID`, relationships `:START_ID` and `:END_ID`",
            ],
        );
        let bytes: &[u8] = b"id:ID\na\n\xff\n";
        let file = File {
            name: "n.csv".into(),
            reader: Box::new(bytes),
        };
        let mut options = Options {
            id_type: IdType::Infer,
            progress: &mut |_| {},
        };
        let report = load(vec![file], &mut options).unwrap_err();
        assert_eq!(report.to_string(), "n.csv:3:1: error: not text in UTF-8\n");
    }
}
