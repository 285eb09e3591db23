//! Clauses.

use super::{Expr, GraphPattern, LabelExpr, Name, PathPattern, Query, Spanned};
use crate::error::Span;

/// A clause of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `[OPTIONAL] MATCH pattern [AS OF moment] [WHERE predicate]`
    Match(MatchClause),
    /// `UNWIND list AS x`
    Unwind {
        /// The list.
        list: Expr,
        /// The variable.
        variable: Name,
    },
    /// `WITH …`
    With(Projection, Option<Expr>),
    /// `RETURN …`
    Return(Projection),
    /// `FINISH`: no rows
    Finish,
    /// `CREATE pattern`
    Create(GraphPattern),
    /// `MERGE path [ON CREATE SET …] [ON MATCH SET …]`
    Merge {
        /// The path.
        pattern: PathPattern,
        /// `ON …` actions in order.
        actions: Vec<MergeAction>,
    },
    /// `SET …`
    Set(Vec<SetItem>),
    /// `REMOVE …`
    Remove(Vec<RemoveItem>),
    /// `[DETACH] DELETE …`
    Delete {
        /// Whether relationships go with their nodes.
        detach: bool,
        /// What to delete.
        targets: Vec<Expr>,
    },
    /// `CALL name(…) YIELD …`
    Call(ProcedureCall),
    /// `[OPTIONAL] CALL (x) {…}` and `CALL {…}`
    CallSubquery {
        /// Whether rows without results stay.
        optional: bool,
        /// The imported variables; `None` in the spelling without parentheses.
        imports: Option<SubqueryImports>,
        /// What is inside.
        query: Query,
    },
    /// `FOREACH (x IN list | clauses)`
    Foreach {
        /// The variable.
        variable: Name,
        /// The list.
        list: Expr,
        /// The updating clauses.
        clauses: Vec<Spanned<Clause>>,
    },
    /// `LOAD CSV [WITH HEADERS] FROM url AS row [FIELDTERMINATOR c]`
    LoadCsv {
        /// Whether rows are maps.
        with_headers: bool,
        /// Where from.
        source: Expr,
        /// The variable.
        variable: Name,
        /// The separator.
        field_terminator: Option<Expr>,
    },
}

/// What a `CALL (…) {` imports.
#[derive(Clone, Debug, PartialEq)]
pub enum SubqueryImports {
    /// `CALL (*) {`
    All,
    /// `CALL (a, b) {`
    Names(Vec<Name>),
}

/// `MATCH`
#[derive(Clone, Debug, PartialEq)]
pub struct MatchClause {
    /// Whether rows without a match stay.
    pub optional: bool,
    /// The pattern.
    pub pattern: GraphPattern,
    /// `AS OF moment`, polity's own extension
    pub as_of: Option<Expr>,
    /// `AS OF COMMIT number`, also polity's own; a literal or a parameter
    pub as_of_commit: Option<Expr>,
    /// `WHERE`
    pub predicate: Option<Expr>,
}

/// What `WITH` and `RETURN` share.
#[derive(Clone, Debug)]
pub struct Projection {
    /// Whether duplicates go.
    pub distinct: bool,
    /// Whether `*` stands first.
    pub star: Option<Span>,
    /// The items.
    pub items: Vec<ProjectionItem>,
    /// `ORDER BY`
    pub order_by: Vec<SortItem>,
    /// `SKIP` or `OFFSET`
    pub skip: Option<Expr>,
    /// `LIMIT`
    pub limit: Option<Expr>,
}

impl PartialEq for Projection {
    fn eq(&self, other: &Self) -> bool {
        self.distinct == other.distinct
            && self.star.is_some() == other.star.is_some()
            && self.items == other.items
            && self.order_by == other.order_by
            && self.skip == other.skip
            && self.limit == other.limit
    }
}

