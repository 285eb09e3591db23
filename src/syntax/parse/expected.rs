//! The table from grammar rules to the user's words, and the sentence made of them.
//!
//! Nothing that the user reads names a rule; this is the only place that knows both.

use super::Rule;

/// In which group of "expected …" something is named, in the order of that list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// An expression, and everything that only begins one.
    Expression,
    /// Something with a description.
    Thing,
    /// Anything that goes on with an expression.
    Operator,
    /// Punctuation.
    Symbol,
    /// A keyword inside a clause.
    Keyword,
    /// The first word of a clause.
    Clause,
    /// Any clause.
    Statement,
    /// The end of the statement.
    End,
    /// Not worth naming, but a misspelt word may be meant.
    Unnamed,
}

/// Returns how a rule is called, and the keywords that it can begin with.
fn words(rule: Rule) -> (Group, &'static [&'static str]) {
    match rule {
        Rule::compound_expression
        | Rule::filter_expression
        | Rule::number_literal
        | Rule::string_literal
        | Rule::boolean_literal
        | Rule::special_float
        | Rule::parenthesized
        | Rule::paren
        | Rule::list_value
        | Rule::map_value
        | Rule::function_invocation
        | Rule::function_name
        | Rule::minus_sign
        | Rule::plus_sign
        | Rule::return_item
        | Rule::sort_specification
        | Rule::parameter => (Group::Expression, &[]),
        Rule::k_null => (Group::Expression, &["NULL"]),
        Rule::k_not => (Group::Expression, &["NOT"]),
        Rule::case_expression | Rule::k_case => (Group::Expression, &["CASE"]),
        Rule::subquery_expression => (Group::Expression, &["EXISTS", "COUNT", "COLLECT"]),
        Rule::k_exists => (Group::Expression, &["EXISTS"]),

        Rule::left_paren => (Group::Symbol, &["("]),
        Rule::left_brace => (Group::Symbol, &["{"]),
        Rule::colon => (Group::Symbol, &[":"]),
        Rule::vertical_bar | Rule::element_projection => (Group::Symbol, &["|"]),
        Rule::right_angle => (Group::Symbol, &[">"]),
        Rule::right_paren => (Group::Symbol, &[")"]),
        Rule::right_bracket => (Group::Symbol, &["]"]),
        Rule::right_brace => (Group::Symbol, &["}"]),
        Rule::equals | Rule::plus_equals => (Group::Symbol, &["="]),
        Rule::asterisk => (Group::Symbol, &["*"]),
        Rule::arrow_end => (Group::Symbol, &["-"]),
        Rule::EOI => (Group::End, &[]),
        _ => operator_words(rule)
            .or_else(|| clause_words(rule))
            .or_else(|| thing_words(rule))
            .unwrap_or_else(|| keyword_words(rule)),
    }
}

fn operator_words(rule: Rule) -> Option<(Group, &'static [&'static str])> {
    let words: &[&str] = match rule {
        Rule::k_and => &["AND"],
        Rule::k_or => &["OR"],
        Rule::k_xor => &["XOR"],
        Rule::k_in => &["IN"],
        Rule::k_contains => &["CONTAINS"],
        Rule::starts_with | Rule::k_starts => &["STARTS"],
        Rule::ends_with | Rule::k_ends => &["ENDS"],
        Rule::is_predicate | Rule::filter_is_predicate | Rule::k_is => &["IS"],
        Rule::regex_equals
        | Rule::not_equals
        | Rule::less
        | Rule::less_or_equal
        | Rule::greater
        | Rule::greater_or_equal
        | Rule::add
        | Rule::subtract
        | Rule::concatenate
        | Rule::multiply
        | Rule::divide
        | Rule::modulo
        | Rule::power
        | Rule::type_predicate
        | Rule::filter_type_predicate
        | Rule::property_reference
        | Rule::element_reference
        | Rule::has_labels
        | Rule::filter_has_labels
        | Rule::map_projection => &[],
        _ => return None,
    };
    Some((Group::Operator, words))
}

/// The words that a statement can begin with.
const STATEMENT_WORDS: &[&str] = &[
    "MATCH", "RETURN", "OPTIONAL", "WITH", "UNWIND", "CREATE", "MERGE", "CALL", "SET", "DELETE",
    "DETACH", "REMOVE", "FOREACH", "LOAD", "FINISH", "EXPLAIN", "PROFILE", "BEGIN", "COMMIT",
    "ROLLBACK", "SHOW", "DROP",
];

