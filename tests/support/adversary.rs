//! Texts that nobody should write: deep nesting, long chains, large lists. `tests/adversary.rs` asks
//! for an answer or a named error; `benches/limits.rs` measures time and memory.

use polity::db::Params;
use polity::value::Value;

/// A text of one shape: `before`, `open` so many times, `inner`, `close` as often, `after`.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) times: usize,
    before: &'static str,
    open: &'static str,
    inner: &'static str,
    close: &'static str,
    after: &'static str,
    /// How the statement ends: an answer, or the detail of an error.
    pub(crate) expected: &'static str,
}

/// The answer is there.
pub(crate) const ANSWER: &str = "an answer";
const DEEP: &str = "QueryTooDeep";
/// Of a million.
const NESTED: usize = 1_000_000;
const CHAINED: usize = 100_000;

const fn nested(
    name: &'static str,
    before: &'static str,
    open: &'static str,
    inner: &'static str,
    close: &'static str,
) -> Shape {
    Shape {
        name,
        times: NESTED,
        before,
        open,
        inner,
        close,
        after: "",
        expected: DEEP,
    }
}

/// A mistake before the nesting counts: a quote or comment that has no end.
const fn unended(name: &'static str, open: &'static str) -> Shape {
    let mut shape = nested(name, "RETURN 1 ", open, "", "");
    shape.expected = "UnexpectedSyntax";
    shape
}

const fn chain(
    name: &'static str,
    before: &'static str,
    link: &'static str,
    after: &'static str,
    expected: &'static str,
) -> Shape {
    Shape {
        name,
        times: CHAINED,
        before,
        open: link,
        inner: "",
        close: "",
        after,
        expected,
    }
}

/// A limit on the whole text is met before its nesting is looked at.
const fn ends(expected: &'static str, mut shape: Shape) -> Shape {
    shape.expected = expected;
    shape
}

const fn times(times: usize, mut shape: Shape) -> Shape {
    shape.times = times;
    shape
}

