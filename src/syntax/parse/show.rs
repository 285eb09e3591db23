//! `SHOW`.

use super::call::yield_item;
use super::clause::{order_by, projection};
use super::expression::{condition_of, value_of};
use super::{Node, Rule, last_child, tight_span};
use crate::error::Result;
use crate::syntax::ast::{Show, ShowKind, ShowYield, Spanned};

/// `SHOW LABELS YIELD name RETURN name`
pub(super) fn show(node: Node<'_>) -> Result<Show> {
    let mut show = Show {
        kind: Spanned::new(ShowKind::Labels, tight_span(&node)),
        yields: None,
        predicate: None,
        returns: None,
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::shown => show.kind = Spanned::new(kind(&child), tight_span(&child)),
            Rule::show_yield => show.yields = Some(show_yield(child)?),
            Rule::where_clause => show.predicate = Some(condition_of(child)?),
            Rule::return_statement => show.returns = Some(projection(child)?.0),
            _ => {}
        }
    }
    Ok(show)
}

fn kind(node: &Node<'_>) -> ShowKind {
    match last_child(node.clone()).as_rule() {
        Rule::k_types => ShowKind::Types,
        Rule::k_keys => ShowKind::Keys,
        Rule::k_functions => ShowKind::Functions,
        Rule::k_procedures => ShowKind::Procedures,
        Rule::k_indexes => ShowKind::Indexes,
        Rule::k_constraints => ShowKind::Constraints,
        _ => ShowKind::Labels,
    }
}

fn show_yield(node: Node<'_>) -> Result<ShowYield> {
    let mut yields = ShowYield {
        items: None,
        order_by: Vec::new(),
        skip: None,
        limit: None,
        predicate: None,
    };
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::yield_item => {
                let item = yield_item(child)?;
                yields.items.get_or_insert_default().push(item);
            }
            Rule::order_by_clause => yields.order_by = order_by(child)?,
            Rule::offset_clause => yields.skip = Some(value_of(child)?),
            Rule::limit_clause => yields.limit = Some(value_of(child)?),
            Rule::where_clause => yields.predicate = Some(condition_of(child)?),
            _ => {}
        }
    }
    Ok(yields)
}

#[cfg(test)]
mod tests {
    use crate::syntax::{parse, print};

    #[track_caller]
    fn check(text: &str, printed: &str) {
        let tree = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(print::statement(&tree), printed);
    }

    #[test]
    fn plural_and_singular_are_the_same() {
        check("show label", "SHOW LABELS");
        check("SHOW RELATIONSHIP TYPES;", "SHOW TYPES");
        check("SHOW PROPERTY KEYS", "SHOW KEYS");
        check("show index", "SHOW INDEXES");
        check("SHOW CONSTRAINT", "SHOW CONSTRAINTS");
    }

    #[test]
    fn a_show_can_be_cut_and_sorted() {
        for text in [
            "SHOW FUNCTIONS WHERE category = 'list'",
            "SHOW PROCEDURES YIELD *",
            "SHOW LABELS YIELD name AS `order`, count ORDER BY count DESC SKIP 1 LIMIT 2 \
             WHERE count > 1 RETURN DISTINCT count",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn columns_are_returned_only_where_they_are_yielded() {
        assert!(parse("SHOW LABELS RETURN name").is_err());
        assert!(parse("SHOW LABELS YIELD count(*)").is_err());
        assert!(parse("SHOW").is_err());
    }
}
