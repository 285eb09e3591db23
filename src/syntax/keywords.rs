//! The words of the language, with a line of help each: for completion, highlighting, `:help` and
//! the hints of errors.

/// What a keyword does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordKind {
    /// Begins a clause or statement.
    Clause,
    /// Belongs to a clause.
    Subclause,
    /// An operator or a part of an expression.
    Operator,
    /// A literal.
    Literal,
    /// Reserved for later.
    Future,
}

/// A keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word in capitals.
    pub word: &'static str,
    /// What it does.
    pub kind: KeywordKind,
    /// Whether it needs backticks to be a variable.
    pub reserved: bool,
    /// What it is for, in one line.
    pub help: &'static str,
}

const fn reserved(word: &'static str, kind: KeywordKind, help: &'static str) -> Keyword {
    Keyword {
        word,
        kind,
        reserved: true,
        help,
    }
}

const fn free(word: &'static str, kind: KeywordKind, help: &'static str) -> Keyword {
    Keyword {
        word,
        kind,
        reserved: false,
        help,
    }
}

use KeywordKind::{Clause, Future, Literal, Operator, Subclause};

/// All keywords, sorted by their words.
pub const KEYWORDS: &[Keyword] = &[
    free("ACYCLIC", Subclause, "path mode: no node twice"),
    reserved("ADD", Future, "reserved"),
    reserved(
        "ALL",
        Subclause,
        "UNION ALL, ALL SHORTEST, all(x IN list WHERE …)",
    ),
    free(
        "ALLSHORTESTPATHS",
        Operator,
        "allShortestPaths((a)-[*]-(b)): all shortest paths between two nodes",
    ),
    reserved("AND", Operator, "a AND b: both are true"),
    free("ANY", Subclause, "ANY SHORTEST, any(x IN list WHERE …)"),
    reserved("AS", Subclause, "expression AS name; MATCH … AS OF moment"),
    reserved("ASC", Subclause, "ORDER BY x ASC: from low to high"),
    reserved("ASCENDING", Subclause, "the same as ASC"),
    free("BEGIN", Clause, "begins a transaction"),
    reserved("BY", Subclause, "ORDER BY x"),
    reserved(
        "CALL",
        Clause,
        "CALL procedure(…) YIELD column; CALL (x) { … } for a subquery",
    ),
    reserved(
        "CASE",
        Operator,
        "CASE WHEN condition THEN result ELSE other END",
    ),
    free(
        "COLLECT",
        Operator,
        "collect(x) as an aggregate; COLLECT { … } for a subquery's rows as a list",
    ),
    free(
        "COMMIT",
        Clause,
        "makes the transaction's changes permanent",
    ),
    reserved(
        "CONSTRAINT",
        Subclause,
        "CREATE CONSTRAINT FOR (n:Label) REQUIRE n.key IS UNIQUE; DROP CONSTRAINT name",
    ),
    free("CONSTRAINTS", Subclause, "SHOW CONSTRAINTS"),
    reserved("CONTAINS", Operator, "text CONTAINS part"),
    free(
        "COUNT",
        Operator,
        "count(*), count(x); COUNT { … } for the number of a subquery's rows",
    ),
    reserved(
        "CREATE",
        Clause,
        "CREATE (a:Label {key: value})-[:TYPE]->(b): makes nodes and relationships",
    ),
    free("CSV", Subclause, "LOAD CSV"),
    reserved(
        "DELETE",
        Clause,
        "DELETE a: removes nodes and relationships",
    ),
    reserved("DESC", Subclause, "ORDER BY x DESC: from high to low"),
    reserved("DESCENDING", Subclause, "the same as DESC"),
    reserved(
        "DETACH",
        Clause,
        "DETACH DELETE n: removes a node with its relationships",
    ),
    free(
        "DIFFERENT",
        Subclause,
        "MATCH DIFFERENT RELATIONSHIPS: the default",
    ),
    reserved(
        "DISTINCT",
        Subclause,
        "RETURN DISTINCT x, count(DISTINCT x): without duplicates",
    ),
    reserved("DO", Future, "reserved"),
    reserved("DROP", Clause, "DROP INDEX name, DROP CONSTRAINT name"),
    free("ELEMENTS", Subclause, "MATCH REPEATABLE ELEMENTS"),
    reserved("ELSE", Operator, "the last branch of CASE"),
    reserved("END", Operator, "ends CASE"),
    reserved("ENDS", Operator, "text ENDS WITH part"),
    reserved(
        "EXISTS",
        Operator,
        "EXISTS { pattern }: whether there is a match",
    ),
    free(
        "EXPLAIN",
        Clause,
        "shows the plan of a query without running it; EXPLAIN VERBOSE shows each step",
    ),
    reserved("FALSE", Literal, "not true"),
    free("FIELDTERMINATOR", Subclause, "the separator of LOAD CSV"),
    free("FINISH", Clause, "ends a query without rows"),
    reserved("FOR", Subclause, "CREATE INDEX FOR (n:Label) ON (n.key)"),
    free(
        "FOREACH",
        Clause,
        "FOREACH (x IN list | SET …): updates for each element",
    ),
    reserved("FROM", Subclause, "LOAD CSV FROM file"),
    free("FUNCTIONS", Subclause, "SHOW FUNCTIONS"),
    reserved("GRAPH", Future, "reserved"),
    free(
        "GROUPS",
        Subclause,
        "SHORTEST k GROUPS: all paths of the k smallest lengths",
    ),
    free("HEADERS", Subclause, "LOAD CSV WITH HEADERS"),
    free(
        "IF",
        Subclause,
        "CREATE INDEX … IF NOT EXISTS, DROP INDEX … IF EXISTS",
    ),
    reserved("IN", Operator, "x IN list"),
    free(
        "INDEX",
        Subclause,
        "CREATE INDEX FOR (n:Label) ON (n.key); DROP INDEX name",
    ),
    free("INDEXES", Subclause, "SHOW INDEXES"),
    reserved("INF", Literal, "infinity"),
    reserved("INFINITY", Literal, "infinity"),
    reserved(
        "IS",
        Operator,
        "x IS NULL, x IS NOT NULL, n IS Label, x IS :: TYPE",
    ),
    free("KEYS", Subclause, "SHOW KEYS"),
    free("LABELS", Subclause, "SHOW LABELS"),
    reserved("LIMIT", Subclause, "at most so many rows"),
    free("LOAD", Clause, "LOAD CSV FROM file AS row: rows of a file"),
    reserved("MANDATORY", Future, "reserved"),
    reserved(
        "MATCH",
        Clause,
        "MATCH (a:Label)-[:TYPE]->(b): finds patterns in the graph",
    ),
    reserved(
        "MERGE",
        Clause,
        "MERGE pattern: finds it, or creates it where it is missing",
    ),
    reserved("NAN", Literal, "not a number"),
    free("NONE", Operator, "none(x IN list WHERE condition)"),
    reserved("NOT", Operator, "NOT a: a is false"),
    reserved("NULL", Literal, "no value"),
    reserved(
        "OF",
        Subclause,
        "MATCH … AS OF moment: what held on that day",
    ),
    free("OFFSET", Subclause, "the same as SKIP"),
    reserved("ON", Subclause, "MERGE … ON CREATE SET …, ON MATCH SET …"),
    reserved(
        "OPTIONAL",
        Clause,
        "OPTIONAL MATCH: keeps rows without a match",
    ),
    reserved("OR", Operator, "a OR b: one of them is true"),
    reserved("ORDER", Subclause, "ORDER BY x DESC: sorts rows"),
    free("PATH", Subclause, "the same as PATHS"),
    free("PATHS", Subclause, "ANY 3 PATHS, SHORTEST 2 PATHS"),
    free("PROCEDURES", Subclause, "SHOW PROCEDURES"),
    free(
        "PROFILE",
        Clause,
        "runs a query and shows rows and time of each step",
    ),
    free("PROPERTY", Subclause, "SHOW PROPERTY KEYS"),
    free("REDUCE", Operator, "reduce(a = 0, x IN list | a + x)"),
    free("RELATIONSHIPS", Subclause, "MATCH DIFFERENT RELATIONSHIPS"),
    reserved(
        "REMOVE",
        Clause,
        "REMOVE n.key, n:Label: removes properties and labels",
    ),
    free(
        "REPEATABLE",
        Subclause,
        "MATCH REPEATABLE ELEMENTS: relationships may repeat",
    ),
    reserved(
        "REQUIRE",
        Subclause,
        "CREATE CONSTRAINT … REQUIRE n.key IS UNIQUE",
    ),
    reserved(
        "RETURN",
        Clause,
        "RETURN x AS name: the columns of the result",
    ),
    free("ROLLBACK", Clause, "takes the transaction's changes back"),
    reserved("SCALAR", Future, "reserved"),
    reserved(
        "SET",
        Clause,
        "SET n.key = value, n += map, n:Label: changes properties and labels",
    ),
    free(
        "SHORTEST",
        Subclause,
        "ANY SHORTEST, ALL SHORTEST, SHORTEST k: the shortest paths",
    ),
    free(
        "SHORTESTPATH",
        Operator,
        "shortestPath((a)-[*]-(b)): one shortest path between two nodes",
    ),
    free(
        "SHOW",
        Clause,
        "SHOW LABELS, SHOW FUNCTIONS …: lists what there is; YIELD and WHERE cut it",
    ),
    free(
        "SIMPLE",
        Subclause,
        "path mode: no node twice, but the first may be the last",
    ),
    free("SINGLE", Operator, "single(x IN list WHERE condition)"),
    reserved("SKIP", Subclause, "leaves out so many rows"),
    reserved("STARTS", Operator, "text STARTS WITH part"),
    reserved("THEN", Operator, "CASE WHEN condition THEN result"),
    free("TRAIL", Subclause, "path mode: no relationship twice"),
    free("TRANSACTION", Subclause, "BEGIN TRANSACTION"),
    reserved("TRUE", Literal, "true"),
    free("TYPED", Operator, "x IS TYPED INTEGER"),
    free("TYPES", Subclause, "SHOW TYPES, SHOW RELATIONSHIP TYPES"),
    reserved("UNION", Clause, "puts the rows of two queries together"),
    reserved(
        "UNIQUE",
        Operator,
        "REQUIRE n.key IS UNIQUE: no value twice",
    ),
    reserved("UNWIND", Clause, "UNWIND list AS x: a row for each element"),
    free("VERBOSE", Subclause, "EXPLAIN VERBOSE"),
    free("WALK", Subclause, "path mode: anything may repeat"),
    reserved("WHEN", Operator, "CASE WHEN condition THEN result"),
    reserved(
        "WHERE",
        Subclause,
        "keeps rows for which a condition is true",
    ),
    reserved(
        "WITH",
        Clause,
        "WITH x, count(*) AS n: passes rows on to the next clause",
    ),
    reserved("XOR", Operator, "a XOR b: exactly one of them is true"),
    reserved("YIELD", Subclause, "CALL procedure(…) YIELD column"),
];

