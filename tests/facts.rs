//! Every fact of our reading of the two articles is in the governance graph.
//!
//! The facts stand outside the project, in `../shared/seeds/facts.tsv` (`POLITY_SEEDS` names another
//! folder); where they are not there the test says so. `graph-data/governance/mapping.tsv` tells where each went; the README beside
//! it describes the table.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use polity::store::{Direction, Snapshot};
use polity::value::{NodeId, RelId, Value};

/// One line of a tab-separated table, by the names in its header.
type Record = BTreeMap<String, String>;

#[test]
fn each_fact_is_in_the_graph() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = std::env::var_os("POLITY_SEEDS");
    let seeds = seeds.map_or_else(|| root.join("../shared/seeds"), PathBuf::from);
    let facts = seeds.join("facts.tsv");
    if !facts.is_file() {
        let note = format!("facts: no {}, nothing is checked\n", facts.display());
        drop(io::stderr().write_all(note.as_bytes()));
        return;
    }
    let facts = read_table(&facts);
    let mapping = read_table(&root.join("graph-data/governance/mapping.tsv"));
    let loaded = polity::formats::builtin().unwrap_or_else(|report| panic!("{report}"));
    let graph = Graph::new(loaded.graph);
    let mut missing = Vec::new();
    let mut pairs: BTreeMap<Pair, usize> = BTreeMap::new();
    for fact in &facts {
        let outcome = row_for(fact, &mapping).and_then(|row| {
            if row["type"].is_empty() {
                return graph.has_attribute(fact, row);
            }
            let pair = Pair::of(fact, row);
            graph.has_relation(fact, row, &pair)?;
            *pairs.entry(pair).or_default() += 1;
            Ok(())
        });
        if let Err(reason) = outcome {
            missing.push(format!("{} {}: {reason}", fact["id"], fact["relation"]));
        }
    }
    for (pair, count) in &pairs {
        let found = graph.relations(pair).len();
        if found < *count {
            missing.push(format!("{pair:?}: {count} facts, {found} relations"));
        }
    }
    assert!(facts.len() >= 733, "only {} facts were read", facts.len());
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

/// Two nodes and a relationship type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    start: String,
    rel_type: String,
    end: String,
}

impl Pair {
    fn of(fact: &Record, row: &Record) -> Self {
        let subject = fact["subject"].clone();
        let object = if row["end"].is_empty() {
            fact["object"].clone()
        } else {
            row["end"].clone()
        };
        let (start, end) = if row["direction"] == "reverse" {
            (object, subject)
        } else {
            (subject, object)
        };
        Self {
            start,
            rel_type: row["type"].clone(),
            end,
        }
    }
}

/// The graph and its nodes by id.
struct Graph {
    snapshot: Snapshot,
    ids: HashMap<String, NodeId>,
}

impl Graph {
    fn new(snapshot: Snapshot) -> Self {
        let key = snapshot.key("id").expect("nodes have ids");
        let ids = snapshot
            .nodes()
            .filter_map(|node| match snapshot.node_property(node, key) {
                Value::String(id) => Some((id.to_string(), node)),
                _ => None,
            })
            .collect();
        Self { snapshot, ids }
    }

    fn node(&self, id: &str) -> Result<NodeId, String> {
        let node = self.ids.get(id).copied();
        node.ok_or_else(|| format!("no node `{id}`"))
    }

    fn relations(&self, pair: &Pair) -> Vec<RelId> {
        let ends = self
            .node(&pair.start)
            .and_then(|start| Ok((start, self.node(&pair.end)?)));
        let (Ok((start, end)), Some(rel_type)) = (ends, self.snapshot.rel_type(&pair.rel_type))
        else {
            return Vec::new();
        };
        self.snapshot
            .hops(start, Direction::Outgoing, Some(&[rel_type]))
            .filter(|hop| hop.node == end)
            .map(|hop| hop.rel)
            .collect()
    }

    fn node_value(&self, node: NodeId, key: &str) -> Value {
        let key = self.snapshot.key(key);
        key.map_or(Value::Null, |key| self.snapshot.node_property(node, key))
    }

    fn rel_value(&self, rel: RelId, key: &str) -> Value {
        let key = self.snapshot.key(key);
        key.map_or(Value::Null, |key| self.snapshot.rel_property(rel, key))
    }

    /// A relation of the right type and direction with the properties of the mapping, which cites
    /// the fact's section and footnote.
    fn has_relation(&self, fact: &Record, row: &Record, pair: &Pair) -> Result<(), String> {
        self.node(&pair.start)?;
        self.node(&pair.end)?;
        let relations = self.relations(pair);
        if relations.is_empty() {
            return Err(format!("no relation {pair:?}"));
        }
        let mut reason = String::new();
        for rel in relations {
            let value = |key: &str| self.rel_value(rel, key);
            let fits = row["props"]
                .split(';')
                .filter_map(|pair| pair.split_once('='))
                .try_for_each(|(key, wanted)| match text(&value(key)) {
                    Some(found) if found == wanted => Ok(()),
                    found => Err(format!("`{key}` is {found:?}, not `{wanted}`")),
                })
                .and_then(|()| match row["property"].as_str() {
                    "" => Ok(()),
                    key => holds(&row["value"], &fact["object"], key, &value),
                })
                .and_then(|()| self.cites(&value("source"), fact));
            match fits {
                Ok(()) => return Ok(()),
                Err(error) => reason = error,
            }
        }
        Err(format!("no {pair:?} fits: {reason}"))
    }