#[rustfmt::skip]
pub(crate) const SHAPES: &[Shape] = &[
    // Brackets.
    nested("parentheses",          "RETURN ", "(", "1", ")"),
    nested("open parentheses",     "RETURN ", "(", "", ""),
    nested("lists",                "RETURN ", "[", "1", "]"),
    nested("maps",                 "RETURN ", "{a: ", "1", "}"),
    nested("calls",                "RETURN ", "abs(", "1", ")"),
    nested("indexes inside",       "RETURN ", "[1][", "0", "]"),
    nested("slices inside",        "RETURN ", "[1][0..", "0", "]"),
    nested("map projections",      "WITH {a: 1} AS m RETURN ", "m {a: ", "1", "}"),
    ends("QueryTooLong", nested("cases", "RETURN ", "CASE WHEN ", "true", " THEN 1 END")),
    ends("QueryTooLong", nested("simple cases", "RETURN ", "CASE ", "1", " WHEN 1 THEN 1 END")),
    nested("comprehensions",       "RETURN ", "[x IN ", "[]", " | x]"),
    ends("QueryTooLong", nested("pattern comprehensions", "RETURN ", "[(a)-->() WHERE ", "true", " | 1]")),
    ends("QueryTooLong", nested("quantifiers", "RETURN ", "all(x IN ", "[]", " WHERE x)")),
    ends("QueryTooLong", nested("reductions", "RETURN ", "reduce(a = 0, x IN ", "[]", " | a)")),
    ends("QueryTooLong", nested("existence", "MATCH (n) WHERE ", "EXISTS { (n) WHERE ", "true", "}")),
    ends("QueryTooLong", nested("counts", "RETURN ", "COUNT { MATCH (n) WHERE n.x = ", "1", "}")),
    ends("QueryTooLong", nested("subqueries", "", "CALL { ", "RETURN 1 AS x", " RETURN x }")),
    ends("QueryTooLong", nested("loops", "", "FOREACH (x IN [1] | ", "CREATE ()", ")")),
    nested("node patterns",        "MATCH ", "(", "(a)", ")"),
    nested("node properties",      "MATCH ", "(a {k: ", "1", "})"),
    nested("quantified paths",     "MATCH ", "(", "(a)-->(b)", ")+"),
    nested("label expressions",    "MATCH (n:", "(", "A", ")"),
    ends("QueryTooComplex", nested("types of lists", "RETURN 1 IS :: ", "LIST<", "INT", ">")),
    // Prefixes.
    nested("not",                  "RETURN ", "NOT ", "true", ""),
    nested("minus",                "RETURN ", "-", "1", ""),
    nested("minus apart",          "RETURN ", "- ", "1", ""),
    nested("plus",                 "RETURN ", "+", "1", ""),
    nested("negated labels",       "MATCH (n:", "!", "A) RETURN n", ""),
    // Openers that never end.
    unended("quotes",              "' \" "),
    unended("double quotes",       "\" ' "),
    unended("backticks",           "` ' "),
    unended("open comments",       "/* "),
    // A comment does not nest: the first end ends it.
    unended("block comments",      "/* */ */"),
    chain("line comments",         "RETURN 1 AS x ", "// ", "", ANSWER),
    unended("parameters",          "$"),
    unended("braces",              "}"),
    // Chains of one operator.
    chain("and",            "RETURN true", " AND true", " AS x", ANSWER),
    chain("or",             "RETURN true", " OR false", " AS x", ANSWER),
    chain("xor",            "RETURN true", " XOR true", " AS x", ANSWER),
    chain("sum",            "RETURN 1", " + 1", " AS x", ANSWER),
    chain("difference",     "RETURN 1", " - 1", " AS x", ANSWER),
    chain("product",        "RETURN 1", " * 1", " AS x", ANSWER),
    chain("quotient",       "RETURN 1", " / 1", " AS x", ANSWER),
    chain("remainder",      "RETURN 1", " % 2", " AS x", ANSWER),
    chain("power",          "RETURN 1", " ^ 1", " AS x", ANSWER),
    chain("joined text",    "RETURN 'a'", " || 'b'", " AS x", ANSWER),
    chain("equal",          "RETURN 1", " = 1", " AS x", ANSWER),
    chain("not equal",      "RETURN 1", " <> 2", " AS x", ANSWER),
    chain("less",           "RETURN 1", " < 2", " AS x", ANSWER),
    chain("in",             "RETURN 1", " IN [1]", " AS x", DEEP),
    chain("starts with",    "RETURN 'a'", " STARTS WITH 'a'", " AS x", DEEP),
    chain("matches",        "RETURN 'a'", " =~ 'a'", " AS x", DEEP),
    chain("is null",        "RETURN 1", " IS NULL", " AS x", DEEP),
    chain("properties",     "WITH {a: 1} AS m RETURN m", ".a", " AS x", DEEP),
    chain("indexes",        "RETURN [1]", "[0]", " AS x", DEEP),
    chain("label tests",    "MATCH (n) RETURN n", ":A", " AS x", ANSWER),
    chain("labels",         "MATCH (n", ":A", ") RETURN n", ANSWER),
    chain("label or",       "MATCH (n:A", "|A", ") RETURN n", ANSWER),
    chain("types",          "MATCH ()-[:A", "|A", "]->() RETURN 1 AS x", ANSWER),
    // Lists of parts.
    chain("items",          "RETURN [1", ", 1", "] AS x", ANSWER),
    chain("entries",        "RETURN {a: 1", ", a: 1", "} AS x", ANSWER),
    chain("arguments",      "RETURN coalesce(null", ", null", ") AS x", ANSWER),
    chain("columns",        "UNWIND [1] AS x RETURN x", ", x + 1", "", "ColumnNameConflict"),
    chain("case arms",      "RETURN CASE 0", " WHEN 1 THEN 1", " END AS x", ANSWER),
    chain("sort keys",      "UNWIND [1] AS x RETURN x ORDER BY x", ", x", "", ANSWER),
    chain("patterns",       "MATCH ()", ", ()", " RETURN 1 AS x", "PatternTooLarge"),
    chain("steps",          "MATCH ()", "-->()", " RETURN 1 AS x", "PatternTooLarge"),
    chain("created steps",  "CREATE ()", "-[:A]->()", "", ANSWER),
    chain("set items",      "CREATE (n) SET n.x = 1", ", n.x = 1", "", ANSWER),
    // Chains of clauses.
    chain("with",           "", "WITH 1 AS x ", "RETURN 1 AS x", "TooManyClauses"),
    chain("unwind",         "", "UNWIND [1] AS x WITH 1 AS y ", "RETURN 1 AS x", "TooManyClauses"),
    chain("match",          "", "MATCH (n:A) ", "RETURN 1 AS x", "TooManyClauses"),
    chain("optional match", "", "OPTIONAL MATCH (n) ", "RETURN 1 AS x", "TooManyClauses"),
    chain("create",         "", "CREATE (:A) ", "", ANSWER),
    chain("merge",          "", "MERGE (:A) ", "", "TooManyClauses"),
    times(10_000, chain("union", "RETURN 1 AS x", " UNION RETURN 1 AS x", "", "TooManyParts")),
    times(10_000, chain("union all", "RETURN 1 AS x", " UNION ALL RETURN 1 AS x", "", "TooManyParts")),
    // Much text.
    times(1_000_000, chain("a million items", "RETURN [1", ",1", "] AS x", ANSWER)),
    times(1_000_000, chain("a million texts", "UNWIND ['a'", ",'a'", "] AS x RETURN count(x) AS n", ANSWER)),
    times(10_000_000, chain("10 MB of text", "RETURN size('", "a", "') AS x", ANSWER)),
    times(10_000_000, chain("10 MB of name", "RETURN 1 AS ", "a", "", ANSWER)),
    times(10_000_000, chain("10 MB of digits", "RETURN ", "1", " AS x", "IntegerOverflow")),
    times(10_000_000, chain("10 MB of blanks", "RETURN", " ", "1 AS x", ANSWER)),
    times(10_000_000, chain("10 MB of comment", "RETURN 1 AS x /*", "a", "*/", ANSWER)),
    times(10_000_000, chain("10 MB of semicolons", "RETURN 1 AS x", ";", "", "QueryTooComplex")),
    times(2_000_000, chain("10 MB of words", "RETURN 1", " word", "", "QueryTooComplex")),
    times(1_000_000, chain("10 MB of clauses", "", "CREATE () ", "", "QueryTooComplex")),
];

impl Shape {
    /// Returns the text. Without optimization a thirtieth of it is long enough to wait for, but where
    /// only its length counts.
    pub(crate) fn text(&self) -> String {
        let counts = matches!(
            self.expected,
            "QueryTooLong" | "QueryTooComplex" | "TooManyParts"
        );
        let whole = !cfg!(debug_assertions) || counts;
        let times = if whole { self.times } else { self.times / 30 };
        let (open, close) = (self.open.repeat(times), self.close.repeat(times));
        [self.before, &open, self.inner, &close, self.after].concat()
    }
}

/// A statement with a hundred thousand parameters.
pub(crate) fn many_parameters() -> (String, Params) {
    let names = || (0..CHAINED).map(|number| format!("p{number}"));
    let mut params = Params::default();
    for name in names() {
        params.insert(name, Value::from(1));
    }
    let uses: Vec<String> = names().map(|name| format!("${name}")).collect();
    (format!("RETURN size([{}]) AS x", uses.join(", ")), params)
}
