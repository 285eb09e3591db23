//! What can be wrong with a text, with its code and its words.

use crate::error::{Code, Error, ErrorType, Span};

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SyntaxError {
    #[error("`{text}` is not a number")]
    InvalidNumber { text: String, why: &'static str },
    #[error("the integer `{text}` does not fit into 64 bits")]
    IntegerOverflow { text: String },
    #[error("the number `{text}` is too large for a floating point number")]
    FloatOverflow { text: String },
    #[error("`{text}` is not a Unicode character")]
    InvalidUnicodeLiteral { text: String },
    #[error("unknown escape `{text}` in a string")]
    UnknownEscape { text: String },
    #[error("a name in backticks can't be empty")]
    EmptyName,
    #[error("a pattern stands where a value is expected")]
    PatternAsValue,
    #[error("a node pattern alone is not an expression")]
    NodeAsValue,
    #[error("this is not a node pattern")]
    NotANodePattern,
    #[error("`NOT` needs parentheses here")]
    NotAfterOperator,
    #[error("only `count` takes `*`")]
    StarArgument,
    #[error("`{function}` is not written so")]
    WrongForm {
        function: String,
        form: &'static str,
    },
    #[error("{what} is not an element of a list comprehension")]
    WrongComprehension { what: &'static str },
    #[error("unknown type `{name}`")]
    UnknownType { name: String },
    #[error("the length of a relationship pattern is written with an asterisk")]
    MissingAsterisk { correct: String },
    #[error("the length of a path can't be negative")]
    NegativeLength,
    #[error("`{text}` is not a count")]
    InvalidCount { text: String },
    #[error("two node patterns stand side by side")]
    AdjacentNodes,
    #[error("{what} can't stand in a pattern that is created")]
    NotCreatable { what: &'static str },
    #[error("a relationship that is created needs a node at each end")]
    MissingNode,
    #[error("`GROUPS` goes with `SHORTEST` only")]
    StrayGroups,
    #[error("`SHORTEST` needs a number of paths")]
    MissingPathCount,
    #[error("a path has one mode only")]
    SecondMode,
    #[error("a clause has one moment and one commit only")]
    SecondAsOf,
    #[error("neither a selector nor a mode goes with `shortestPath()` or `allShortestPaths()`")]
    PrefixedFunction,
    #[error("a test without a left side needs an operand behind `CASE`")]
    TestWithoutOperand,
    #[error("this can't be set")]
    NotSettable,
    #[error("this can't be removed")]
    NotRemovable,
    #[error("`YIELD *` is only possible where the call is the whole statement")]
    YieldStar,
    #[error("`{clause}` can't stand inside `FOREACH`")]
    ForeachClause { clause: &'static str },
    #[error("`RETURN` must be the last clause")]
    ReturnNotLast,
}

impl SyntaxError {
    /// Turns it into the public error for `span`.
    pub(crate) fn at(self, span: Span) -> Error {
        let error = Error::new(self.code(), self.to_string()).at(span);
        let error = match self.label() {
            Some(label) => error.label(label),
            None => error,
        };
        match self.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn code(&self) -> Code {
        let detail = match self {
            Self::InvalidNumber { .. } => "InvalidNumberLiteral",
            Self::IntegerOverflow { .. } => "IntegerOverflow",
            Self::FloatOverflow { .. } => "FloatingPointOverflow",
            Self::InvalidUnicodeLiteral { .. } => "InvalidUnicodeLiteral",
            Self::MissingAsterisk { .. } | Self::NegativeLength => "InvalidRelationshipPattern",
            Self::ForeachClause { .. } | Self::ReturnNotLast => "InvalidClauseComposition",
            Self::UnknownEscape { .. }
            | Self::EmptyName
            | Self::PatternAsValue
            | Self::NodeAsValue
            | Self::NotANodePattern
            | Self::NotAfterOperator
            | Self::StarArgument
            | Self::WrongForm { .. }
            | Self::WrongComprehension { .. }
            | Self::UnknownType { .. }
            | Self::InvalidCount { .. }
            | Self::AdjacentNodes
            | Self::NotCreatable { .. }
            | Self::MissingNode
            | Self::StrayGroups
            | Self::MissingPathCount
            | Self::SecondMode
            | Self::SecondAsOf
            | Self::PrefixedFunction
            | Self::NotSettable
            | Self::NotRemovable
            | Self::TestWithoutOperand
            | Self::YieldStar => "UnexpectedSyntax",
        };
        Code::compile_time(ErrorType::SyntaxError, detail)
    }

    fn label(&self) -> Option<&'static str> {
        match self {
            Self::InvalidNumber { why, .. } => Some(why),
            Self::PatternAsValue => Some("only a condition can be a pattern"),
            _ => None,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::InvalidUnicodeLiteral { .. } => {
                "write `\\u` and four or `\\U` and eight hexadecimal digits".to_owned()
            }
            Self::UnknownEscape { .. } => "a backslash itself is written `\\\\`".to_owned(),
            Self::PatternAsValue => {
                "`exists((a)-->(b))` is true or false, `[(a)-->(b) | b]` is a list, \
                 `COUNT { (a)-->(b) }` a number"
                    .to_owned()
            }
            Self::NotAfterOperator => "write `a = (NOT b)`".to_owned(),
            Self::WrongForm { form, .. } => format!("write `{form}`"),
            Self::WrongComprehension { .. } => {
                "write `[x IN list WHERE condition | result]` or `[(a)-->(b) | result]`".to_owned()
            }
            Self::MissingAsterisk { correct } => format!("write `{correct}`"),
            Self::AdjacentNodes => "put a relationship `-->` or a comma between them".to_owned(),
            Self::MissingPathCount => {
                "write `SHORTEST 1`, `ANY SHORTEST` or `ALL SHORTEST`".to_owned()
            }
            Self::NotSettable => {
                "write `n.key = value`, `n = map`, `n += map` or `n:Label`".to_owned()
            }
            Self::NotRemovable => "write `n.key` or `n:Label`".to_owned(),
            Self::YieldStar => "name the columns: `YIELD a, b`".to_owned(),
            Self::ReturnNotLast => "`WITH` passes rows on to the next clause".to_owned(),
            _ => return None,
        })
    }
}