/// Keywords of a clause in the order in which they are named.
const CLAUSE_ORDER: [&str; 6] = [
    "`AS`",
    "`WHERE`",
    "`YIELD`",
    "`ORDER BY`",
    "`SKIP`",
    "`LIMIT`",
];

fn clause_words(rule: Rule) -> Option<(Group, &'static [&'static str])> {
    Some(match rule {
        Rule::match_statement | Rule::k_match | Rule::k_optional => {
            (Group::Clause, &["MATCH", "OPTIONAL"])
        }
        Rule::return_statement | Rule::k_return => (Group::Clause, &["RETURN"]),
        Rule::with_statement | Rule::k_with | Rule::with_headers => (Group::Clause, &["WITH"]),
        Rule::unwind_statement | Rule::k_unwind => (Group::Clause, &["UNWIND"]),
        Rule::create_statement | Rule::k_create => (Group::Clause, &["CREATE"]),
        Rule::merge_statement | Rule::k_merge => (Group::Clause, &["MERGE"]),
        Rule::set_statement | Rule::k_set => (Group::Clause, &["SET"]),
        Rule::remove_statement | Rule::k_remove => (Group::Clause, &["REMOVE"]),
        Rule::delete_statement | Rule::k_delete | Rule::k_detach => {
            (Group::Clause, &["DELETE", "DETACH"])
        }
        Rule::call_procedure_statement | Rule::k_call => (Group::Clause, &["CALL", "OPTIONAL"]),
        Rule::foreach_statement | Rule::k_foreach => (Group::Clause, &["FOREACH"]),
        Rule::load_csv_statement | Rule::k_load => (Group::Clause, &["LOAD CSV"]),
        Rule::finish_statement | Rule::k_finish => (Group::Clause, &["FINISH"]),
        Rule::union | Rule::k_union => (Group::Clause, &["UNION"]),
        Rule::statement | Rule::composite_statement | Rule::linear_statement => {
            (Group::Statement, STATEMENT_WORDS)
        }
        Rule::explain_mode => (Group::Unnamed, &["EXPLAIN", "PROFILE"]),
        Rule::schema_command => (Group::Unnamed, &["CREATE", "DROP"]),
        Rule::create_index | Rule::create_constraint => (Group::Unnamed, &["CREATE"]),
        Rule::drop_index | Rule::drop_constraint | Rule::k_drop => (Group::Unnamed, &["DROP"]),
        Rule::show_command | Rule::k_show => (Group::Unnamed, &["SHOW"]),
        Rule::transaction_command => (Group::Unnamed, &["BEGIN", "COMMIT", "ROLLBACK"]),
        _ => return None,
    })
}

fn thing_words(rule: Rule) -> Option<(Group, &'static [&'static str])> {
    let description: &[&str] = match rule {
        Rule::variable | Rule::variable_selector | Rule::yield_item => &["a variable"],
        Rule::name | Rule::schema_name => &["a name"],
        Rule::procedure_name | Rule::named_procedure_call => &["a procedure"],
        Rule::literal_map_field | Rule::field_selector | Rule::all_fields_selector => &["a key"],
        Rule::unsigned_integer => &["a number"],
        Rule::value_type
        | Rule::filter_value_type
        | Rule::simple_type
        | Rule::type_name
        | Rule::type_word => &["a type"],
        Rule::label_expression
        | Rule::filter_label_expression
        | Rule::label_term
        | Rule::label_negation
        | Rule::wildcard_label => &["a label or type"],
        Rule::graph_pattern
        | Rule::path_pattern
        | Rule::node_pattern
        | Rule::group_pattern
        | Rule::group
        | Rule::legacy_shortest_path_pattern => &["a node `(…)`"],
        Rule::relationship_pattern | Rule::arrow | Rule::left_arrow_head | Rule::path_step => {
            &["a relationship `-->`"]
        }
        Rule::relationship_detail => &["`[…]`"],
        Rule::path_length => &["a length `*`"],
        Rule::element_properties => &["properties `{…}`"],
        Rule::procedure_arguments => &["arguments `(…)`"],
        Rule::call_subquery => &["a subquery `{…}`"],
        Rule::set_item | Rule::set_target => &["a property or variable"],
        Rule::bound_separator => &["`,`"],
        Rule::demand => &["`UNIQUE`, `NOT NULL`, `:: TYPE`"],
        Rule::indexed_node => &["a node `(n:Label)`"],
        Rule::indexed_property => &["a property `(n.key)`"],
        Rule::plain_property => &["a property `n.key`"],
        Rule::shown => {
            &["`LABELS`, `TYPES`, `KEYS`, `FUNCTIONS`, `PROCEDURES`, `INDEXES`, `CONSTRAINTS`"]
        }
        Rule::double_period => &["`..`"],
        _ => return None,
    };
    Some((Group::Thing, description))
}

