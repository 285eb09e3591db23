//! Functions about claims: when they hold, how they stand, and who says so. Extensions of polity.

use hashbrown::HashSet;

use super::super::error::FunctionError;
use super::super::signature::{Argument, Signature, argument};
use super::super::{Context, Function};
use super::{at, misfit};
use crate::error::Result;
use crate::store::{Moment, Snapshot};
use crate::value::{Map, NodeId, Path, RelId, Type, Value};

const CATEGORY: &str = "claim";

const ELEMENT: Argument = argument("element", &[Type::Node, Type::Relationship]);

/// What a source is found by, and the key that names it on what it is a source of.
const ID: &str = "id";
const SOURCE: &str = "source";

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "valid",
        CATEGORY,
        Signature::of(
            &[
                ELEMENT,
                argument(
                    "moment",
                    &[
                        Type::Date,
                        Type::LocalDateTime,
                        Type::DateTime,
                        Type::String,
                    ],
                ),
            ],
            Type::Boolean,
        ),
        "Returns whether a node or relationship holds at a moment, as `AS OF` reads it: a relationship only with both its ends.",
        valid,
    ),
    Function::new(
        "validFrom",
        CATEGORY,
        Signature::of(&[ELEMENT], Type::Any),
        "Returns since when a node or relationship holds, a date or a date and time; null if that is not said.",
        |context, values| {
            let graph = context.graph;
            Ok(match at(values, 0) {
                Value::Node(node) => graph.node_valid_from(*node),
                Value::Rel(rel) => graph.rel_valid_from(*rel),
                other => return Err(misfit("validFrom", "NODE or RELATIONSHIP", other).into()),
            })
        },
    ),
    Function::new(
        "validUntil",
        CATEGORY,
        Signature::of(&[ELEMENT], Type::Any),
        "Returns from when on a node or relationship holds no more, a date or a date and time; null if no end is said.",
        |context, values| {
            let graph = context.graph;
            Ok(match at(values, 0) {
                Value::Node(node) => graph.node_valid_until(*node),
                Value::Rel(rel) => graph.rel_valid_until(*rel),
                other => return Err(misfit("validUntil", "NODE or RELATIONSHIP", other).into()),
            })
        },
    ),
    Function::new(
        "polarity",
        CATEGORY,
        Signature::of(
            &[argument("stance", &[Type::Relationship, Type::Path])],
            Type::Integer,
        ),
        "Returns the polarity that the schema gives the type of a relationship: 1 for, -1 against, 0 neither, null for what is no stance; of a path the product over its stances, null if it has none.",
        polarity,
    ),
    Function::new(
        "sources",
        CATEGORY,
        Signature::of(
            &[argument(
                "cited",
                &[Type::Node, Type::Relationship, Type::Path, Type::List],
            )],
            Type::List,
        ),
        "Returns the sources of a node, relationship or path, or of a list of them, as maps in the order of first use, each once.",
        sources,
    ),
];

fn valid(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let holds = context.graph.holds_at(Moment::of(at(values, 1))?);
    Ok(Value::Bool(match at(values, 0) {
        Value::Node(node) => holds.node_holds(*node),
        Value::Rel(rel) => holds.rel_holds(*rel),
        other => return Err(misfit("valid", "NODE or RELATIONSHIP", other).into()),
    }))
}

fn polarity(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let product = match at(values, 0) {
        Value::Rel(rel) => stance(context.graph, *rel),
        Value::Path(path) => {
            let stances = path
                .rels
                .iter()
                .filter_map(|rel| stance(context.graph, *rel));
            stances.map(i64::signum).reduce(|a, b| a * b)
        }
        other => return Err(misfit("polarity", "RELATIONSHIP or PATH", other).into()),
    };
    Ok(product.map_or(Value::Null, Value::Int))
}

/// The polarity of a relationship's type, if it is a stance.
fn stance(graph: &Snapshot, rel: RelId) -> Option<i64> {
    let name = graph.type_name(graph.rel(rel).rel_type);
    graph.schema().types.get(&**name)?.polarity
}

fn sources(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let mut cited = Cited::default();
    cited.add(context.graph, at(values, 0))?;
    let maps = cited.ids.iter().map(|id| source(context.graph, id));
    Ok(Value::list(maps))
}

/// Ids of sources in the order of first use.
#[derive(Default)]
struct Cited {
    ids: Vec<Value>,
    known: HashSet<String>,
}

impl Cited {
    /// Adds what a value cites; the elements of a path come in their order.
    fn add(&mut self, graph: &Snapshot, value: &Value) -> Result<(), FunctionError> {
        match value {
            Value::Node(node) => self.add_node(graph, *node),
            Value::Rel(rel) => self.add_rel(graph, *rel),
            Value::Path(path) => self.add_path(graph, path),
            Value::List(items) => {
                for item in items.iter() {
                    self.add(graph, item)?;
                }
            }
            Value::Null => {}
            other => {
                let wanted = "NODE, RELATIONSHIP, PATH or a LIST of them";
                return Err(misfit("sources", wanted, other));
            }
        }
        Ok(())
    }

    fn add_node(&mut self, graph: &Snapshot, node: NodeId) {
        if let Some(key) = graph.key(SOURCE) {
            self.add_ids(&graph.node_property(node, key));
        }
    }

    fn add_rel(&mut self, graph: &Snapshot, rel: RelId) {
        if let Some(key) = graph.key(SOURCE) {
            self.add_ids(&graph.rel_property(rel, key));
        }
    }

    /// A path rests on its relationships; a single node on itself.
    fn add_path(&mut self, graph: &Snapshot, path: &Path) {
        if let ([node], []) = (&*path.nodes, &*path.rels) {
            self.add_node(graph, *node);
        }
        for rel in &path.rels {
            self.add_rel(graph, *rel);
        }
    }

    fn add_ids(&mut self, ids: &Value) {
        match ids {
            Value::String(id) if self.known.insert(id.to_string()) => self.ids.push(ids.clone()),
            Value::List(items) => items.iter().for_each(|item| self.add_ids(item)),
            _ => {}
        }
    }
}

/// The properties of the source with an id; its id alone where no node has it.
fn source(graph: &Snapshot, id: &Value) -> Value {
    let mut map = Map::new();
    map.insert(ID.into(), id.clone());
    let found = graph.key(ID).and_then(|key| {
        let nodes = graph.find_nodes(graph.label("Source"), key, id)?;
        nodes.first().copied()
    });
    if let Some(node) = found {
        let properties = graph.node_properties(node).into_iter();
        map.extend(properties.map(|(key, value)| (graph.key_name(key).clone(), value)));
    }
    Value::Map(map.into())
}