/// `expr [AS alias]`
#[derive(Clone, Debug)]
pub struct ProjectionItem {
    /// The expression.
    pub expr: Expr,
    /// The alias.
    pub alias: Option<Name>,
    /// The expression's text as written: the column's name where there is no alias.
    pub text: std::sync::Arc<str>,
}

/// The text counts only where it is the column's name.
impl PartialEq for ProjectionItem {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
            && self.alias == other.alias
            && (self.alias.is_some() || self.text == other.text)
    }
}

/// `expr [ASC|DESC]`
#[derive(Clone, Debug, PartialEq)]
pub struct SortItem {
    /// What to sort by.
    pub expr: Expr,
    /// Whether from high to low.
    pub descending: bool,
}

/// `ON CREATE SET …`, `ON MATCH SET …`
#[derive(Clone, Debug, PartialEq)]
pub struct MergeAction {
    /// When it applies.
    pub event: MergeEvent,
    /// What to set.
    pub items: Vec<SetItem>,
}

/// When a merge action applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeEvent {
    /// `ON CREATE`
    Create,
    /// `ON MATCH`
    Match,
}

/// An item of `SET`.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// `a.b.key = value`, `a[expr] = value`
    Property {
        /// The whole left side: a property or index expression.
        target: Expr,
        /// The value.
        value: Expr,
    },
    /// `n = value`
    All {
        /// The variable.
        variable: Name,
        /// A map, node or relationship.
        value: Expr,
    },
    /// `n += value`
    Add {
        /// The variable.
        variable: Name,
        /// A map, node or relationship.
        value: Expr,
    },
    /// `n:A:B`
    Labels {
        /// The variable.
        variable: Name,
        /// The labels; never empty.
        labels: Vec<Name>,
    },
}

/// An item of `REMOVE`.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// `n.key`, `n[expr]`
    Property(Expr),
    /// `n:A:B`
    Labels {
        /// The variable.
        variable: Name,
        /// The labels; never empty.
        labels: Vec<Name>,
    },
}

/// `CALL a.b.name(args) YIELD x AS y WHERE …`
#[derive(Clone, Debug, PartialEq)]
pub struct ProcedureCall {
    /// Whether rows without results stay (`OPTIONAL CALL`).
    pub optional: bool,
    /// The name with its parts.
    pub name: Spanned<Vec<std::sync::Arc<str>>>,
    /// The arguments; `None` where they are implicit.
    pub arguments: Option<Vec<Expr>>,
    /// `YIELD`
    pub yields: Option<Yield>,
}

/// What a call yields.
#[derive(Clone, Debug)]
pub enum Yield {
    /// `YIELD *`
    All(Span),
    /// `YIELD a AS b, c WHERE …`; `YIELD -` is the empty list
    Items {
        /// The items.
        items: Vec<YieldItem>,
        /// `WHERE`
        predicate: Option<Box<Expr>>,
    },
}

impl PartialEq for Yield {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All(_), Self::All(_)) => true,
            (
                Self::Items { items, predicate },
                Self::Items {
                    items: other_items,
                    predicate: other_predicate,
                },
            ) => items == other_items && predicate == other_predicate,
            (Self::All(_), Self::Items { .. }) | (Self::Items { .. }, Self::All(_)) => false,
        }
    }
}

/// `field [AS alias]`
#[derive(Clone, Debug, PartialEq)]
pub struct YieldItem {
    /// The procedure's result field.
    pub field: Name,
    /// The alias.
    pub alias: Option<Name>,
}

/// The label expression that an updating clause may use: names only.
#[must_use]
pub fn plain_labels(labels: &LabelExpr) -> Option<Vec<Name>> {
    match labels {
        LabelExpr::Name(name) => Some(vec![name.clone()]),
        LabelExpr::And(parts) => {
            let nested: Option<Vec<_>> = parts.iter().map(plain_labels).collect();
            nested.map(|names| names.into_iter().flatten().collect())
        }
        LabelExpr::Or(_) | LabelExpr::Not(_) | LabelExpr::Wildcard(_) => None,
    }
}
