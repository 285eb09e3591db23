//! `SHOW`.

use super::{Expr, Projection, SortItem, Spanned, YieldItem};

/// `SHOW kind [WHERE predicate]`, `SHOW kind YIELD … [RETURN …]`
#[derive(Clone, Debug, PartialEq)]
pub struct Show {
    /// What to list.
    pub kind: Spanned<ShowKind>,
    /// `YIELD`
    pub yields: Option<ShowYield>,
    /// `WHERE`, where there is no `YIELD`
    pub predicate: Option<Expr>,
    /// `RETURN`, possible only behind `YIELD`
    pub returns: Option<Projection>,
}

/// What `SHOW` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowKind {
    /// `LABELS`
    Labels,
    /// `TYPES`, `RELATIONSHIP TYPES`
    Types,
    /// `KEYS`, `PROPERTY KEYS`
    Keys,
    /// `FUNCTIONS`
    Functions,
    /// `PROCEDURES`
    Procedures,
    /// `INDEXES`
    Indexes,
    /// `CONSTRAINTS`
    Constraints,
}

/// `YIELD name AS label, count ORDER BY count SKIP 1 LIMIT 2 WHERE count > 1`
#[derive(Clone, Debug, PartialEq)]
pub struct ShowYield {
    /// The columns; `None` is `*`.
    pub items: Option<Vec<YieldItem>>,
    /// `ORDER BY`
    pub order_by: Vec<SortItem>,
    /// `SKIP` or `OFFSET`
    pub skip: Option<Expr>,
    /// `LIMIT`
    pub limit: Option<Expr>,
    /// `WHERE`
    pub predicate: Option<Expr>,
}

impl ShowKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Labels,
        Self::Types,
        Self::Keys,
        Self::Functions,
        Self::Procedures,
        Self::Indexes,
        Self::Constraints,
    ];

    /// Returns the statement's first words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Labels => "SHOW LABELS",
            Self::Types => "SHOW TYPES",
            Self::Keys => "SHOW KEYS",
            Self::Functions => "SHOW FUNCTIONS",
            Self::Procedures => "SHOW PROCEDURES",
            Self::Indexes => "SHOW INDEXES",
            Self::Constraints => "SHOW CONSTRAINTS",
        }
    }
}
