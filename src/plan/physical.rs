//! The physical plan: which operators run, in which order, on which slots.
//!
//! Pure data. The names of the operators are those that Cypher users know from `EXPLAIN`.

use std::sync::Arc;

use crate::semantics::bound::{
    AggregateCall, Column, CreatePattern, Direction, Expr, LabelTest, ProcedureCall, SearchGoal,
    SetItem, Slot, SlotInfo, SortKey, SubqueryKind,
};
use crate::semantics::path::WholePath;

/// A statement, ready to run.
#[derive(Clone, Debug)]
pub struct PhysicalPlan {
    /// The outermost operator.
    pub root: Operator,
    /// The bodies of subquery expressions, by [`SubqueryId`](crate::semantics::bound::SubqueryId).
    pub subplans: Vec<Subplan>,
    /// All slots of the statement: rows are as wide as this.
    pub slots: Vec<SlotInfo>,
    /// The result; empty without `RETURN`.
    pub columns: Vec<Column>,
    /// Whether any operator writes.
    pub writes: bool,
}

/// The body of a subquery expression.
#[derive(Clone, Debug)]
pub struct Subplan {
    /// What is asked about it.
    pub kind: SubqueryKind,
    /// What runs; its leaf is an [`Op::Argument`].
    pub inner: Inner,
}

/// A plan that runs for driving rows.
#[derive(Clone, Debug)]
pub struct Inner {
    /// What runs; its leaf is an [`Op::Argument`] that hands out the driving rows.
    pub root: Box<Operator>,
    /// The outer slots that it reads.
    pub imports: Vec<Slot>,
    /// Holds the number of the driving row (an integer, from zero within the driving batch), so
    /// that a whole batch of driving rows runs at once and results find their row again.
    pub row: Slot,
    /// Whether every driving row must run alone (it aggregates, sorts, pages, or writes).
    pub one_by_one: bool,
}

/// An operator with its inputs.
#[derive(Clone, Debug)]
pub struct Operator {
    /// What it does.
    pub op: Op,
    /// The slots that are used above it (its `row` slots included): only these need to be carried
    /// into its output. Sorted.
    pub live: Vec<Slot>,
    /// How many rows are expected.
    pub rows: f64,
}