    fn has_attribute(&self, fact: &Record, row: &Record) -> Result<(), String> {
        let node = self.node(&fact["subject"])?;
        let value = |key: &str| self.node_value(node, key);
        holds(&row["value"], &fact["object"], &row["property"], &value)?;
        self.cites(&value("source"), fact)
    }

    /// Whether the sources are those of the fact: its section, its footnote with the same link.
    fn cites(&self, sources: &Value, fact: &Record) -> Result<(), String> {
        let Value::List(sources) = sources else {
            return Err("it cites no source".to_owned());
        };
        let sources: Vec<String> = sources.iter().filter_map(text).collect();
        let article = if fact["seed"].starts_with("003") {
            "paris-2025"
        } else {
            "q4-2025"
        };
        let section = match fact["section"].as_str() {
            "(intro)" => "Einleitung",
            section => section,
        };
        let in_section = sources.iter().any(|id| {
            let Ok(node) = self.node(id) else {
                return false;
            };
            let is = |key, wanted| text(&self.node_value(node, key)).as_deref() == Some(wanted);
            is("article", article) && is("section", section)
        });
        if !in_section {
            return Err(format!("`{section}` is not among its sources {sources:?}"));
        }
        let Some((number, url)) = footnote(&fact["url"]) else {
            return Ok(());
        };
        let id = format!("{article}#fn{number}");
        if !sources.contains(&id) {
            return Err(format!(
                "footnote {number} is not among its sources {sources:?}"
            ));
        }
        match text(&self.node_value(self.node(&id)?, "url")) {
            Some(found) if found != url => Err(format!("footnote {number} has the link {found}")),
            _ => Ok(()),
        }
    }
}

/// `[46] https://…` as number and link.
fn footnote(text: &str) -> Option<(&str, &str)> {
    let (number, url) = text.strip_prefix('[')?.split_once(']')?;
    Some((number, url.trim()))
}

/// Whether the property holds the fact's object in the way that the mapping says.
fn holds(how: &str, object: &str, key: &str, value: &dyn Fn(&str) -> Value) -> Result<(), String> {
    let found = value(key);
    let same = match how.split_once(':').unwrap_or((how, "")) {
        ("int", _) => matches!(found, Value::Int(number) if number.to_string() == object),
        ("string", _) => text(&found).as_deref() == Some(object),
        ("edtf", _) => text(&found).is_some_and(|date| date == edtf(object)),
        ("edtf-within", _) => text(&found).is_some_and(|date| date.starts_with(&edtf(object))),
        ("text", _) => !matches!(found, Value::Null),
        ("element", _) => match &found {
            Value::List(items) => items
                .iter()
                .any(|item| text(item).as_deref() == Some(object)),
            _ => false,
        },
        ("money", currency) => object.split_once(' ').is_some_and(|(amount, wanted)| {
            text(&found).as_deref() == Some(amount)
                && text(&value(currency)).as_deref() == Some(wanted)
        }),
        (other, _) => return Err(format!("the mapping has an unknown way `{other}`")),
    };
    if same {
        Ok(())
    } else {
        Err(format!(
            "`{key}` is {:?}, the fact says `{object}`",
            text(&found)
        ))
    }
}

/// Quarters as EDTF writes them: `2025-Q4` is `2025-36`.
fn edtf(date: &str) -> String {
    let mut date = date.to_owned();
    for (quarter, number) in [
        ("-Q1", "-33"),
        ("-Q2", "-34"),
        ("-Q3", "-35"),
        ("-Q4", "-36"),
    ] {
        date = date.replace(quarter, number);
    }
    date
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Date(date) => Some(date.to_string()),
        _ => None,
    }
}

/// The row of the mapping for a fact: of those that fit the one for this fact alone, else the one
/// that names most kinds.
fn row_for<'a>(fact: &Record, mapping: &'a [Record]) -> Result<&'a Record, String> {
    let open = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
    let fitting = mapping.iter().filter(|row| {
        row["raw"] == fact["relation"]
            && open(&row["fact"], &fact["id"])
            && open(&row["subject_kind"], &fact["subject_kind"])
            && open(&row["object_kind"], &fact["object_kind"])
    });
    let rank = |row: &&Record| {
        let named = |key: &str| usize::from(!row[key].is_empty());
        (named("fact"), named("subject_kind") + named("object_kind"))
    };
    let best = fitting.max_by_key(rank);
    best.ok_or_else(|| "the mapping has no row for it".to_owned())
}

fn read_table(path: &Path) -> Vec<Record> {
    let text = fs::read_to_string(path).expect("the table is readable");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines
        .map(|line| {
            let cells = line.split('\t').chain(std::iter::repeat(""));
            let pairs = header.iter().zip(cells);
            pairs
                .map(|(name, cell)| ((*name).to_owned(), cell.to_owned()))
                .collect()
        })
        .collect()
}
