//! Runs the statements that define indexes and constraints.

use crate::error::Result;
use crate::exec::Counters;
use crate::semantics::bound::{self, Definition, DefinitionKind, SchemaCommand};
use crate::store::{Constraint, Demand, Pulse, Transaction};

/// Changes what is defined; nothing is changed where that fails.
pub(super) fn apply(
    command: &SchemaCommand,
    transaction: &mut Transaction,
    counters: &mut Counters,
    pulse: &Pulse<'_>,
) -> Result<()> {
    match command {
        SchemaCommand::Create(definition) => {
            let created = create(definition, transaction, pulse);
            let created = created.map_err(|error| error.at(definition.span))?;
            let count = match definition.demand {
                None => &mut counters.indexes_added,
                Some(_) => &mut counters.constraints_added,
            };
            *count += u64::from(created);
        }
        SchemaCommand::Drop {
            kind,
            name,
            if_exists,
            span,
        } => {
            if *if_exists && !exists(*kind, name, transaction) {
                return Ok(());
            }
            let (dropped, count) = match kind {
                DefinitionKind::Index => (
                    transaction.drop_named_index(name),
                    &mut counters.indexes_removed,
                ),
                DefinitionKind::Constraint => (
                    transaction.drop_constraint(name),
                    &mut counters.constraints_removed,
                ),
            };
            dropped.map_err(|error| error.at(*span))?;
            *count += 1;
        }
    }
    Ok(())
}

/// Creates an index or a constraint; returns whether it was not there.
fn create(
    definition: &Definition,
    transaction: &mut Transaction,
    pulse: &Pulse<'_>,
) -> Result<bool> {
    let label = transaction.intern_label(&definition.label);
    let key = transaction.intern_key(&definition.key);
    let constraint = definition.demand.as_ref().map(|demand| Constraint {
        label,
        key,
        demand: match demand {
            bound::Demand::Unique => Demand::Unique,
            bound::Demand::NotNull => Demand::NotNull,
            bound::Demand::Type(wanted) => Demand::Type(wanted.clone()),
        },
    });
    if definition.if_not_exists {
        let name = definition.name.as_ref();
        let taken = name.is_some_and(|name| transaction.has_definition(name));
        let there = match &constraint {
            Some(constraint) => transaction.constraint_like(constraint).is_some(),
            None => transaction.indexes().any(|of| of == (label, key)),
        };
        if taken || there {
            return Ok(false);
        }
    }
    let kind = constraint.as_ref().map_or("index", |_| "constraint");
    let name = match &definition.name {
        Some(name) => name.to_string(),
        None => transaction.free_name(kind, &definition.label, &definition.key),
    };
    match constraint {
        Some(constraint) => transaction.create_constraint(&name, constraint, pulse)?,
        None => transaction.create_named_index(&name, (label, key), pulse)?,
    }
    Ok(true)
}

fn exists(kind: DefinitionKind, name: &str, transaction: &Transaction) -> bool {
    match kind {
        DefinitionKind::Index => transaction
            .named_indexes()
            .any(|(known, _)| **known == *name),
        DefinitionKind::Constraint => transaction.constraints().any(|(known, _)| **known == *name),
    }
}

#[cfg(test)]
mod tests {
    use crate::db::{Database, Params, Session};

    fn run(session: &mut Session, text: &str) -> Result<String, String> {
        let rows = session.run(text, &Params::default());
        let rows = rows.map_err(|error| error.code().detail.to_owned())?;
        let rows = rows.iter().flatten();
        let cells = rows.map(|value| crate::value::literal::to_literal(&value));
        Ok(cells.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn plans_follow_the_indexes() {
        let mut session = Database::new().session();
        let query = "EXPLAIN MATCH (n:A {k: 1}) RETURN n";
        let seeks = |session: &mut Session| run(session, query).unwrap().contains("NodeIndexSeek");
        run(&mut session, "UNWIND range(1, 9) AS i CREATE (:A {k: i})").unwrap();
        assert!(!seeks(&mut session));
        run(&mut session, "CREATE INDEX i FOR (n:A) ON (n.k)").unwrap();
        assert!(seeks(&mut session));
        run(&mut session, "DROP INDEX i").unwrap();
        assert!(!seeks(&mut session));
    }

    #[test]
    fn a_transaction_goes_on_after_a_violation() {
        let database = Database::new();
        let (mut session, mut other) = (database.session(), database.session());
        let count = "MATCH (n:A) RETURN count(n)";
        run(&mut session, "BEGIN").unwrap();
        run(&mut session, "CREATE (:A {k: 1})").unwrap();
        let unique = "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.k IS UNIQUE";
        run(&mut session, unique).unwrap();
        let twice = run(&mut session, "CREATE (:A {k: 2}), (:A {k: 1})");
        assert_eq!(twice.unwrap_err(), "ConstraintViolation");
        assert_eq!(run(&mut session, count).unwrap(), "1");
        run(&mut session, "CREATE (:A {k: 2})").unwrap();
        assert_eq!(run(&mut other, "SHOW CONSTRAINTS").unwrap(), "");
        run(&mut session, "COMMIT").unwrap();
        assert_eq!(run(&mut other, count).unwrap(), "2");
        let twice = run(&mut other, "MERGE (:A {k: 3}) CREATE (:A {k: 2})");
        assert_eq!(twice.unwrap_err(), "ConstraintViolation");
        assert_eq!(run(&mut other, count).unwrap(), "2");
    }

    #[test]
    fn definitions_go_with_their_transaction() {
        let mut session = Database::new().session();
        run(&mut session, "BEGIN").unwrap();
        run(
            &mut session,
            "CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS NOT NULL",
        )
        .unwrap();
        assert_eq!(
            run(&mut session, "CREATE (:A)").unwrap_err(),
            "ConstraintViolation"
        );
        run(&mut session, "ROLLBACK").unwrap();
        run(&mut session, "CREATE (:A)").unwrap();
        session.set_read_only(true);
        let index = run(&mut session, "CREATE INDEX FOR (n:A) ON (n.k)");
        assert_eq!(index.unwrap_err(), "ReadOnly");
    }
}