fn keyword_words(rule: Rule) -> (Group, &'static [&'static str]) {
    let words: &[&str] = match rule {
        Rule::k_all => &["ALL"],
        Rule::k_any => &["ANY"],
        Rule::k_as | Rule::as_of => &["AS"],
        Rule::k_asc => &["ASC"],
        Rule::k_desc => &["DESC"],
        Rule::k_begin => &["BEGIN"],
        Rule::k_by => &["BY"],
        Rule::k_commit => &["COMMIT"],
        Rule::k_csv => &["CSV"],
        Rule::k_distinct => &["DISTINCT"],
        Rule::k_elements => &["ELEMENTS"],
        Rule::k_else | Rule::else_clause => &["ELSE"],
        Rule::k_end => &["END"],
        Rule::k_explain => &["EXPLAIN"],
        Rule::k_fieldterminator | Rule::field_terminator => &["FIELDTERMINATOR"],
        Rule::k_constraint => &["CONSTRAINT"],
        Rule::k_for => &["FOR"],
        Rule::k_if | Rule::if_exists | Rule::if_not_exists => &["IF"],
        Rule::k_index => &["INDEX"],
        Rule::k_require => &["REQUIRE"],
        Rule::k_unique => &["UNIQUE"],
        Rule::k_from => &["FROM"],
        Rule::k_keys => &["KEYS"],
        Rule::k_groups => &["GROUPS"],
        Rule::k_headers => &["HEADERS"],
        Rule::k_limit | Rule::limit_clause => &["LIMIT"],
        Rule::k_of => &["OF"],
        Rule::k_offset | Rule::offset_clause => &["SKIP"],
        Rule::k_on | Rule::merge_action => &["ON"],
        Rule::k_order | Rule::order_by_clause => &["ORDER BY"],
        Rule::k_paths => &["PATHS"],
        Rule::k_profile => &["PROFILE"],
        Rule::k_relationships => &["RELATIONSHIPS"],
        Rule::k_rollback => &["ROLLBACK"],
        Rule::k_shortest | Rule::path_search_prefix => &["SHORTEST"],
        Rule::k_then => &["THEN"],
        Rule::k_typed => &["TYPED"],
        Rule::k_types => &["TYPES"],
        Rule::k_when | Rule::when_clause => &["WHEN"],
        Rule::k_where | Rule::where_clause | Rule::element_filter => &["WHERE"],
        Rule::k_yield | Rule::yield_clause | Rule::show_yield => &["YIELD"],
        Rule::set_quantifier => return (Group::Unnamed, &["DISTINCT"]),
        _ => return (Group::Unnamed, &[]),
    };
    (Group::Keyword, words)
}

/// Says what is expected where one of `rules` could stand; `None` where there is nothing to say.
pub(super) fn sentence(rules: &[Rule]) -> Option<String> {
    let mut named: Vec<(Group, String)> = Vec::new();
    for rule in rules {
        let Some((group, text)) = name(*rule, rules) else {
            continue;
        };
        if !named.iter().any(|(_, known)| *known == text) {
            named.push((group, text));
        }
    }
    let has = |wanted| named.iter().any(|(group, _)| *group == wanted);
    let (has_expression, has_operator) = (has(Group::Expression), has(Group::Operator));
    if has_expression {
        // A variable and a name are expressions.
        named.retain(|(_, text)| text != "a variable" && text != "a name");
    }
    if has_operator {
        // `=` and `-` are operators.
        named.retain(|(group, text)| {
            !(*group == Group::Symbol && text == "`=`") && text != "a relationship `-->`"
        });
    }
    if named
        .iter()
        .filter(|(group, _)| *group == Group::Clause)
        .count()
        > 3
    {
        named.retain(|(group, _)| *group != Group::Clause);
        named.push((Group::Clause, "a clause".to_owned()));
    }
    let place = |text: &str| CLAUSE_ORDER.iter().position(|known| *known == text);
    named.sort_by_key(|(group, text)| (*group, place(text)));
    join(named.into_iter().map(|(_, text)| text).collect())
}

