//! The bound tree: what a query means, with every variable a slot and every name checked.
//!
//! Room 6 plans from it, and its [`Expr`] is evaluated by room 7 as it is. It holds names of
//! labels, types and keys as text: which ids they have is the graph's business.

use std::sync::Arc;

use super::path::WholePath;
use crate::error::Span;
use crate::functions::{Aggregate, Function};
use crate::value::{TypeTest, Value};

/// The operators are those of the text.
pub use crate::syntax::ast::{
    ArithmeticOp as Arithmetic, ComparisonOp as Comparison, PredicateOp as Predicate,
    QuantifierKind as Quantifier,
};

/// A statement that defines an index or a constraint, or drops one.
#[derive(Clone, Debug)]
pub enum SchemaCommand {
    /// Creates.
    Create(Definition),
    /// Drops.
    Drop {
        /// What to drop.
        kind: DefinitionKind,
        /// Its name.
        name: Arc<str>,
        /// Whether it is fine that there is none.
        if_exists: bool,
        /// Where the name stands.
        span: Span,
    },
}

/// An index or a constraint to create.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The name, if one is given.
    pub name: Option<Arc<str>>,
    /// Whether it is fine that there is one.
    pub if_not_exists: bool,
    /// The label.
    pub label: Arc<str>,
    /// The property key.
    pub key: Arc<str>,
    /// What a constraint demands; nothing for an index.
    pub demand: Option<Demand>,
    /// Where the name stands, or label and key.
    pub span: Span,
}

/// What can be defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    /// An index.
    Index,
    /// A constraint.
    Constraint,
}

/// What a constraint demands of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// No value twice.
    Unique,
    /// A value at each node.
    NotNull,
    /// Values of a type.
    Type(TypeTest),
}

/// A variable's place in a row. Unique within a statement, subqueries included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

/// The number of a subquery within its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubqueryId(pub u32);

/// What a variable holds, as far as the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// A node, or null.
    Node,
    /// A relationship, or null.
    Relationship,
    /// A path, or null.
    Path,
    /// Any value.
    Value,
}

/// What is known of a slot: for plans that people read, and for typed columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    /// The variable's name, or a made-up one such as `anon_3`.
    pub name: Arc<str>,
    /// What it holds.
    pub kind: VariableKind,
}

/// A column of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Arc<str>,
    /// Its place.
    pub slot: Slot,
}

/// A whole statement, bound.
#[derive(Clone, Debug)]
pub struct BoundQuery {
    /// The outermost query.
    pub root: Union,
    /// The bodies of subquery expressions; [`ExprKind::Subquery`] names them by position.
    pub subqueries: Vec<Subquery>,
    /// All slots of the statement.
    pub slots: Vec<SlotInfo>,
}

/// Single queries put together.
#[derive(Clone, Debug)]
pub struct Union {
    /// The branches; never empty.
    pub branches: Vec<SingleQuery>,
    /// Whether duplicates go, where there are several branches.
    pub distinct: bool,
    /// The result; empty without `RETURN`. With several branches these are fresh slots, and
    /// branch `i` fills column `j` from `branches[i].columns[j]`.
    pub columns: Vec<Column>,
    /// Whether any clause writes.
    pub writes: bool,
}

/// Clauses in order.
#[derive(Clone, Debug)]
pub struct SingleQuery {
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// What it returns.
    pub columns: Vec<Column>,
}

/// The body of a subquery expression.
#[derive(Clone, Debug)]
pub struct Subquery {
    /// What is asked about it.
    pub kind: SubqueryKind,
    /// What runs for every row.
    pub query: Union,
    /// The variables of the query around it that it reads.
    pub outer: Vec<Slot>,
}

/// What is asked about a subquery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubqueryKind {
    /// Whether it has a row.
    Exists,
    /// How many rows it has.
    Count,
    /// The list of its only column.
    Collect(Slot),
}

