//! Patterns: nodes, relationships, paths.

use super::{Expr, Name, Spanned};

/// Comma-separated paths: `MATCH (a)-->(b), (b)-->(c)`.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphPattern {
    /// `REPEATABLE ELEMENTS` or `DIFFERENT RELATIONSHIPS` before the paths.
    pub match_mode: Option<Spanned<MatchMode>>,
    /// The paths; never empty.
    pub paths: Vec<PathPattern>,
}

/// Whether one relationship may be matched twice in a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchMode {
    /// `REPEATABLE ELEMENTS`
    RepeatableElements,
    /// `DIFFERENT RELATIONSHIPS`, the default
    DifferentRelationships,
}

/// A path with its variable and what to search for: `p = ALL SHORTEST (a)-[*]-(b)`.
#[derive(Clone, Debug)]
pub struct PathPattern {
    /// `p =`
    pub variable: Option<Name>,
    /// `ANY`, `ALL SHORTEST`, …
    pub selector: Option<Spanned<PathSelector>>,
    /// `WALK`, `TRAIL`, `ACYCLIC`, `SIMPLE`
    pub mode: Option<Spanned<PathMode>>,
    /// What the path looks like.
    pub term: PathTerm,
    /// The whole, without the variable.
    pub span: crate::error::Span,
}

equal_but_for_spans!(PathPattern {
    variable,
    selector,
    mode,
    term
});

/// Which of the matching paths are wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum PathSelector {
    /// `ALL [PATHS]`
    All,
    /// `ANY [k] [PATHS]`
    Any(Option<Expr>),
    /// `ALL SHORTEST`
    AllShortest,
    /// `ANY SHORTEST`
    AnyShortest,
    /// `SHORTEST k`
    Shortest(Expr),
    /// `SHORTEST [k] GROUPS`
    ShortestGroups(Option<Expr>),
}

/// Which repetitions a path may have (ISO GQL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMode {
    /// Anything may repeat.
    Walk,
    /// No relationship repeats.
    Trail,
    /// No node repeats.
    Acyclic,
    /// No node repeats but the first may be the last.
    Simple,
}

/// The body of a path pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PathTerm {
    /// Factors one after another.
    Factors(Vec<PathFactor>),
    /// `shortestPath((a)-[*]-(b))`, `allShortestPaths(…)`
    LegacyShortest {
        /// Whether all of them are wanted.
        all: bool,
        /// The pattern: node, relationship, node; checked when bound.
        factors: Vec<PathFactor>,
    },
}

impl PathTerm {
    /// Returns the parts.
    #[must_use]
    pub fn factors(&self) -> &[PathFactor] {
        match self {
            Self::Factors(factors) | Self::LegacyShortest { factors, .. } => factors,
        }
    }
}

/// One part of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum PathFactor {
    /// `(n:Label {key: value} WHERE …)`
    Node(NodePattern),
    /// `-[r:TYPE*1..3 {key: value}]->`, with a quantifier after it in GQL's spelling
    Rel(RelPattern),
    /// `((a)-[r]->(b) WHERE …){1,5}`
    Group(GroupPattern),
}

/// A parenthesized part of a path.
#[derive(Clone, Debug)]
pub struct GroupPattern {
    /// `p =` inside the parentheses
    pub variable: Option<Name>,
    /// `WALK`, `TRAIL`, … inside the parentheses
    pub mode: Option<Spanned<PathMode>>,
    /// What is inside.
    pub factors: Vec<PathFactor>,
    /// `WHERE` inside the parentheses
    pub predicate: Option<Box<Expr>>,
    /// `{1,5}`, `*`, `+` after the parentheses
    pub quantifier: Option<Spanned<Quantity>>,
    /// The whole.
    pub span: crate::error::Span,
}

equal_but_for_spans!(GroupPattern {
    variable,
    mode,
    factors,
    predicate,
    quantifier
});

/// How often something repeats: both ends inclusive, no `max` means without bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// At least so often.
    pub min: Option<u64>,
    /// At most so often.
    pub max: Option<u64>,
}

/// A node pattern.
#[derive(Clone, Debug)]
pub struct NodePattern {
    /// The variable.
    pub variable: Option<Name>,
    /// `:A:B`, `:A&B|!C`, `IS A`
    pub labels: Option<LabelExpr>,
    /// `{key: value}` or `$parameter`
    pub properties: Option<Box<Expr>>,
    /// `WHERE` inside the parentheses
    pub predicate: Option<Box<Expr>>,
    /// The whole.
    pub span: crate::error::Span,
}

equal_but_for_spans!(NodePattern {
    variable,
    labels,
    properties,
    predicate
});

/// A relationship pattern.
#[derive(Clone, Debug)]
pub struct RelPattern {
    /// The variable.
    pub variable: Option<Name>,
    /// `:A|B`, `:A|:B`, `:!A`
    pub types: Option<LabelExpr>,
    /// `*1..3`: the spelling that binds the variable to a list
    pub length: Option<Spanned<Quantity>>,
    /// `{1,3}`, `+`, `*` after the arrow: GQL's spelling
    pub quantifier: Option<Spanned<Quantity>>,
    /// `{key: value}` or `$parameter`
    pub properties: Option<Box<Expr>>,
    /// `WHERE` inside the brackets
    pub predicate: Option<Box<Expr>>,
    /// Which way the arrow points.
    pub direction: ArrowDirection,
    /// The whole.
    pub span: crate::error::Span,
}

equal_but_for_spans!(RelPattern {
    variable,
    types,
    length,
    quantifier,
    properties,
    predicate,
    direction
});

/// Which way an arrow points, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowDirection {
    /// `-->`
    Right,
    /// `<--`
    Left,
    /// `--`
    Either,
    /// `<-->`: like `--` in a `MATCH`
    Both,
}

/// A boolean expression over labels or types.
#[derive(Clone, Debug)]
pub enum LabelExpr {
    /// `A`
    Name(Name),
    /// `%`: any label at all
    Wildcard(crate::error::Span),
    /// `!A`
    Not(Box<LabelExpr>),
    /// `A&B`, and `A:B` in the older spelling
    And(Vec<LabelExpr>),
    /// `A|B`, and `A|:B` in the older spelling
    Or(Vec<LabelExpr>),
}

impl PartialEq for LabelExpr {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(one), Self::Name(two)) => one == two,
            (Self::Wildcard(_), Self::Wildcard(_)) => true,
            (Self::Not(one), Self::Not(two)) => one == two,
            (Self::And(one), Self::And(two)) | (Self::Or(one), Self::Or(two)) => one == two,
            _ => false,
        }
    }
}
