//! Expressions.

use super::{GraphPattern, LabelExpr, Literal, Name, PathPattern, Query, Spanned};

/// An expression and where it stands.
pub type Expr = Spanned<ExprKind>;

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `1`, `'a'`, `true`, `null`
    Literal(Literal),
    /// `$name`
    Parameter(std::sync::Arc<str>),
    /// `n`
    Variable(std::sync::Arc<str>),
    /// `[1, 2]`
    List(Vec<Expr>),
    /// `{key: 1}`
    Map(Vec<(Name, Expr)>),
    /// `a OR b OR c`
    Or(Vec<Expr>),
    /// `a XOR b XOR c`
    Xor(Vec<Expr>),
    /// `a AND b AND c`
    And(Vec<Expr>),
    /// `NOT a`
    Not(Box<Expr>),
    /// `a < b <= c`: a chain, every neighbor compared
    Comparison {
        /// The first operand.
        first: Box<Expr>,
        /// Operators with their right operands; never empty.
        rest: Vec<(ComparisonOp, Expr)>,
    },
    /// `a + b - c …`: operators of one precedence level, from the left
    Arithmetic {
        /// The first operand.
        first: Box<Expr>,
        /// Operators with their right operands; never empty.
        rest: Vec<(Spanned<ArithmeticOp>, Expr)>,
    },
    /// `-a`
    Negate(Box<Expr>),
    /// `+a`
    Plus(Box<Expr>),
    /// `a STARTS WITH b`, `a IN b`, `a =~ b` …
    Predicate {
        /// Which.
        op: PredicateOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a IS NULL`, `a IS NOT NULL`
    IsNull {
        /// The operand.
        operand: Box<Expr>,
        /// Whether `NOT` stands there.
        negated: bool,
    },
    /// `n:Label`, `n IS Label`, `n IS NOT Label`
    HasLabels {
        /// The operand.
        operand: Box<Expr>,
        /// The labels or types.
        labels: LabelExpr,
        /// Whether `IS NOT` stands there.
        negated: bool,
    },
    /// `a IS :: INTEGER`, `a IS NOT :: LIST<STRING NOT NULL>`
    IsType {
        /// The operand.
        operand: Box<Expr>,
        /// The type.
        value_type: TypeName,
        /// Whether `NOT` stands there.
        negated: bool,
    },
    /// `a.key`
    Property {
        /// What has the property.
        base: Box<Expr>,
        /// The key.
        key: Name,
    },
    /// `a[b]`
    Index {
        /// The list, map or element.
        base: Box<Expr>,
        /// The position or key.
        index: Box<Expr>,
    },
    /// `a[from..to]`
    Slice {
        /// The list.
        base: Box<Expr>,
        /// From, inclusive.
        from: Option<Box<Expr>>,
        /// To, exclusive.
        to: Option<Box<Expr>>,
    },
    /// `name.space.function(DISTINCT a, b)`
    Function {
        /// The name with its parts.
        name: Spanned<Vec<std::sync::Arc<str>>>,
        /// Whether `DISTINCT` stands there.
        distinct: bool,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `count(*)`
    CountStar,
    /// `CASE … END`
    Case {
        /// The operand of the simple form.
        operand: Option<Box<Expr>>,
        /// `WHEN a, b THEN c`
        branches: Vec<CaseBranch>,
        /// `ELSE`
        default: Option<Box<Expr>>,
    },
    /// The operand of the `CASE` around, unwritten before a test: `CASE a WHEN > 1 THEN …`
    CaseOperand,
    /// `[x IN list WHERE p | e]`
    ListComprehension {
        /// The variable.
        variable: Name,
        /// The list.
        list: Box<Expr>,
        /// `WHERE`
        predicate: Option<Box<Expr>>,
        /// After `|`
        projection: Option<Box<Expr>>,
    },
    /// `[p = (a)-->(b) WHERE … | e]`
    PatternComprehension {
        /// The pattern with its variable.
        pattern: Box<PathPattern>,
        /// `WHERE`
        predicate: Option<Box<Expr>>,
        /// After `|`
        projection: Box<Expr>,
    },
    /// `all(x IN list WHERE p)` and the like
    Quantifier {
        /// Which.
        kind: QuantifierKind,
        /// The variable.
        variable: Name,
        /// The list.
        list: Box<Expr>,
        /// The predicate; without one the elements themselves are tested.
        predicate: Option<Box<Expr>>,
    },
    /// `reduce(acc = init, x IN list | step)`
    Reduce {
        /// The accumulator.
        accumulator: Name,
        /// Its first value.
        initial: Box<Expr>,
        /// The variable.
        variable: Name,
        /// The list.
        list: Box<Expr>,
        /// The step.
        step: Box<Expr>,
    },
    /// `n {.a, .*, b, c: 1}`
    MapProjection {
        /// What is projected: a variable.
        base: Name,
        /// The items.
        items: Vec<MapProjectionItem>,
    },
    /// `(a)-->(b)` as a predicate
    Pattern(Box<PathPattern>),
    /// `EXISTS {…}`, `COUNT {…}`, `COLLECT {…}`
    Subquery {
        /// Which.
        kind: SubqueryKind,
        /// What is inside.
        body: Box<SubqueryBody>,
    },
}

/// `WHEN a, b THEN c`
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBranch {
    /// The conditions, or values to compare the operand with; never empty.
    pub when: Vec<Expr>,
    /// The result.
    pub then: Expr,
}

/// `=`, `<>`, `<`, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComparisonOp {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// `+`, `-`, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `||`
    Concatenate,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `^`
    Power,
}

/// Predicates between two operands that do not chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PredicateOp {
    /// `STARTS WITH`
    StartsWith,
    /// `ENDS WITH`
    EndsWith,
    /// `CONTAINS`
    Contains,
    /// `=~`
    Matches,
    /// `IN`
    In,
}

/// `all`, `any`, `none`, `single`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuantifierKind {
    /// `all`
    All,
    /// `any`
    Any,
    /// `none`
    None,
    /// `single`
    Single,
}

/// `EXISTS`, `COUNT`, `COLLECT`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubqueryKind {
    /// `EXISTS {}`
    Exists,
    /// `COUNT {}`
    Count,
    /// `COLLECT {}`
    Collect,
}

/// What stands between the braces of a subquery expression.
#[derive(Clone, Debug, PartialEq)]
pub enum SubqueryBody {
    /// A pattern, with or without `WHERE`.
    Pattern {
        /// The pattern.
        pattern: GraphPattern,
        /// `WHERE`
        predicate: Option<Expr>,
    },
    /// A query.
    Query(Query),
}

/// An item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapProjectionItem {
    /// `key: expr`
    Entry(Name, Expr),
    /// `.key`
    Property(Name),
    /// `variable`
    Variable(Name),
    /// `.*`
    AllProperties,
}

/// A type as written: `INTEGER`, `LIST<STRING NOT NULL>`, `INTEGER | FLOAT`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// The alternatives; never empty.
    pub alternatives: Vec<SimpleType>,
}

/// One alternative of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimpleType {
    /// Upper-case words with single spaces (`LOCAL DATETIME`, `ANY`, `LIST`).
    pub name: String,
    /// The element type of a list.
    pub element: Option<Box<TypeName>>,
    /// Whether null is excluded (`NOT NULL`, `!`).
    pub not_null: bool,
}
