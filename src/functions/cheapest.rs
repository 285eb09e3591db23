//! `path.cheapest`: what it takes, and from values to a search and back.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::FunctionError;
use super::options::Options;
use super::{Context, Field, Formula, Procedure};
use crate::error::nearest::nearest;
use crate::error::{Error, Result};
use crate::paths::{Cheapest, Cost, Ends, Guide, Priced, Prices, Route};
use crate::store::{Direction, HoldsAt, Hop, KeyId, Moment, Snapshot, TypeId};
use crate::value::literal::to_literal;
use crate::value::{NodeId, RelId, Type, Value};

/// The procedure's name.
const NAME: &str = "path.cheapest";

/// What the relationship is called in an expression for its cost.
const VARIABLE: &str = "r";

/// Its options.
const OPTIONS: &[&str] = &[
    "asOf",
    "cost",
    "default",
    "direction",
    "k",
    "maxLength",
    "types",
];

/// Returns the procedure.
pub(super) fn procedure() -> Procedure {
    Procedure {
        name: NAME.into(),
        inputs: vec![
            Field::new("from", Type::Node),
            Field::new("to", Type::Node),
            Field::new("options", Type::Map),
        ],
        outputs: vec![
            Field::new("path", Type::Path),
            Field::new("cost", Type::Number),
            Field::new("length", Type::Integer),
        ],
        help: HELP.into(),
        at_moment: true,
        body: Arc::new(body),
    }
}

const HELP: &str = "Returns the `k` cheapest paths (1) between two nodes that repeat no node; other options: \
     `cost` (a property, an expression over the relationship `r`, or a number), `default`, `types`, `direction`, `maxLength`, `asOf`.";

fn body(context: &Context<'_>, values: &[Value]) -> Result<Vec<Vec<Value>>> {
    let [from, to, options, moment] = values else {
        return Ok(Vec::new());
    };
    let question = Question::read(context, options, moment)?;
    let (Value::Node(from), Value::Node(to)) = (from, to) else {
        return Ok(Vec::new());
    };
    let ends = Ends {
        from: *from,
        to: *to,
    };
    question.answer(context, ends)
}

/// The options, understood.
struct Question {
    route: Route,
    tolls: Tolls,
    /// What relationships cost that say nothing.
    default: Option<Cost>,
    count: usize,
    moment: Option<Moment>,
}

/// What relationships cost.
enum Tolls {
    /// Each the same.
    Fixed(Cost),
    /// What a property says.
    Property { name: Arc<str>, key: Option<KeyId> },
    /// What an expression over the relationship gives.
    Formula {
        text: Arc<str>,
        formula: Box<dyn Formula>,
        /// What is known already: a search comes to a relationship more than once.
        known: HashMap<RelId, Cost>,
    },
}

impl Question {
    fn read(context: &Context<'_>, options: &Value, moment: &Value) -> Result<Self> {
        let graph = context.graph;
        let options = Options::read(NAME, options, OPTIONS)?;
        let max = options.integer("maxLength", 0)?;
        let route = Route {
            direction: direction(&options)?,
            types: types(&options, graph)?,
            min: 0,
            max: max.map_or(u32::MAX, |max| u32::try_from(max).unwrap_or(u32::MAX)),
        };
        let count = options.integer("k", 1)?.unwrap_or(1);
        Ok(Self {
            route,
            tolls: tolls(&options, context)?,
            default: default(&options)?,
            count: usize::try_from(count).unwrap_or(usize::MAX),
            moment: own_moment(&options, moment)?,
        })
    }

