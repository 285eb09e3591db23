//! The logical plan: what is to be computed, free of storage and of how it is done.
//!
//! A small algebra over rows of slots. Patterns stay declarative here: in which order they are
//! walked is decided when the plan is lowered.

use crate::semantics::bound::{
    AggregateCall, Column, CreatePattern, Expr, Pattern, ProcedureCall, SetItem, Slot, SlotInfo,
    SortKey, SubqueryKind,
};

/// A statement as an algebra.
#[derive(Clone, Debug)]
pub struct LogicalQuery {
    /// The outermost operator.
    pub root: LogicalPlan,
    /// The bodies of subquery expressions, by number; inner ones before outer ones.
    pub subqueries: Vec<(SubqueryKind, LogicalPlan)>,
    /// All slots.
    pub slots: Vec<SlotInfo>,
    /// The result.
    pub columns: Vec<Column>,
    /// Whether it changes the graph.
    pub writes: bool,
}

/// An operator of the algebra.
#[derive(Clone, Debug)]
pub enum LogicalPlan {
    /// One row without columns.
    Unit,
    /// The row that the surrounding operator hands in.
    Argument,
    /// Each input row with each match of the pattern.
    Match {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// What is looked for.
        pattern: Pattern,
        /// Whether a row without a match stays, with nulls.
        optional: bool,
    },
    /// Each input row with each element of the list.
    Unwind {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The list.
        list: Expr,
        /// The new slot.
        slot: Slot,
    },
    /// The rows for which all predicates are true.
    Filter {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// A conjunction.
        predicates: Vec<Expr>,
    },
    /// New slots.
    Project {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// Slot and expression.
        items: Vec<(Slot, Expr)>,
    },
    /// One row for each group.
    Aggregate {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The keys.
        keys: Vec<(Slot, Expr)>,
        /// The aggregates.
        aggregates: Vec<(Slot, AggregateCall)>,
    },
    /// The first of the rows that agree in the slots.
    Distinct {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The slots.
        slots: Vec<Slot>,
    },
    /// The rows in order.
    Sort {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The keys.
        keys: Vec<SortKey>,
    },
    /// A stretch of the rows.
    Page {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// How many are left out first.
        skip: Option<Expr>,
        /// How many come at most.
        limit: Option<Expr>,
    },
    /// The rows of all branches.
    Union {
        /// The branches, each with the slots that fill `columns`.
        branches: Vec<(LogicalPlan, Vec<Slot>)>,
        /// The slots of the result.
        columns: Vec<Slot>,
    },
    /// For each input row the rows of `inner`, which starts from an [`Argument`](Self::Argument).
    Apply {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// What runs for each row.
        inner: Box<LogicalPlan>,
        /// What is kept.
        kind: ApplyKind,
    },
    /// Makes nodes and relationships for each row.
    Create {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// What is made.
        pattern: CreatePattern,
    },
    /// Finds the pattern for each row, or makes it.
    Merge {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// What is looked for.
        pattern: Pattern,
        /// What is made.
        create: CreatePattern,
        /// After making.
        on_create: Vec<SetItem>,
        /// After finding.
        on_match: Vec<SetItem>,
    },
    /// Changes properties and labels for each row.
    Set {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The items.
        items: Vec<SetItem>,
    },
    /// Deletes for each row.
    Delete {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// What goes.
        targets: Vec<Expr>,
        /// Whether relationships go with their nodes.
        detach: bool,
    },
    /// Runs `inner` for each element of a list, for each row.
    Foreach {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The list.
        list: Expr,
        /// The variable.
        slot: Slot,
        /// What runs.
        inner: Box<LogicalPlan>,
    },
    /// Calls a procedure for each row.
    Call {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// Which.
        call: ProcedureCall,
    },
    /// Each input row with each row of a file.
    LoadCsv {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// Where from.
        source: Expr,
        /// Whether rows are maps.
        with_headers: bool,
        /// The separator.
        field_terminator: Option<Expr>,
        /// The new slot.
        slot: Slot,
    },
    /// Hands rows out.
    Results {
        /// The rows before.
        input: Box<LogicalPlan>,
        /// The columns.
        columns: Vec<Column>,
    },
}

/// What an [`Apply`](LogicalPlan::Apply) keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplyKind {
    /// The outer row with each inner row, of which these slots are seen.
    Join(Vec<Slot>),
    /// As `Join`, but an outer row without inner rows stays, with these slots null.
    Optional(Vec<Slot>),
    /// The outer row once: the inner part only changes the graph.
    Once,
}