/// How one rule is called among others.
fn name(rule: Rule, rules: &[Rule]) -> Option<(Group, String)> {
    let (group, words) = words(rule);
    let text = match (group, words.first()) {
        (Group::Expression, _) => "an expression".to_owned(),
        (Group::Operator, _) if rules.contains(&Rule::plus_equals) => "`=`".to_owned(),
        (Group::Operator, Some(_)) if rules.contains(&Rule::element_properties) => {
            return Some((Group::Thing, "a label or type".to_owned()));
        }
        (Group::Operator, Some(word)) if is_only_operator(rules) => format!("`{word}`"),
        (Group::Operator, _) => "an operator".to_owned(),
        (Group::Statement, _) => "a clause such as `MATCH`".to_owned(),
        (Group::End, _) => "the end".to_owned(),
        (Group::Thing, Some(description)) => (*description).to_owned(),
        (Group::Symbol | Group::Keyword | Group::Clause, Some(word)) => format!("`{word}`"),
        _ => return None,
    };
    Some((group, text))
}

/// Whether an operator is expected as a keyword of a clause: `FOREACH (x IN …`.
fn is_only_operator(rules: &[Rule]) -> bool {
    let operators = rules
        .iter()
        .filter(|rule| words(**rule).0 == Group::Operator);
    operators.count() == 1
}

fn join(mut texts: Vec<String>) -> Option<String> {
    let last = texts.pop()?;
    Some(if texts.is_empty() {
        format!("expected {last}")
    } else {
        format!("expected {} or {last}", texts.join(", "))
    })
}

/// The keywords that could stand where one of `rules` could.
pub(super) fn keywords(rules: &[Rule]) -> Vec<&'static str> {
    let mut keywords = Vec::new();
    for rule in rules {
        let (group, words) = words(*rule);
        match group {
            Group::Symbol | Group::End => {}
            Group::Thing => {
                let words = words.iter().flat_map(|words| words.split(", "));
                keywords.extend(words.filter_map(in_backticks));
            }
            _ => keywords.extend(words.iter().flat_map(|words| words.split(' ').take(1))),
        }
    }
    keywords
}

/// A keyword among the things that are named: `` `LABELS` ``.
fn in_backticks(words: &'static str) -> Option<&'static str> {
    let word = words.strip_prefix('`')?.strip_suffix('`')?;
    word.chars().all(char::is_alphabetic).then_some(word)
}

/// The names of types, where a type could stand.
pub(super) fn types(rules: &[Rule]) -> &'static [&'static str] {
    let wanted = rules.iter().any(|rule| {
        matches!(
            rule,
            Rule::value_type | Rule::simple_type | Rule::type_name | Rule::type_word
        )
    });
    if wanted { TYPES } else { &[] }
}

/// The types, by their first words.
const TYPES: &[&str] = &[
    "INTEGER",
    "FLOAT",
    "STRING",
    "BOOLEAN",
    "DATE",
    "DATETIME",
    "TIME",
    "TIMESTAMP",
    "LOCAL",
    "ZONED",
    "DURATION",
    "LIST",
    "MAP",
    "NODE",
    "RELATIONSHIP",
    "PATH",
    "ANY",
    "NOTHING",
    "NULL",
];

/// Whether a variable, but no other expression, could stand where one of `rules` could.
pub(super) fn wants_variable(rules: &[Rule]) -> bool {
    rules
        .iter()
        .any(|rule| matches!(rule, Rule::variable | Rule::variable_selector))
}

/// Whether a node pattern could stand there.
pub(super) fn wants_node(rules: &[Rule]) -> bool {
    rules.iter().any(|rule| {
        matches!(
            rule,
            Rule::node_pattern | Rule::path_pattern | Rule::graph_pattern
        )
    })
}

/// Whether an operator could stand there: an operand is complete.
pub(super) fn wants_operator(rules: &[Rule]) -> bool {
    rules.iter().any(|rule| words(*rule).0 == Group::Operator)
}

/// Whether the second half of an arrow could stand there.
pub(super) fn wants_arrow(rules: &[Rule]) -> bool {
    rules.contains(&Rule::arrow_end)
}

/// Whether nothing but the end of the statement could stand there.
pub(super) fn wants_end(rules: &[Rule]) -> bool {
    matches!(rules, [Rule::EOI])
}
