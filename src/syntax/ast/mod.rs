//! The syntax tree: what the text says, before names mean anything.
//!
//! Spans are byte ranges of the text. Trees compare equal regardless of spans ([`Spanned`]
//! ignores them), so that `parse ∘ print` is the identity.

/// Compares the fields named here, which are all but the spans.
macro_rules! equal_but_for_spans {
    ($type:ident { $($field:ident),+ }) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                true $(&& self.$field == other.$field)+
            }
        }
    };
}

mod clause;
mod expression;
mod literal;
mod pattern;
mod schema;
mod show;

pub use clause::*;
pub use expression::*;
pub use literal::*;
pub use pattern::*;
pub use schema::*;
pub use show::*;

use crate::error::Span;

/// Something and where it stands in the text.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The thing.
    pub node: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a thing with its place.
    pub const fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// A name as the user wrote it, without backticks: variable, label, type, key, parameter.
pub type Name = Spanned<std::sync::Arc<str>>;

/// A statement, up to its `;` or the end of the input.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// A query, reading or writing.
    Query(Query),
    /// `EXPLAIN` or `PROFILE` before a query.
    Explain {
        /// Whether to run it and report real figures.
        mode: ExplainMode,
        /// The query.
        query: Query,
    },
    /// `CALL name` as the whole statement, with implicit arguments or yields allowed.
    StandaloneCall(ProcedureCall),
    /// `SHOW LABELS` and the like.
    Show(Box<Show>),
    /// `CREATE INDEX` and the like.
    Schema(Box<SchemaCommand>),
    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    Transaction(TransactionCommand),
}

/// How much `EXPLAIN` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainMode {
    /// `EXPLAIN`: the plan only.
    Explain,
    /// `EXPLAIN VERBOSE`: the plan after each rule that changed it.
    Verbose,
    /// `PROFILE`: runs it and adds rows, time and memory.
    Profile,
}

/// Commands that bracket statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionCommand {
    /// `BEGIN [TRANSACTION]`
    Begin,
    /// `COMMIT`
    Commit,
    /// `ROLLBACK`
    Rollback,
}

/// One or more single queries, put together by `UNION`.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The single queries; never empty.
    pub parts: Vec<SingleQuery>,
    /// `unions[i]` stands between `parts[i]` and `parts[i + 1]`.
    pub unions: Vec<Spanned<UnionKind>>,
}

/// Whether a union keeps duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnionKind {
    /// `UNION ALL`
    All,
    /// `UNION` or `UNION DISTINCT`
    Distinct,
}

/// Clauses in order.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleQuery {
    /// The clauses; never empty.
    pub clauses: Vec<Spanned<Clause>>,
}