    fn answer(mut self, context: &Context<'_>, ends: Ends) -> Result<Vec<Vec<Value>>> {
        let graph = context.graph;
        let holds = self.moment.map(|moment| graph.holds_at(moment));
        let holds = holds.filter(|holds| !holds.is_free());
        let both = [ends.from, ends.to];
        if holds.is_some_and(|holds| both.iter().any(|end| !holds.node_holds(*end))) {
            return Ok(Vec::new());
        }
        let mut within = Within {
            context,
            holds,
            rows: 0,
        };
        let mut prices = Reading {
            graph,
            tolls: &mut self.tolls,
            default: self.default,
        };
        let mut search = Cheapest::new(ends, &self.route);
        let mut rows = Vec::new();
        while rows.len() < self.count
            && let Some(next) = search.next(graph, &mut prices, &mut within)?
        {
            within.rows += size_of::<Vec<Value>>() + bytes(&next);
            rows.push(row(next));
        }
        Ok(rows)
    }
}

/// About how many bytes the row of a path takes.
fn bytes(Priced { path, .. }: &Priced) -> usize {
    size_of_val(&*path.nodes) + size_of_val(&*path.rels) + 2 * size_of::<[Value; 3]>()
}

fn row(Priced { path, cost }: Priced) -> Vec<Value> {
    let length = i64::try_from(path.rels.len()).unwrap_or(i64::MAX);
    vec![Value::Path(Arc::new(path)), cost.into(), Value::Int(length)]
}

fn direction(options: &Options<'_>) -> Result<Direction> {
    const KNOWN: &[&str] = &["both", "outgoing", "incoming"];
    let Some(value) = options.get("direction") else {
        return Ok(Direction::Both);
    };
    match value.as_str() {
        Some("both") => Ok(Direction::Both),
        Some("outgoing") => Ok(Direction::Outgoing),
        Some("incoming") => Ok(Direction::Incoming),
        Some(word) => Err(FunctionError::UnknownWord {
            what: "direction",
            found: word.to_owned(),
            known: KNOWN,
        }
        .into()),
        None => Err(options.wrong("direction", "STRING", value)),
    }
}

fn types(options: &Options<'_>, graph: &Snapshot) -> Result<Option<Vec<TypeId>>> {
    const WANTED: &str = "the name of a relationship type or a list of names";
    let Some(value) = options.get("types") else {
        return Ok(None);
    };
    let one = std::slice::from_ref(value);
    let names = match value {
        Value::List(names) => &**names,
        _ => one,
    };
    let number = |name: &Value| {
        let Some(text) = name.as_str() else {
            return Err(options.wrong("types", WANTED, name));
        };
        graph.rel_type(text).ok_or_else(|| {
            let near = nearest(text, graph.type_names().map(|(_, name)| &**name));
            FunctionError::UnknownType {
                name: text.to_owned(),
                near: near.map(str::to_owned),
            }
            .into()
        })
    };
    names.iter().map(number).collect::<Result<_>>().map(Some)
}

fn default(options: &Options<'_>) -> Result<Option<Cost>> {
    let Some(value) = options.get("default") else {
        return Ok(None);
    };
    let wrong = || options.wrong("default", "a number from 0 on", value);
    Cost::of(value).ok_or_else(wrong).map(Some)
}

fn tolls(options: &Options<'_>, context: &Context<'_>) -> Result<Tolls> {
    const WANTED: &str =
        "the name of a property, an expression over the relationship `r`, or a number from 0 on";
    match options.get("cost") {
        Some(Value::String(text)) => {
            let key = context.graph.key(text);
            if key.is_some() || is_name(text) {
                let name = Arc::clone(text);
                return Ok(Tolls::Property { name, key });
            }
            Ok(Tolls::Formula {
                text: Arc::clone(text),
                formula: formula(text, context)?,
                known: HashMap::new(),
            })
        }
        Some(value) => {
            let cost = Cost::of(value).ok_or_else(|| options.wrong("cost", WANTED, value))?;
            Ok(Tolls::Fixed(cost))
        }
        None => Err(options.missing("cost", WANTED)),
    }
}

