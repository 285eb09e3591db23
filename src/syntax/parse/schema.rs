//! Statements that define indexes and constraints.

use super::{Node, Rule, last_child, literal, operand, required};
use crate::error::Result;
use crate::syntax::ast::{Demand, Existing, Missing, Name, PropertyOf, SchemaCommand};

/// What the four statements are made of.
#[derive(Default)]
struct Parts {
    name: Option<Name>,
    conditional: bool,
    /// Variable and label, or variable and key, in the order of the text.
    names: Vec<Name>,
    demand: Option<Demand>,
}

/// `CREATE INDEX state_id FOR (s:State) ON (s.id)`
pub(super) fn command(node: Node<'_>) -> Result<SchemaCommand> {
    let command = required(node.into_inner().next());
    let rule = command.as_rule();
    let parts = parts(command)?;
    let existing = if parts.conditional {
        Existing::Keep
    } else {
        Existing::Refuse
    };
    let missing = if parts.conditional {
        Missing::Ignore
    } else {
        Missing::Refuse
    };
    let named = "the grammar asks for a name";
    Ok(match rule {
        Rule::drop_index => SchemaCommand::DropIndex {
            name: parts.name.expect(named),
            missing,
        },
        Rule::drop_constraint => SchemaCommand::DropConstraint {
            name: parts.name.expect(named),
            missing,
        },
        Rule::create_constraint => SchemaCommand::CreateConstraint {
            of: property_of(parts.names),
            name: parts.name,
            existing,
            demand: parts.demand.expect("the grammar asks for a demand"),
        },
        _ => SchemaCommand::CreateIndex {
            of: property_of(parts.names),
            name: parts.name,
            existing,
        },
    })
}

fn parts(node: Node<'_>) -> Result<Parts> {
    let mut parts = Parts::default();
    for child in node.into_inner() {
        match child.as_rule() {
            Rule::schema_name => parts.name = Some(literal::name(&last_child(child))?),
            Rule::if_exists | Rule::if_not_exists => parts.conditional = true,
            Rule::demand => parts.demand = Some(demand(child)?),
            Rule::indexed_node | Rule::indexed_property | Rule::plain_property => {
                for name in child.into_inner().flatten() {
                    if matches!(name.as_rule(), Rule::variable | Rule::name) {
                        parts.names.push(literal::name(&name)?);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(parts)
}

fn property_of(names: Vec<Name>) -> PropertyOf {
    let mut names = names.into_iter();
    let mut next = || names.next().expect("the grammar asks for four names");
    PropertyOf {
        variable: next(),
        label: next(),
        subject: next(),
        key: next(),
    }
}

fn demand(node: Node<'_>) -> Result<Demand> {
    let last = last_child(node);
    Ok(match last.as_rule() {
        Rule::value_type => Demand::Type(operand::type_name(last)?),
        Rule::k_unique => Demand::Unique,
        _ => Demand::NotNull,
    })
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
    fn definitions_are_kept() {
        for text in [
            "CREATE INDEX FOR (n:A) ON (n.k)",
            "CREATE INDEX `if` IF NOT EXISTS FOR (n:A) ON (n.k)",
            "DROP INDEX a",
            "DROP CONSTRAINT a IF EXISTS",
            "CREATE CONSTRAINT a FOR (n:`A b`) REQUIRE n.k IS UNIQUE",
            "CREATE CONSTRAINT IF NOT EXISTS FOR (n:A) REQUIRE n.k IS NOT NULL",
            "CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS :: LIST<STRING NOT NULL> | INTEGER",
        ] {
            check(text, text);
        }
        check(
            "create constraint for (n:A) require (n.k) is typed int;",
            "CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS :: INTEGER",
        );
    }

    #[test]
    fn a_path_can_have_the_name_of_an_index() {
        check(
            "CREATE index = (a)-[:R]->(b)",
            "CREATE index = (a)-[:R]->(b)",
        );
    }

    #[test]
    fn what_is_defined_is_one_property_of_one_label() {
        for text in [
            "CREATE INDEX FOR (n) ON (n.k)",
            "CREATE INDEX FOR (n:A&B) ON (n.k)",
            "CREATE INDEX FOR (n:A) ON (n.k, n.l)",
            "CREATE INDEX FOR (n:A) ON n.k",
            "DROP INDEX",
            "DROP CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE",
            "CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS NULL",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
