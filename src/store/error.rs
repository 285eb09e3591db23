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
    /// An index or a constraint has the name already.
    #[error("there is an index or constraint `{name}` already")]
    NameTaken { name: String },
    /// Label and key are indexed already.
    #[error("`{label}.{key}` is indexed already, by `{name}`")]
    Indexed {
        label: String,
        key: String,
        name: String,
    },
    /// There is no such index.
    #[error("there is no index `{name}`")]
    NoIndex { name: String },
    /// The index belongs to a constraint.
    #[error("index `{name}` belongs to constraint `{owner}`")]
    IndexInUse { name: String, owner: String },
    /// A constraint demands the same already.
    #[error("constraint `{name}` demands the same already")]
    Demanded { name: String },
    /// There is no such constraint.
    #[error("there is no constraint `{name}`")]
    NoConstraint { name: String },
    /// A node breaks a constraint.
    #[error("{message}")]
    Violation { constraint: String, message: String },
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
        let told = Self::new(error.code(), error.to_string());
        match error.hint() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }
}

impl StoreError {
    fn code(&self) -> Code {
        use ErrorType::{
            ConstraintValidationFailed, ConstraintVerificationFailed, DataError, EntityNotFound,
            LimitError, SemanticError, TypeError,
        };
        let (kind, detail) = match self {
            Self::InvalidPropertyType { .. } => (TypeError, "InvalidPropertyType"),
            Self::ConnectedNode { .. } => (ConstraintVerificationFailed, "DeleteConnectedNode"),
            Self::Deleted { .. } => (EntityNotFound, "DeletedEntityAccess"),
            Self::Uneven { .. } => (DataError, "UnevenColumns"),
            Self::NameTaken { .. } => (SemanticError, "NameTaken"),
            Self::Indexed { .. } => (SemanticError, "IndexAlreadyExists"),
            Self::NoIndex { .. } => (SemanticError, "IndexNotFound"),
            Self::IndexInUse { .. } => (SemanticError, "IndexInUse"),
            Self::Demanded { .. } => (SemanticError, "ConstraintAlreadyExists"),
            Self::NoConstraint { .. } => (SemanticError, "ConstraintNotFound"),
            Self::Violation { .. } => (ConstraintValidationFailed, "ConstraintViolation"),
            Self::Full { .. } => (LimitError, "GraphFull"),
        };
        Code::runtime(kind, detail)
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::InvalidPropertyType { .. } => Some(
                "properties hold booleans, numbers, strings, temporal values, or a list of one of these"
                    .to_owned(),
            ),
            Self::ConnectedNode { .. } => {
                Some("`DETACH DELETE` deletes a node with its relationships".to_owned())
            }
            Self::NameTaken { .. } | Self::Indexed { .. } | Self::Demanded { .. } => {
                Some("`IF NOT EXISTS` leaves what there is as it is".to_owned())
            }
            Self::NoIndex { .. } => Some("`SHOW INDEXES` lists them".to_owned()),
            Self::NoConstraint { .. } => Some("`SHOW CONSTRAINTS` lists them".to_owned()),
            Self::IndexInUse { owner, .. } => {
                Some(format!("`DROP CONSTRAINT {owner}` drops both"))
            }
            Self::Violation { constraint, .. } => {
                Some(format!("constraint `{constraint}` forbids it"))
            }
            Self::Deleted { .. } | Self::Uneven { .. } | Self::Full { .. } => None,
        }
    }
}