/// A clause with its meaning.
#[derive(Clone, Debug)]
pub enum Clause {
    /// `MATCH`
    Match(Match),
    /// `UNWIND`
    Unwind {
        /// The list.
        list: Expr,
        /// The variable.
        slot: Slot,
    },
    /// `WITH`, `RETURN`
    Project(Projection),
    /// `CREATE`
    Create(CreatePattern),
    /// `MERGE`
    Merge(Merge),
    /// `SET` and `REMOVE`
    Set(Vec<SetItem>),
    /// `DELETE`
    Delete {
        /// Whether relationships go with their nodes.
        detach: bool,
        /// What goes.
        targets: Vec<Expr>,
    },
    /// `CALL procedure`
    Call(ProcedureCall),
    /// `CALL {…}`
    CallSubquery {
        /// Whether rows without results stay.
        optional: bool,
        /// What runs for every row.
        query: Union,
    },
    /// `FOREACH`
    Foreach {
        /// The list.
        list: Expr,
        /// The variable.
        slot: Slot,
        /// The updating clauses.
        clauses: Vec<Clause>,
    },
    /// `LOAD CSV`
    LoadCsv {
        /// Whether rows are maps.
        with_headers: bool,
        /// Where from.
        source: Expr,
        /// The variable.
        slot: Slot,
        /// The separator.
        field_terminator: Option<Expr>,
    },
}

/// A `MATCH` clause.
#[derive(Clone, Debug)]
pub struct Match {
    /// Whether rows without a match stay.
    pub optional: bool,
    /// The pattern.
    pub pattern: Pattern,
    /// What is worked out for each row first: the pattern's moment, where it depends on the row.
    pub moment: Option<(Slot, Expr)>,
}

/// A graph pattern. Labels, property maps and `WHERE` all stand in `predicates`.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    /// The nodes, each slot once.
    pub nodes: Vec<PatternNode>,
    /// The relationships.
    pub rels: Vec<PatternRel>,
    /// Shortest-path searches along one relationship pattern.
    pub searches: Vec<PathSearch>,
    /// Paths that are matched as a whole.
    pub wholes: Vec<WholePath>,
    /// Named paths that are put together from matched elements.
    pub paths: Vec<PatternPath>,
    /// Other names of nodes that are bound before: (the new place, the node).
    pub renamed: Vec<(Slot, Slot)>,
    /// What must be true, a conjunction.
    pub predicates: Vec<Expr>,
    /// Whether a relationship may be matched twice.
    pub repeatable: bool,
    /// `AS OF`: only nodes and relationships count that hold at this moment; a constant, or a
    /// variable that is bound before the pattern.
    pub moment: Option<Expr>,
}

/// A node of a pattern.
#[derive(Clone, Debug)]
pub struct PatternNode {
    /// Its place.
    pub slot: Slot,
    /// Whether an earlier clause bound it.
    pub bound: bool,
}

/// A relationship of a pattern, from `from` to `to` as written.
#[derive(Clone, Debug)]
pub struct PatternRel {
    /// Its place; with a `length` it holds a list.
    pub slot: Slot,
    /// Whether an earlier clause bound it.
    pub bound: bool,
    /// The node on the left.
    pub from: Slot,
    /// The node on the right.
    pub to: Slot,
    /// Which way it points, seen from `from`.
    pub direction: Direction,
    /// Its types; `None` for any.
    pub types: Option<LabelTest>,
    /// Variable length.
    pub length: Option<VarLength>,
}

/// A relationship that repeats.
#[derive(Clone, Debug)]
pub struct VarLength {
    /// At least so many.
    pub min: u64,
    /// At most so many.
    pub max: Option<u64>,
    /// The single relationship in `predicates`.
    pub each: Slot,
    /// What each relationship must fulfil; may use `each` and outer slots.
    pub predicates: Vec<Expr>,
}

/// A search for shortest paths.
#[derive(Clone, Debug)]
pub struct PathSearch {
    /// How many are wanted.
    pub goal: SearchGoal,
    /// The path, where it has a name or is used.
    pub path: Option<Slot>,
    /// Whether it is written `shortestPath()`: then the clause's `WHERE` takes part in the search.
    pub legacy: bool,
    /// The only relationship pattern: its slot holds the list of relationships. `length` is set.
    pub rel: PatternRel,
    /// The relationship itself, where the pattern does not repeat; it is also the `each` of the
    /// length.
    pub single: Option<Slot>,
    /// Each node between the ends: the slot that stands for it in `node_predicates`.
    pub each_node: Slot,
    /// What each inner node must fulfil.
    pub node_predicates: Vec<Expr>,
    /// `shortestPath()`: what the whole path must fulfil; takes part in the search. May use
    /// `path`, `rel.slot` and outer slots.
    pub path_predicates: Vec<Expr>,
}