/// The operators. Every `input` is pulled before a row comes out.
#[derive(Clone, Debug)]
pub enum Op {
    /// One row without columns.
    SingleRow,
    /// The driving rows of the surrounding [`Inner`].
    Argument,
    /// Each input row with each node.
    AllNodesScan {
        /// The rows before.
        input: Box<Operator>,
        /// The new node.
        node: Slot,
        /// The moment at which it must hold.
        moment: Option<Expr>,
    },
    /// Each input row with each node that has the labels; `labels[0]` is read from its bitmap,
    /// the others are intersected.
    NodeByLabelScan {
        /// The rows before.
        input: Box<Operator>,
        /// The new node.
        node: Slot,
        /// All of these.
        labels: Vec<Arc<str>>,
        /// The moment at which it must hold.
        moment: Option<Expr>,
    },
    /// Each input row with each node whose property equals the value (never where it is null).
    /// Falls back to a scan where nothing serves it.
    NodeIndexSeek {
        /// The rows before.
        input: Box<Operator>,
        /// The new node.
        node: Slot,
        /// A label that it must have.
        label: Option<Arc<str>>,
        /// The key.
        key: Arc<str>,
        /// The value, over the input's slots.
        value: Expr,
        /// Where the value is looked up.
        place: SeekPlace,
        /// The moment at which it must hold.
        moment: Option<Expr>,
    },
    /// The rows whose nodes all hold at a moment; never where one is null.
    HoldsAt {
        /// The rows before.
        input: Box<Operator>,
        /// The nodes, bound before.
        nodes: Vec<Slot>,
        /// The moment, over the input's slots.
        moment: Expr,
    },
    /// One relationship further: to a new node, or (`into`) to one that is bound already.
    Expand {
        /// The rows before.
        input: Box<Operator>,
        /// Where from, how and where to.
        step: Step,
        /// Whether `step.to` is bound already (then a test).
        into: bool,
        /// Whether `step.rel` is bound already (then a test).
        rel_bound: bool,
        /// Relationships (or lists of them) that must differ from this one.
        different_from: Vec<Slot>,
    },
    /// Several relationships further; `step.rel` becomes their list. No relationship repeats
    /// within the list.
    VarLengthExpand {
        /// The rows before.
        input: Box<Operator>,
        /// Where from, how and where to.
        step: Step,
        /// At least so many.
        min: u64,
        /// At most so many.
        max: Option<u64>,
        /// Stands for one relationship in `predicates`.
        each: Slot,
        /// What each relationship must fulfil.
        predicates: Vec<Expr>,
        /// Whether `step.to` is bound already (then a test).
        into: bool,
        /// Whether `step.rel` is a bound list already: then exactly that list is walked.
        rel_bound: bool,
        /// Relationships (or lists of them) that must not occur in this list.
        different_from: Vec<Slot>,
    },
    /// Shortest paths between two bound nodes; `step.rel` becomes the list of relationships.
    ShortestPath {
        /// The rows before.
        input: Box<Operator>,
        /// Where from, how and where to; both ends are bound.
        step: Step,
        /// One or all.
        goal: SearchGoal,
        /// At least so many relationships.
        min: u64,
        /// At most so many.
        max: Option<u64>,
        /// The path, where it is used.
        path: Option<Slot>,
        /// Stands for one relationship in `rel_predicates`.
        each_rel: Slot,
        /// What each relationship must fulfil.
        rel_predicates: Vec<Expr>,
        /// Stands for one inner node in `node_predicates`.
        each_node: Slot,
        /// What each inner node must fulfil.
        node_predicates: Vec<Expr>,
        /// What the whole path must fulfil, as part of the search (over `path`, `step.rel` and the
        /// input's slots).
        path_predicates: Vec<Expr>,
    },
    /// Paths that are matched as a whole.
    PathSearch {
        /// The rows before.
        input: Box<Operator>,
        /// What is searched for.
        search: Box<WholePath>,
        /// Which of its ends are bound; at least one.
        bound: BoundEnds,
        /// Relationships (or lists of them) that must not occur in the paths.
        different_from: Vec<Slot>,
        /// The moment at which all on the paths must hold.
        moment: Option<Expr>,
    },
    /// The rows for which all predicates are true.
    Filter {
        /// The rows before.
        input: Box<Operator>,
        /// A conjunction, cheapest first.
        predicates: Vec<Expr>,
    },
    /// New columns. Input slots stay as far as they are live.
    Projection {
        /// The rows before.
        input: Box<Operator>,
        /// Slot and expression.
        items: Vec<(Slot, Expr)>,
    },
    /// Groups; only keys and aggregates come out. Without keys exactly one row comes out.
    Aggregation {
        /// The rows before.
        input: Box<Operator>,
        /// The keys.
        keys: Vec<(Slot, Expr)>,
        /// The aggregates.
        aggregates: Vec<(Slot, AggregateCall)>,
    },
    /// Rows that differ in these slots; the first of each stays.
    Distinct {
        /// The rows before.
        input: Box<Operator>,
        /// The slots.
        slots: Vec<Slot>,
    },
    /// All rows in order; stable.
    Sort {
        /// The rows before.
        input: Box<Operator>,
        /// The keys.
        keys: Vec<SortKey>,
    },
    /// The first rows in order; stable.
    Top {
        /// The rows before.
        input: Box<Operator>,
        /// The keys.
        keys: Vec<SortKey>,
        /// How many: skip + limit are added by the planner into one expression list.
        limit: Vec<Expr>,
    },
    /// All but the first rows.
    Skip {
        /// The rows before.
        input: Box<Operator>,
        /// How many, without variables.
        count: Expr,
    },
    /// The first rows. Its input is pulled at least once and, where it writes, to its end.
    Limit {
        /// The rows before.
        input: Box<Operator>,
        /// How many, without variables.
        count: Expr,
        /// Whether an operator below writes.
        drain: bool,
    },
    /// Each input row with each element of a list; a null list gives no row, any other value one.
    Unwind {
        /// The rows before.
        input: Box<Operator>,
        /// The list.
        list: Expr,
        /// The new slot.
        slot: Slot,
    },
    /// The rows of all branches, one after another.
    Union {
        /// The branches.
        branches: Vec<Operator>,
        /// `columns[j]` comes from slot `sources[i][j]` of branch `i`.
        columns: Vec<Slot>,
        /// See `columns`.
        sources: Vec<Vec<Slot>>,
    },
    /// For each input row what `inner` makes of it.
    Apply {
        /// The rows before.
        input: Box<Operator>,
        /// What runs for every row.
        inner: Inner,
        /// What happens with its rows.
        mode: ApplyMode,
    },
    /// Every row of the left with every row of the right.
    CartesianProduct {
        /// The left side, in the outer loop.
        left: Box<Operator>,
        /// The right side, kept in memory.
        right: Box<Operator>,
    },
    /// Rows of both sides that agree in these slots.
    HashJoin {
        /// The side that is looked up.
        left: Box<Operator>,
        /// The side that is kept in memory.
        right: Box<Operator>,
        /// The slots that both sides have.
        on: Vec<Slot>,
    },
    /// Makes nodes and relationships. Eager, as all writing operators are: the whole input is read
    /// before the first change.
    Create {
        /// The rows before.
        input: Box<Operator>,
        /// What to make.
        pattern: CreatePattern,
    },
    /// For each row: what matches, or else what is made. Eager; a row sees what earlier ones made.
    Merge {
        /// The rows before.
        input: Box<Operator>,
        /// Looks for the pattern.
        inner: Inner,
        /// What to make where it is missing.
        pattern: CreatePattern,
        /// After making.
        on_create: Vec<SetItem>,
        /// After a match.
        on_match: Vec<SetItem>,
    },
    /// `SET` and `REMOVE`. Eager.
    Set {
        /// The rows before.
        input: Box<Operator>,
        /// The items, in order.
        items: Vec<SetItem>,
    },
    /// `DELETE`. Eager; all is deleted at the end of the clause.
    Delete {
        /// The rows before.
        input: Box<Operator>,
        /// What goes: nodes, relationships, paths, or null.
        targets: Vec<Expr>,
        /// Whether relationships go with their nodes.
        detach: bool,
    },
    /// `FOREACH`: runs `inner` once per element; each input row comes out once. Eager.
    Foreach {
        /// The rows before.
        input: Box<Operator>,
        /// The list.
        list: Expr,
        /// The variable.
        slot: Slot,
        /// The updating clauses.
        inner: Inner,
    },
    /// Calls a procedure for every row.
    ProcedureCall {
        /// The rows before.
        input: Box<Operator>,
        /// Which and with what.
        call: ProcedureCall,
    },
    /// Each input row with each row of a CSV file.
    LoadCsv {
        /// The rows before.
        input: Box<Operator>,
        /// Where from.
        source: Expr,
        /// Whether rows are maps.
        with_headers: bool,
        /// The separator.
        field_terminator: Option<Expr>,
        /// The new slot.
        slot: Slot,
    },
    /// Reads its whole input before a row comes out.
    Eager {
        /// The rows before.
        input: Box<Operator>,
    },
    /// Hands the result out: nothing comes out where there is no column.
    ProduceResults {
        /// The rows before.
        input: Box<Operator>,
        /// The columns.
        columns: Vec<Column>,
    },
}

