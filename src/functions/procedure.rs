//! What queries can `CALL`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Context, cheapest, show};
use crate::error::Result;
use crate::value::{Type, Value};

/// An input or output of a procedure.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Arc<str>,
    /// The type of its values.
    pub value_type: Type,
    /// Whether they may be null.
    pub nullable: bool,
    /// What an input is if it is left out; none if it must be given.
    pub default: Option<Value>,
}

impl Field {
    /// Creates a field that may be null and has no default.
    #[must_use]
    pub fn new(name: &str, value_type: Type) -> Self {
        Self {
            name: name.into(),
            value_type,
            nullable: true,
            default: None,
        }
    }
}

/// The body of a procedure: from the inputs to rows of outputs.
pub type ProcedureBody = dyn Fn(&Context<'_>, &[Value]) -> Result<Vec<Vec<Value>>> + Send + Sync;

/// A procedure: called with values, it gives rows.
#[derive(Clone)]
pub struct Procedure {
    /// The full name, dots included; look-ups ignore case.
    pub name: Arc<str>,
    /// What it takes.
    pub inputs: Vec<Field>,
    /// The columns of its rows; none for a procedure that gives no rows.
    pub outputs: Vec<Field>,
    /// One sentence, for help.
    pub help: Arc<str>,
    /// Whether it reads the graph at the moment of its clause or session: then that follows the
    /// inputs, null for all times.
    pub at_moment: bool,
    /// What it does.
    pub body: Arc<ProcedureBody>,
}

impl fmt::Debug for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Procedure({})", self.name)
    }
}

impl Procedure {
    /// Returns the signature as help shows it: `db.labels() :: (label :: STRING)`.
    #[must_use]
    pub fn describe(&self) -> String {
        let list = |fields: &[Field]| {
            let fields = fields.iter().map(|field| {
                let null = if field.nullable { "?" } else { "" };
                format!("{} :: {}{null}", field.name, field.value_type)
            });
            fields.collect::<Vec<_>>().join(", ")
        };
        format!(
            "{}({}) :: ({})",
            self.name,
            list(&self.inputs),
            list(&self.outputs)
        )
    }
}

/// The procedures that can be called, by name.
#[derive(Clone, Debug)]
pub struct Procedures {
    callable: BTreeMap<String, Arc<Procedure>>,
    /// What `SHOW` runs, by its first words.
    shows: BTreeMap<String, Arc<Procedure>>,
}

impl Procedures {
    /// Returns the procedures that are always there.
    #[must_use]
    pub fn built_in() -> Self {
        let shows = show::shows().into_iter();
        let shows = shows.map(|show| (show.name.to_lowercase(), Arc::new(show)));
        let mut procedures = Self {
            callable: BTreeMap::new(),
            shows: shows.collect(),
        };
        procedures.register(names(
            "db.labels",
            "label",
            "Lists the labels that nodes have.",
            |graph| {
                let used = graph.graph.label_names();
                let used =
                    used.filter(|(label, _)| !graph.graph.nodes_with_label(*label).is_empty());
                used.map(|(_, name)| name.clone()).collect()
            },
        ));
        procedures.register(names(
            "db.relationshipTypes",
            "relationshipType",
            "Lists the types that relationships have.",
            |context| {
                let statistics = context.graph.statistics();
                let used = context.graph.type_names();
                let used =
                    used.filter(|(_, name)| statistics.rel_count(None, Some(name), None) > 0);
                used.map(|(_, name)| name.clone()).collect()
            },
        ));
        procedures.register(names(
            "db.propertyKeys",
            "propertyKey",
            "Lists the keys of properties.",
            |context| {
                context
                    .graph
                    .key_names()
                    .map(|(_, name)| name.clone())
                    .collect()
            },
        ));
        procedures.register(cheapest::procedure());
        procedures
    }

    /// Adds a procedure, or puts it in the place of the one with its name.
    pub fn register(&mut self, procedure: Procedure) {
        self.callable
            .insert(procedure.name.to_lowercase(), Arc::new(procedure));
        let listed = show::show_procedures(self.callable.values());
        self.shows
            .insert(listed.name.to_lowercase(), Arc::new(listed));
    }

    /// Returns the procedure of this name; case does not matter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Procedure>> {
        let name = name.to_lowercase();
        self.callable.get(&name).or_else(|| self.shows.get(&name))
    }

    /// Returns all procedures that can be called, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Procedure>> {
        self.callable.values()
    }
}

impl Default for Procedures {
    fn default() -> Self {
        Self::built_in()
    }
}

/// A procedure that lists names of the graph, sorted.
fn names(
    name: &str,
    column: &str,
    help: &str,
    list: fn(&Context<'_>) -> Vec<Arc<str>>,
) -> Procedure {
    let body = move |context: &Context<'_>, _: &[Value]| {
        let mut names = list(context);
        names.sort_unstable();
        Ok(names
            .into_iter()
            .map(|name| vec![Value::String(name)])
            .collect())
    };
    Procedure {
        name: name.into(),
        inputs: Vec::new(),
        outputs: vec![Field::new(column, Type::String)],
        help: help.into(),
        at_moment: false,
        body: Arc::new(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::{Clock, Memory};
    use crate::store::{Snapshot, Store};
    use crate::value::literal::to_literal;

    #[test]
    fn names_of_the_graph_are_listed() {
        let store = Store::new(Snapshot::new());
        let mut change = store.begin();
        let labels = ["B", "A"].map(|name| change.intern_label(name));
        change.intern_label("Unused");
        let key = change.intern_key("name");
        let rel_type = change.intern_type("T");
        let node = change.create_node(&labels, &[(key, "x".into())]).unwrap();
        change.create_rel(node, node, rel_type, &[]).unwrap();
        let (graph, now) = (change.commit().unwrap(), Clock::new());
        let context = Context {
            graph: &graph,
            now: &now,
            memory: Memory::UNLIMITED,
            watch: &crate::functions::Unwatched,
            formulas: &crate::functions::NoFormulas,
        };
        let procedures = Procedures::built_in();
        let check = |name: &str, expected: &str| {
            let rows = (procedures.get(name).unwrap().body)(&context, &[]).unwrap();
            let rows = Value::list(rows.into_iter().flatten());
            assert_eq!(to_literal(&rows), expected, "{name}");
        };
        check("DB.Labels", "['A', 'B']");
        check("db.relationshipTypes", "['T']");
        check("db.propertyKeys", "['name']");
        assert!(procedures.get("db.nothing").is_none());
        let described = procedures.get("db.labels").unwrap().describe();
        assert_eq!(described, "db.labels() :: (label :: STRING?)");
    }
}