/// Returns a keyword by its word, in any case.
#[must_use]
pub fn keyword(word: &str) -> Option<&'static Keyword> {
    let word = word.to_ascii_uppercase();
    let index = KEYWORDS
        .binary_search_by(|keyword| keyword.word.cmp(word.as_str()))
        .ok()?;
    KEYWORDS.get(index)
}

/// Whether this is a keyword, in any case.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    keyword(word).is_some()
}

/// Whether this word needs backticks to be a variable.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    keyword(word).is_some_and(|keyword| keyword.reserved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn the_table_is_sorted() {
        assert!(KEYWORDS.is_sorted_by_key(|keyword| keyword.word));
    }

    #[test]
    fn reserved_words_of_table_and_grammar_agree() {
        for keyword in KEYWORDS {
            let word = keyword.word.to_lowercase();
            let as_variable = parse(&format!("UNWIND [1] AS {word} RETURN 1"));
            assert_eq!(as_variable.is_err(), keyword.reserved, "{word}");
        }
    }

    #[test]
    fn any_word_can_be_a_label_type_key_or_parameter() {
        for keyword in KEYWORDS {
            let word = keyword.word;
            let text =
                format!("MATCH (n:{word} {{{word}: ${word}}})-[:{word}]->() RETURN n.{word}");
            assert!(parse(&text).is_ok(), "{text}");
        }
    }
}