/// How many shortest paths are wanted for each pair of ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchGoal {
    /// One of the shortest.
    Any,
    /// All of the shortest.
    All,
}

/// Which way, seen from the first node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `-->`
    Outgoing,
    /// `<--`
    Incoming,
    /// `--`
    Both,
}

impl Direction {
    /// Returns the direction seen from the other end.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Outgoing => Self::Incoming,
            Self::Incoming => Self::Outgoing,
            Self::Both => Self::Both,
        }
    }
}

/// A named path: node, relationship (or list of them), node, …
#[derive(Clone, Debug)]
pub struct PatternPath {
    /// Its place.
    pub slot: Slot,
    /// The elements in order.
    pub elements: Vec<Slot>,
}

/// A boolean expression over the labels of a node or the type of a relationship.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelTest {
    /// Has this one.
    Name(Arc<str>),
    /// Has any.
    Any,
    /// Not.
    Not(Box<LabelTest>),
    /// All.
    And(Vec<LabelTest>),
    /// At least one.
    Or(Vec<LabelTest>),
}

/// `WITH` or `RETURN`: aggregation, items, order, page, filter, in this order.
#[derive(Clone, Debug)]
pub struct Projection {
    /// Grouping, where an aggregate stands in an item.
    pub aggregation: Option<Aggregation>,
    /// New columns, computed over the input's slots (or the aggregation's).
    pub items: Vec<(Slot, Expr)>,
    /// Whether duplicates of `columns` go, before ordering.
    pub distinct: bool,
    /// `ORDER BY`
    pub order_by: Vec<SortKey>,
    /// `SKIP`
    pub skip: Option<Expr>,
    /// `LIMIT`
    pub limit: Option<Expr>,
    /// `WITH … WHERE`
    pub predicate: Option<Expr>,
    /// What later clauses see.
    pub columns: Vec<Column>,
}

/// Grouping.
#[derive(Clone, Debug)]
pub struct Aggregation {
    /// The grouping keys.
    pub keys: Vec<(Slot, Expr)>,
    /// The aggregates.
    pub aggregates: Vec<(Slot, AggregateCall)>,
}

/// A call of an aggregate function.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// The function; `None` for `count(*)`.
    pub function: Option<&'static Aggregate>,
    /// Whether duplicates are left out.
    pub distinct: bool,
    /// What is aggregated, then further arguments (a percentile).
    pub arguments: Vec<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// An item of `ORDER BY`.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// What to sort by.
    pub expr: Expr,
    /// Whether from high to low.
    pub descending: bool,
}

/// What `CREATE` makes.
#[derive(Clone, Debug, Default)]
pub struct CreatePattern {
    /// New nodes, in order.
    pub nodes: Vec<CreateNode>,
    /// New relationships, in order.
    pub rels: Vec<CreateRel>,
    /// Named paths.
    pub paths: Vec<PatternPath>,
}

/// A node to make.
#[derive(Clone, Debug)]
pub struct CreateNode {
    /// Its place.
    pub slot: Slot,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// A map of its properties.
    pub properties: Option<Expr>,
}

