//! What can be wrong with a query that is well-formed text.

use std::sync::Arc;

use thiserror::Error;

use crate::error::{Code, Error, ErrorType, Span};
use crate::functions::nearest;
use crate::value::{Date, ValueError};

/// A rule of the language that a query breaks.
#[derive(Clone, Debug, Error)]
pub(super) enum SemanticError {
    #[error("variable `{name}` is not defined")]
    UndefinedVariable {
        name: Arc<str>,
        in_scope: Vec<Arc<str>>,
    },
    #[error("variable `{name}` is already defined")]
    VariableAlreadyBound { name: Arc<str> },
    #[error("variable `{name}` is {found} and cannot be used as {wanted}")]
    VariableTypeConflict {
        name: Arc<str>,
        found: String,
        wanted: &'static str,
    },
    #[error("relationship `{name}` cannot stand twice in one pattern")]
    RelationshipUniquenessViolation { name: Arc<str> },
    #[error("parameter `${name}` was not given")]
    MissingParameter {
        name: Arc<str>,
        given: Vec<Arc<str>>,
    },
    #[error("there is no function `{name}`")]
    UnknownFunction { name: String },
    #[error("there is no procedure `{name}`")]
    ProcedureNotFound { name: String, known: Vec<Arc<str>> },
    #[error("procedure `{procedure}` has no result field `{field}`")]
    UnknownYield {
        procedure: Arc<str>,
        field: Arc<str>,
        known: Vec<Arc<str>>,
    },
    #[error("`{name}` takes {wanted}, not {found}")]
    InvalidNumberOfArguments {
        name: String,
        /// How many, with the word.
        wanted: String,
        found: usize,
        /// How it is called.
        form: String,
    },
    #[error("{what} must be {wanted}, not {found}")]
    InvalidArgumentType {
        what: String,
        wanted: String,
        found: String,
    },
    #[error("{reason}")]
    InvalidMoment {
        reason: ValueError,
        /// A date that was written without quotes, and what that makes.
        meant: Option<(Date, i64)>,
    },
    #[error(
        "a property can be read from a node, relationship, map or temporal value, not from {found}"
    )]
    PropertyOfNonMap { found: String },
    #[error("procedure arguments must be written out in a query with other clauses")]
    InvalidArgumentPassingMode,
    #[error("an aggregate function cannot stand {place}")]
    InvalidAggregation { place: &'static str },
    #[error("an aggregate function cannot stand inside another")]
    NestedAggregation,
    #[error("`rand()` cannot stand inside an aggregate function")]
    NonConstantExpression,
    #[error("`{clause}` takes a number or parameter, without variables")]
    VariableInPage { clause: &'static str },
    #[error("`{clause}` takes a whole number, not {found}")]
    PageNotInteger { clause: &'static str, found: String },
    #[error("`{clause}` cannot be negative")]
    NegativePage { clause: &'static str },
    #[error("an expression with an aggregate function uses something that is not a grouping key")]
    AmbiguousAggregation,
    #[error("a pattern cannot stand here")]
    PatternNotAllowed,
    #[error("column `{name}` is returned twice")]
    ColumnNameConflict { name: Arc<str> },
    #[error("an expression in {clause} needs a name")]
    NoExpressionAlias { clause: &'static str },
    #[error("`*` finds no variable")]
    NoVariablesInScope,
    #[error("the parts of a `UNION` must return the same columns")]
    DifferentColumnsInUnion {
        left: Vec<Arc<str>>,
        right: Vec<Arc<str>>,
    },
    #[error("{message}")]
    ClauseComposition { message: &'static str },
    #[error("a relationship needs exactly one type here")]
    NoSingleRelationshipType,
    #[error("a relationship needs a direction here")]
    RequiresDirectedRelationship,
    #[error("a relationship of variable length cannot be made")]
    CreatingVarLength,
    #[error("a parameter cannot stand for all properties in `{clause}`")]
    InvalidParameterUse { clause: &'static str },
    #[error("only nodes, relationships and paths can be deleted, not labels or types")]
    InvalidDelete,
    #[error("a statement can have at most {limit} clauses")]
    TooManyClauses { limit: usize },
    #[error("a `UNION` can have at most {limit} parts")]
    TooManyParts { limit: usize },
    #[error("a pattern can have at most {limit} nodes")]
    PatternTooLarge { limit: usize },
    #[error("a walk without an upper bound never ends, as it may repeat relationships")]
    UnboundedWalk,
    #[error("variable `{name}` stands outside of this repeated part, too")]
    RepeatedVariable { name: Arc<str> },
    #[error("a repeated part of a path must have a relationship")]
    EmptyTurn,
    #[error("a repetition needs an upper bound that is not zero and not below the lower one")]
    InvalidQuantifier,
    #[error("the number of paths must be at least one")]
    InvalidPathCount,
    #[error("a path with a selector such as `SHORTEST` must stand alone in its `MATCH`")]
    SelectorNotAlone,
    #[error(
        "inside a path with a selector such as `SHORTEST` no other path of its `MATCH` can be referred to"
    )]
    SharedWithSelector,
    #[error(
        "a path can have at most {limit} nodes and relationships with its repetitions written out"
    )]
    RepetitionTooLarge { limit: u64 },
    #[error("{message}")]
    UnexpectedSyntax { message: &'static str },
}

impl SemanticError {
    fn code(&self) -> Code {
        use ErrorType::{ArgumentError, LimitError, ParameterMissing, ProcedureError, TypeError};
        match self {
            Self::UndefinedVariable { .. } | Self::UnknownYield { .. } => {
                Code::syntax("UndefinedVariable")
            }
            Self::VariableAlreadyBound { .. } | Self::RepeatedVariable { .. } => {
                Code::syntax("VariableAlreadyBound")
            }
            Self::VariableTypeConflict { .. } => Code::syntax("VariableTypeConflict"),
            Self::RelationshipUniquenessViolation { .. } => {
                Code::syntax("RelationshipUniquenessViolation")
            }
            Self::MissingParameter { .. } => {
                Code::compile_time(ParameterMissing, "MissingParameter")
            }
            Self::UnknownFunction { .. } => Code::syntax("UnknownFunction"),
            Self::ProcedureNotFound { .. } => {
                Code::compile_time(ProcedureError, "ProcedureNotFound")
            }
            Self::InvalidNumberOfArguments { .. } => Code::syntax("InvalidNumberOfArguments"),
            Self::InvalidArgumentType { .. } | Self::PageNotInteger { .. } => {
                Code::syntax("InvalidArgumentType")
            }
            Self::InvalidMoment {
                reason: ValueError::UnreadableMoment { .. },
                ..
            } => Code::compile_time(ArgumentError, "InvalidArgumentValue"),
            Self::InvalidMoment { .. } => Code::syntax("InvalidArgumentType"),
            Self::PropertyOfNonMap { .. } => Code::compile_time(TypeError, "InvalidArgumentType"),
            Self::InvalidArgumentPassingMode => Code::syntax("InvalidArgumentPassingMode"),
            Self::InvalidAggregation { .. } => Code::syntax("InvalidAggregation"),
            Self::NestedAggregation => Code::syntax("NestedAggregation"),
            Self::NonConstantExpression | Self::VariableInPage { .. } => {
                Code::syntax("NonConstantExpression")
            }
            Self::NegativePage { .. } => Code::syntax("NegativeIntegerArgument"),
            Self::AmbiguousAggregation => Code::syntax("AmbiguousAggregationExpression"),
            Self::PatternNotAllowed | Self::UnexpectedSyntax { .. } => {
                Code::syntax("UnexpectedSyntax")
            }
            Self::ColumnNameConflict { .. } => Code::syntax("ColumnNameConflict"),
            Self::NoExpressionAlias { .. } => Code::syntax("NoExpressionAlias"),
            Self::NoVariablesInScope => Code::syntax("NoVariablesInScope"),
            Self::DifferentColumnsInUnion { .. } => Code::syntax("DifferentColumnsInUnion"),
            Self::ClauseComposition { .. } => Code::syntax("InvalidClauseComposition"),
            Self::NoSingleRelationshipType => Code::syntax("NoSingleRelationshipType"),
            Self::RequiresDirectedRelationship => Code::syntax("RequiresDirectedRelationship"),
            Self::CreatingVarLength => Code::syntax("CreatingVarLength"),
            Self::InvalidParameterUse { .. } => Code::syntax("InvalidParameterUse"),
            Self::InvalidDelete => Code::syntax("InvalidDelete"),
            Self::PatternTooLarge { .. } | Self::RepetitionTooLarge { .. } => {
                Code::compile_time(LimitError, "PatternTooLarge")
            }
            Self::TooManyClauses { .. } => Code::compile_time(LimitError, "TooManyClauses"),
            Self::TooManyParts { .. } => Code::compile_time(LimitError, "TooManyParts"),
            _ => Code::syntax(self.path_detail()),
        }
    }

    /// What is wrong with a path pattern.
    fn path_detail(&self) -> &'static str {
        match self {
            Self::UnboundedWalk => "UnboundedWalk",
            Self::InvalidQuantifier => "InvalidQuantifier",
            Self::InvalidPathCount => "InvalidPathCount",
            _ => "InvalidPathPattern",
        }
    }

    fn path_hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnboundedWalk => {
                "give a bound as in `{1,5}`, or a selector such as `SHORTEST 3`, or the mode \
                 `TRAIL`, `ACYCLIC` or `SIMPLE`"
            }
            Self::EmptyTurn => "as in `((a)-[r]->(b)){1,3}`",
            Self::InvalidQuantifier => "as in `{2}`, `{1,3}`, `{,3}` or `{2,}`",
            Self::RepeatedVariable { .. } => {
                "it would mean something new in each turn; use another name inside, and compare the \
                 two in a `WHERE`"
            }
            Self::SelectorNotAlone => "put the other paths into a `MATCH` of their own",
            Self::SharedWithSelector => {
                "put the other path into a `MATCH` before, or the condition into the `WHERE` of the \
                 clause"
            }
            Self::RepetitionTooLarge { .. } => {
                "leave the upper bound off, as in `{1,}`, unless walks may repeat relationships"
            }
            _ => return None,
        };
        Some(hint.into())
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UndefinedVariable { name, in_scope } => undefined_hint(name, in_scope),
            Self::VariableAlreadyBound { .. } => {
                Some("use another name, or leave out labels and properties to refer to it".into())
            }
            Self::MissingParameter { name, given } => {
                Some(match nearest(name, given.iter().map(AsRef::as_ref)) {
                    Some(found) => format!("did you mean `${found}`?"),
                    None => {
                        format!("give it with `--param {name}=VALUE` or `:param {name} = VALUE`")
                    }
                })
            }
            Self::ProcedureNotFound { name, known } => {
                nearest(name, known.iter().map(AsRef::as_ref))
                    .map(|found| format!("did you mean `{found}`?"))
            }
            Self::UnknownYield { field, known, .. } => {
                match nearest(field, known.iter().map(AsRef::as_ref)) {
                    Some(found) => Some(format!("did you mean `{found}`?")),
                    None => (!known.is_empty()).then(|| format!("it has {}", quoted(known))),
                }
            }
            Self::InvalidNumberOfArguments { form, .. } => Some(format!("write `{form}`")),
            Self::DifferentColumnsInUnion { left, right } => Some(format!(
                "{} before it, {} behind it",
                quoted(left),
                quoted(right)
            )),
            Self::NestedAggregation => {
                Some("compute the inner one in a `WITH` before, and use its name here".into())
            }
            Self::UnknownFunction { name } => nearest(name, crate::functions::names())
                .map(|found| format!("did you mean `{found}`?")),
            Self::AmbiguousAggregation => Some(
                "return it as a column of its own, or put the grouping in a `WITH` before".into(),
            ),
            Self::NoExpressionAlias { .. } => Some("add `AS name`".into()),
            Self::NoSingleRelationshipType => Some("write one, as in `-[:SUPPORTS]->`".into()),
            Self::RequiresDirectedRelationship => Some("write `-->` or `<--`".into()),
            Self::PatternNotAllowed => Some(
                "wrap it as `EXISTS { … }`, or use a pattern comprehension `[(a)-->(b) | b]`"
                    .into(),
            ),
            Self::InvalidAggregation { .. } => {
                Some("compute it in a `WITH` before, and use its name here".into())
            }
            Self::TooManyClauses { .. } | Self::TooManyParts { .. } => {
                Some("part it into several statements".into())
            }
            Self::PatternTooLarge { .. } => Some("part it into several `MATCH` clauses".into()),
            Self::InvalidMoment { reason, meant } => moment_hint(reason, meant.as_ref()),
            Self::InvalidDelete => Some("use `REMOVE n:Label` to take a label off".into()),
            Self::InvalidParameterUse { .. } => {
                Some("name the keys, as in `{name: $parameter.name}`".into())
            }
            _ => self.path_hint(),
        }
    }

    /// The error with its place in the text.
    pub(super) fn at(self, span: Span) -> Error {
        let error = Error::new(self.code(), self.to_string()).at(span);
        let error = match &self {
            Self::UndefinedVariable { .. } => error.label("not in scope here"),
            _ => error,
        };
        match self.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

fn moment_hint(reason: &ValueError, meant: Option<&(Date, i64)>) -> Option<String> {
    match meant {
        Some((date, number)) => Some(format!(
            "write `'{date}'`: without quotes it is arithmetic and makes {number}"
        )),
        None => reason.hint(),
    }
}

fn undefined_hint(name: &str, in_scope: &[Arc<str>]) -> Option<String> {
    if let Some(found) = nearest(name, in_scope.iter().map(AsRef::as_ref)) {
        return Some(format!("did you mean `{found}`?"));
    }
    let few = in_scope.get(..8).unwrap_or(in_scope);
    (!few.is_empty()).then(|| format!("in scope: {}", quoted(few)))
}

fn quoted(names: &[Arc<str>]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
