//! What can go wrong in the store.

use thiserror::Error;

use crate::error::{Code, Error, ErrorType};

/// An error of the store, as data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum StoreError {
    /// The value is of a type that a property cannot hold.
    #[error("a property cannot hold {found}")]
    InvalidPropertyType { found: &'static str },
    /// The node still has relationships.
    #[error("the node still has {rels} relationship{}", if *.rels == 1 { "" } else { "s" })]
    ConnectedNode { rels: usize },
    /// The node or relationship was deleted, or never was.
    #[error("the {element} does not exist any more")]
    Deleted { element: &'static str },
    /// Columns that belong together are not of the same length.
    #[error("columns that belong together have {one} and {other} rows")]
    Uneven { one: usize, other: usize },
    /// There are no ids left.
    #[error("the graph holds as many {elements} as it can: {limit}")]
    Full { elements: &'static str, limit: u64 },
}

impl StoreError {
    /// Topology and records hold types as 16 bits.
    pub(super) fn too_many_types() -> Self {
        Self::Full {
            elements: "relationship types",
            limit: 1 << 16,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let (kind, detail, hint) = match &error {
            StoreError::InvalidPropertyType { .. } => (
                ErrorType::TypeError,
                "InvalidPropertyType",
                "properties hold booleans, numbers, strings, temporal values, or a list of one of these",
            ),
            StoreError::ConnectedNode { .. } => (
                ErrorType::ConstraintVerificationFailed,
                "DeleteConnectedNode",
                "`DETACH DELETE` deletes a node with its relationships",
            ),
            StoreError::Deleted { .. } => (ErrorType::EntityNotFound, "DeletedEntityAccess", ""),
            StoreError::Uneven { .. } => (ErrorType::DataError, "UnevenColumns", ""),
            StoreError::Full { .. } => (ErrorType::LimitError, "GraphFull", ""),
        };
        let told = Self::new(Code::runtime(kind, detail), error.to_string());
        if hint.is_empty() {
            told
        } else {
            told.hint(hint)
        }
    }
}
