//! Statements that define indexes and constraints.

use std::sync::Arc;

use super::expression::type_test;
use crate::error::Result;
use crate::semantics::bound::{Definition, DefinitionKind, Demand, SchemaCommand};
use crate::semantics::error::SemanticError;
use crate::syntax::ast::{self, Existing, Missing, Name, PropertyOf};

/// Binds a statement that changes what is defined.
///
/// # Errors
/// If the property is that of another variable than the node's, or a type does not exist.
pub fn bind_schema(command: &ast::SchemaCommand) -> Result<SchemaCommand> {
    match command {
        ast::SchemaCommand::CreateIndex { name, existing, of } => {
            create(name.as_ref(), *existing, of, None)
        }
        ast::SchemaCommand::CreateConstraint {
            name,
            existing,
            of,
            demand: demanded,
        } => {
            let demanded = demand(demanded, of)?;
            create(name.as_ref(), *existing, of, Some(demanded))
        }
        ast::SchemaCommand::DropIndex { name, missing } => {
            Ok(drop(DefinitionKind::Index, name, *missing))
        }
        ast::SchemaCommand::DropConstraint { name, missing } => {
            Ok(drop(DefinitionKind::Constraint, name, *missing))
        }
    }
}

fn create(
    name: Option<&Name>,
    existing: Existing,
    of: &PropertyOf,
    demand: Option<Demand>,
) -> Result<SchemaCommand> {
    if of.subject != of.variable {
        let (name, known) = (Arc::clone(&of.subject.node), Arc::clone(&of.variable.node));
        let in_scope = vec![known];
        return Err(SemanticError::UndefinedVariable { name, in_scope }.at(of.subject.span));
    }
    Ok(SchemaCommand::Create(Definition {
        name: name.map(|name| Arc::clone(&name.node)),
        if_not_exists: existing == Existing::Keep,
        label: Arc::clone(&of.label.node),
        key: Arc::clone(&of.key.node),
        demand,
        span: name.map_or(of.label.span, |name| name.span),
    }))
}

fn drop(kind: DefinitionKind, name: &Name, missing: Missing) -> SchemaCommand {
    SchemaCommand::Drop {
        kind,
        name: Arc::clone(&name.node),
        if_exists: missing == Missing::Ignore,
        span: name.span,
    }
}

fn demand(demand: &ast::Demand, of: &PropertyOf) -> Result<Demand> {
    Ok(match demand {
        ast::Demand::Unique => Demand::Unique,
        ast::Demand::NotNull => Demand::NotNull,
        ast::Demand::Type(wanted) => Demand::Type(type_test(wanted, of.key.span)?),
    })
}
