//! Tests of labels and types, with names as numbers of the graph.

use crate::semantics::bound::LabelTest;
use crate::store::{LabelId, Snapshot, TypeId};

/// A test whose names were looked up; a name that the graph does not know holds for nothing.
#[derive(Clone, Debug)]
pub(in crate::exec) enum Test {
    Has(Option<u32>),
    Any,
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
}

impl Test {
    fn new(test: &LabelTest, number: &impl Fn(&str) -> Option<u32>) -> Self {
        match test {
            LabelTest::Name(name) => Self::Has(number(name)),
            LabelTest::Any => Self::Any,
            LabelTest::Not(inner) => Self::Not(Box::new(Self::new(inner, number))),
            LabelTest::And(parts) => {
                Self::And(parts.iter().map(|part| Self::new(part, number)).collect())
            }
            LabelTest::Or(parts) => {
                Self::Or(parts.iter().map(|part| Self::new(part, number)).collect())
            }
        }
    }

    /// A test of a node's labels.
    pub(in crate::exec) fn of_labels(test: &LabelTest, graph: &Snapshot) -> Self {
        Self::new(test, &|name| graph.label(name).map(|label| label.0))
    }

    /// A test of a relationship's type.
    pub(in crate::exec) fn of_types(test: &LabelTest, graph: &Snapshot) -> Self {
        Self::new(test, &|name| {
            graph.rel_type(name).map(|rel_type| rel_type.0)
        })
    }

    pub(in crate::exec) fn accepts_labels(&self, labels: &[LabelId]) -> bool {
        match self {
            Self::Has(number) => number.is_some_and(|number| labels.contains(&LabelId(number))),
            Self::Any => !labels.is_empty(),
            Self::Not(inner) => !inner.accepts_labels(labels),
            Self::And(parts) => parts.iter().all(|part| part.accepts_labels(labels)),
            Self::Or(parts) => parts.iter().any(|part| part.accepts_labels(labels)),
        }
    }

    pub(in crate::exec) fn accepts_type(&self, rel_type: TypeId) -> bool {
        match self {
            Self::Has(number) => *number == Some(rel_type.0),
            Self::Any => true,
            Self::Not(inner) => !inner.accepts_type(rel_type),
            Self::And(parts) => parts.iter().all(|part| part.accepts_type(rel_type)),
            Self::Or(parts) => parts.iter().any(|part| part.accepts_type(rel_type)),
        }
    }
}

/// Returns the types of the graph that pass a test; `None` where there is no test.
pub(in crate::exec) fn type_ids(test: Option<&LabelTest>, graph: &Snapshot) -> Option<Vec<TypeId>> {
    let test = Test::of_types(test?, graph);
    let types = graph.type_names().map(|(rel_type, _)| rel_type);
    Some(
        types
            .filter(|rel_type| test.accepts_type(*rel_type))
            .collect(),
    )
}
