//! Statements that define indexes and constraints.

use super::{Name, TypeName};

/// A statement that changes what is defined.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaCommand {
    /// `CREATE INDEX [name] [IF NOT EXISTS] FOR (n:Label) ON (n.key)`
    CreateIndex {
        /// The name, if one is given.
        name: Option<Name>,
        /// What to do where there is one.
        existing: Existing,
        /// What is indexed.
        of: PropertyOf,
    },
    /// `DROP INDEX name [IF EXISTS]`
    DropIndex {
        /// The name.
        name: Name,
        /// What to do where there is none.
        missing: Missing,
    },
    /// `CREATE CONSTRAINT [name] [IF NOT EXISTS] FOR (n:Label) REQUIRE n.key IS …`
    CreateConstraint {
        /// The name, if one is given.
        name: Option<Name>,
        /// What to do where there is one.
        existing: Existing,
        /// What it is about.
        of: PropertyOf,
        /// What it demands.
        demand: Demand,
    },
    /// `DROP CONSTRAINT name [IF EXISTS]`
    DropConstraint {
        /// The name.
        name: Name,
        /// What to do where there is none.
        missing: Missing,
    },
}

/// What to do where what shall be created is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is an error.
    Refuse,
    /// `IF NOT EXISTS`: it stays as it is.
    Keep,
}

/// What to do where what shall be dropped is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is an error.
    Refuse,
    /// `IF EXISTS`: nothing.
    Ignore,
}

/// `(n:Label)` and `n.key`
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyOf {
    /// The variable of the node.
    pub variable: Name,
    /// The label.
    pub label: Name,
    /// The variable before the key.
    pub subject: Name,
    /// The key.
    pub key: Name,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// `IS UNIQUE`
    Unique,
    /// `IS NOT NULL`
    NotNull,
    /// `IS :: type`
    Type(TypeName),
}