fn formula(text: &str, context: &Context<'_>) -> Result<Box<dyn Formula>> {
    let compiled = context.formulas.compile(text, VARIABLE, context.graph);
    compiled.map_err(|error| {
        let refused = FunctionError::NoFormula {
            procedure: NAME,
            text: text.to_owned(),
            reason: error.message().to_owned(),
        };
        error
            .hints()
            .iter()
            .cloned()
            .fold(refused.into(), Error::hint)
    })
}

/// Whether a text is the name of a property and cannot be anything else, `r` aside.
fn is_name(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.chars().all(is_part) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// What the options say of the moment goes before what is read anyway.
fn own_moment(options: &Options<'_>, moment: &Value) -> Result<Option<Moment>> {
    let given = (!matches!(moment, Value::Null)).then_some(moment);
    let value = options.get("asOf").or(given);
    let moment = value.map(Moment::of).transpose();
    moment.map_err(Into::into)
}

/// Reads what relationships cost.
struct Reading<'a> {
    graph: &'a Snapshot,
    tolls: &'a mut Tolls,
    default: Option<Cost>,
}

impl Prices for Reading<'_> {
    fn price(&mut self, hop: &Hop) -> Result<Cost> {
        let (name, value) = match self.tolls {
            Tolls::Fixed(cost) => return Ok(*cost),
            Tolls::Property { name, key } => {
                let value = key.map(|key| self.graph.rel_property(hop.rel, key));
                (name, value.unwrap_or(Value::Null))
            }
            Tolls::Formula {
                text,
                formula,
                known,
            } => {
                if let Some(cost) = known.get(&hop.rel) {
                    return Ok(*cost);
                }
                let value = formula.value(Value::Rel(hop.rel))?;
                if let Some(cost) = Cost::of(&value) {
                    known.insert(hop.rel, cost);
                }
                (text, value)
            }
        };
        if let Some(cost) = Cost::of(&value) {
            return Ok(cost);
        }
        if let (Value::Null, Some(cost)) = (&value, self.default) {
            return Ok(cost);
        }
        let name = Arc::clone(name);
        Err(self.refusal(&name, &value, hop.rel).into())
    }
}

impl Reading<'_> {
    fn refusal(&self, key: &Arc<str>, value: &Value, rel: RelId) -> FunctionError {
        let (key, rel) = (key.to_string(), self.named(rel));
        match value {
            Value::Null => FunctionError::NoCost { key, rel },
            other => FunctionError::BadCost {
                key,
                found: to_literal(other),
                rel,
            },
        }
    }

    /// Returns a relationship in words that a person can look it up by.
    fn named(&self, rel: RelId) -> String {
        let record = self.graph.rel(rel);
        let node = |node: NodeId| {
            let id = self.graph.key("id");
            match id.map(|id| self.graph.node_property(node, id)) {
                Some(Value::Null) | None => format!("node {}", node.0),
                Some(id) => format!(
                    "`{}`",
                    id.as_str().map_or_else(|| to_literal(&id), str::to_owned)
                ),
            }
        };
        let rel_type = self.graph.type_name(record.rel_type);
        format!(
            "`{rel_type}` from {} to {}",
            node(record.start),
            node(record.end)
        )
    }
}

/// Keeps a search to what holds at a moment, and to the statement's limits.
struct Within<'a> {
    context: &'a Context<'a>,
    holds: Option<HoldsAt<'a>>,
    /// Bytes of the rows that were found.
    rows: usize,
}

impl Guide for Within<'_> {
    fn is_free(&self) -> bool {
        self.holds.is_none()
    }

    fn rels(&mut self, hops: &mut Vec<Hop>, start: usize) -> Result<()> {
        if let Some(holds) = &self.holds {
            holds.retain(hops, start);
        }
        Ok(())
    }

    fn inner(&mut self, _hops: &mut Vec<Hop>, _start: usize) -> Result<()> {
        // A hop was kept only if its node holds too.
        Ok(())
    }

    fn pulse(&mut self, bytes: usize) -> Result<()> {
        self.context.watch.pulse(bytes + self.rows)
    }
}
