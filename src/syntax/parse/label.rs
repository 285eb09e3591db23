//! Label expressions.

use super::{Node, Rule, literal, span_of, with_stack};
use crate::error::Result;
use crate::syntax::ast::LabelExpr;

/// `A&(B|!C)`, `A:B`, `A|:B`
pub(super) fn labels(node: Node<'_>) -> Result<LabelExpr> {
    with_stack(|| match node.as_rule() {
        Rule::label_expression | Rule::filter_label_expression => {
            let mut terms = node
                .into_inner()
                .map(label_term)
                .collect::<Result<Vec<_>>>()?;
            Ok(if terms.len() == 1 {
                terms.remove(0)
            } else {
                LabelExpr::Or(terms)
            })
        }
        _ => label_term(node),
    })
}

fn label_term(node: Node<'_>) -> Result<LabelExpr> {
    let mut factors = Vec::new();
    let mut negations = 0_usize;
    for child in node.into_inner() {
        let factor = match child.as_rule() {
            Rule::label_negation => {
                negations += 1;
                continue;
            }
            Rule::name => LabelExpr::Name(literal::name(&child)?),
            Rule::wildcard_label => LabelExpr::Wildcard(span_of(&child)),
            Rule::label_expression => labels(child)?,
            _ => continue,
        };
        let factor = (0..negations).fold(factor, |factor, _| LabelExpr::Not(Box::new(factor)));
        negations = 0;
        factors.push(factor);
    }
    Ok(if factors.len() == 1 {
        factors.remove(0)
    } else {
        LabelExpr::And(factors)
    })
}