/// Where [`Op::NodeIndexSeek`] looks a value up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeekPlace {
    /// In an index.
    Index,
    /// Among the texts that the key has. Where such look-ups repeat, a table of them serves until
    /// the key's values change; before that, all nodes are tested.
    Texts,
}

/// What [`Op::Apply`] does with the inner rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyMode {
    /// The outer row with each inner row.
    Join,
    /// As `Join`, but a row without inner rows comes out once with these slots null.
    Optional(Vec<Slot>),
    /// The outer row once, if there is an inner row.
    Semi,
    /// The outer row once, if there is no inner row.
    AntiSemi,
    /// The outer row once, whatever the inner rows (a subquery that only writes).
    Once,
}

/// Which ends of a path are known before it is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundEnds {
    /// The left one.
    From,
    /// The right one.
    To,
    /// Both.
    Both,
}

/// One relationship pattern as it is walked.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where from; bound.
    pub from: Slot,
    /// The relationship, or list of them.
    pub rel: Slot,
    /// Where to.
    pub to: Slot,
    /// Which way, seen from `from`.
    pub direction: Direction,
    /// Its types; `None` for any.
    pub types: Option<LabelTest>,
    /// Whether the pattern reads from `to` to `from`: a list of relationships is handed out
    /// reversed.
    pub reversed: bool,
    /// The moment at which relationships and what they lead to must hold; what is bound before the
    /// step was tested.
    pub moment: Option<Expr>,
}

/// The inputs of an operator, by `$iter` from a list of them and else by `&` or `&mut`.
macro_rules! inputs {
    ($op:expr, $iter:ident) => {
        match $op {
            Op::SingleRow | Op::Argument => Vec::new(),
            Op::Union { branches, .. } => branches.$iter().collect(),
            Op::CartesianProduct { left, right } | Op::HashJoin { left, right, .. } => {
                vec![left, right]
            }
            Op::AllNodesScan { input, .. }
            | Op::NodeByLabelScan { input, .. }
            | Op::NodeIndexSeek { input, .. }
            | Op::HoldsAt { input, .. }
            | Op::Expand { input, .. }
            | Op::VarLengthExpand { input, .. }
            | Op::ShortestPath { input, .. }
            | Op::PathSearch { input, .. }
            | Op::Filter { input, .. }
            | Op::Projection { input, .. }
            | Op::Aggregation { input, .. }
            | Op::Distinct { input, .. }
            | Op::Sort { input, .. }
            | Op::Top { input, .. }
            | Op::Skip { input, .. }
            | Op::Limit { input, .. }
            | Op::Unwind { input, .. }
            | Op::Apply { input, .. }
            | Op::Create { input, .. }
            | Op::Merge { input, .. }
            | Op::Set { input, .. }
            | Op::Delete { input, .. }
            | Op::Foreach { input, .. }
            | Op::ProcedureCall { input, .. }
            | Op::LoadCsv { input, .. }
            | Op::Eager { input }
            | Op::ProduceResults { input, .. } => vec![input],
        }
    };
}

impl Operator {
    /// Returns the operators whose rows this one reads, in order; not the plans that run for
    /// driving rows.
    #[must_use]
    pub fn inputs(&self) -> Vec<&Operator> {
        inputs!(&self.op, iter)
    }

    /// As [`inputs`](Self::inputs), for changing them.
    pub fn inputs_mut(&mut self) -> Vec<&mut Operator> {
        inputs!(&mut self.op, iter_mut)
    }

    /// Returns the plan that runs for driving rows, where there is one.
    #[must_use]
    pub fn inner(&self) -> Option<&Inner> {
        match &self.op {
            Op::Apply { inner, .. } | Op::Merge { inner, .. } | Op::Foreach { inner, .. } => {
                Some(inner)
            }
            _ => None,
        }
    }
}
