//! Statements that define indexes and constraints.

use super::{expression, name};
use crate::syntax::ast::{Demand, Existing, Missing, Name, PropertyOf, SchemaCommand};

/// Prints a statement that changes what is defined.
pub(super) fn command(out: &mut String, command: &SchemaCommand) {
    match command {
        SchemaCommand::CreateIndex { name, existing, of } => {
            create(out, "CREATE INDEX", name.as_ref(), *existing);
            node(out, of);
            out.push_str(" ON (");
            property(out, of);
            out.push(')');
        }
        SchemaCommand::CreateConstraint {
            name,
            existing,
            of,
            demand,
        } => {
            create(out, "CREATE CONSTRAINT", name.as_ref(), *existing);
            node(out, of);
            out.push_str(" REQUIRE ");
            property(out, of);
            demanded(out, demand);
        }
        SchemaCommand::DropIndex { name, missing } => drop(out, "DROP INDEX", name, *missing),
        SchemaCommand::DropConstraint { name, missing } => {
            drop(out, "DROP CONSTRAINT", name, *missing);
        }
    }
}

fn create(out: &mut String, words: &str, name: Option<&Name>, existing: Existing) {
    out.push_str(words);
    if let Some(name) = name {
        out.push(' ');
        schema_name(out, &name.node);
    }
    if existing == Existing::Keep {
        out.push_str(" IF NOT EXISTS");
    }
}

fn drop(out: &mut String, words: &str, name: &Name, missing: Missing) {
    out.push_str(words);
    out.push(' ');
    schema_name(out, &name.node);
    if missing == Missing::Ignore {
        out.push_str(" IF EXISTS");
    }
}

/// `IF` would begin a condition.
fn schema_name(out: &mut String, text: &str) {
    if text.eq_ignore_ascii_case("if") {
        out.push('`');
        out.push_str(text);
        out.push('`');
    } else {
        name::variable(out, text);
    }
}

fn node(out: &mut String, of: &PropertyOf) {
    out.push_str(" FOR (");
    name::variable(out, &of.variable.node);
    out.push(':');
    name::name(out, &of.label.node);
    out.push(')');
}

fn property(out: &mut String, of: &PropertyOf) {
    name::variable(out, &of.subject.node);
    out.push('.');
    name::name(out, &of.key.node);
}

fn demanded(out: &mut String, demand: &Demand) {
    match demand {
        Demand::Unique => out.push_str(" IS UNIQUE"),
        Demand::NotNull => out.push_str(" IS NOT NULL"),
        Demand::Type(wanted) => {
            out.push_str(" IS :: ");
            expression::type_name(out, wanted);
        }
    }
}