/// A relationship to make.
#[derive(Clone, Debug)]
pub struct CreateRel {
    /// Its place.
    pub slot: Slot,
    /// The start node.
    pub start: Slot,
    /// The end node.
    pub end: Slot,
    /// Its type.
    pub rel_type: Arc<str>,
    /// A map of its properties.
    pub properties: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// A `MERGE` clause.
#[derive(Clone, Debug)]
pub struct Merge {
    /// What to look for.
    pub pattern: Pattern,
    /// What to make where it is missing.
    pub create: CreatePattern,
    /// `ON CREATE SET`
    pub on_create: Vec<SetItem>,
    /// `ON MATCH SET`
    pub on_match: Vec<SetItem>,
}

/// An item of `SET` or `REMOVE`.
#[derive(Clone, Debug)]
pub enum SetItem {
    /// `base.key = value`; removing sets null
    Property {
        /// The node, relationship, or map.
        base: Expr,
        /// The key, an expression of a string.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// `n = map`
    AllProperties {
        /// The variable.
        slot: Slot,
        /// A map, node or relationship.
        value: Expr,
    },
    /// `n += map`
    AddProperties {
        /// The variable.
        slot: Slot,
        /// A map, node or relationship.
        value: Expr,
    },
    /// `n:A:B`
    AddLabels {
        /// The variable.
        slot: Slot,
        /// The labels.
        labels: Vec<Arc<str>>,
    },
    /// `REMOVE n:A:B`
    RemoveLabels {
        /// The variable.
        slot: Slot,
        /// The labels.
        labels: Vec<Arc<str>>,
    },
}

/// A procedure call.
#[derive(Clone, Debug)]
pub struct ProcedureCall {
    /// The procedure's full name.
    pub name: Arc<str>,
    /// Whether rows without results stay.
    pub optional: bool,
    /// The arguments; behind them the moment, where the procedure reads the graph at one.
    pub arguments: Vec<Expr>,
    /// (position among the procedure's outputs, slot)
    pub yields: Vec<(usize, Slot)>,
    /// Whether the procedure yields no fields at all: then each row passes through once.
    pub void: bool,
    /// `YIELD … WHERE`; planned as a filter behind the call.
    pub predicate: Option<Expr>,
}

/// A bound expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands in the query text.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// `$name`
    Parameter(Arc<str>),
    /// A variable.
    Variable(Slot),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{key: a}`
    Map(Vec<(Arc<str>, Expr)>),
    /// n-ary, three-valued
    And(Vec<Expr>),
    /// n-ary, three-valued
    Or(Vec<Expr>),
    /// n-ary, three-valued
    Xor(Vec<Expr>),
    /// Three-valued.
    Not(Box<Expr>),
    /// `a < b`; chains are bound as conjunctions
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `first op a op b …`, from the left
    Arithmetic(Box<Expr>, Vec<(Arithmetic, Expr)>),
    /// `-a`
    Negate(Box<Expr>),
    /// `a STARTS WITH b` and the like
    Predicate(Predicate, Box<Expr>, Box<Expr>),
    /// `a IS NULL`
    IsNull(Box<Expr>),
    /// `n:A|B`; null of null
    HasLabels(Box<Expr>, LabelTest),
    /// `a IS :: TYPE`
    IsType(Box<Expr>, TypeTest),
    /// `a.key`
    Property(Box<Expr>, Arc<str>),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `a[b..c]`
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// A scalar function.
    Function(&'static Function, Vec<Expr>),
    /// `CASE`; conditions are booleans here, the simple form is bound as comparisons with a
    /// variable that holds the operand.
    Case {
        /// The operand of the simple form, and the slot that holds it in the conditions.
        operand: Option<(Slot, Box<Expr>)>,
        /// Condition and result.
        branches: Vec<(Expr, Expr)>,
        /// `ELSE`; null where missing
        default: Option<Box<Expr>>,
    },
    /// `[x IN list WHERE p | e]`
    ListComprehension {
        /// The variable.
        slot: Slot,
        /// The list.
        list: Box<Expr>,
        /// The filter.
        predicate: Option<Box<Expr>>,
        /// The projection.
        projection: Option<Box<Expr>>,
    },
    /// `all(x IN list WHERE p)` and the like
    Quantifier {
        /// Which.
        kind: Quantifier,
        /// The variable.
        slot: Slot,
        /// The list.
        list: Box<Expr>,
        /// The predicate.
        predicate: Box<Expr>,
    },
    /// `reduce(acc = init, x IN list | step)`
    Reduce {
        /// The accumulator.
        accumulator: Slot,
        /// Its first value.
        initial: Box<Expr>,
        /// The variable.
        slot: Slot,
        /// The list.
        list: Box<Expr>,
        /// The step.
        step: Box<Expr>,
    },
    /// All properties of a node, relationship or map, then the entries over them.
    MapProjection {
        /// What is projected; null gives null.
        base: Box<Expr>,
        /// Whether all its properties come first.
        all: bool,
        /// Further entries.
        entries: Vec<(Arc<str>, Expr)>,
    },
    /// A path from nodes, relationships and lists of relationships; null if any is null.
    BuildPath(Vec<Slot>),
    /// `EXISTS {}`, `COUNT {}`, `COLLECT {}`, pattern predicates and comprehensions
    Subquery(SubqueryId),
}
