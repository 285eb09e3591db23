#![doc = include_str!("../README.md")]

pub mod cli;
pub mod db;
pub mod error;
pub mod exec;
pub mod formats;
pub mod functions;
pub mod paths;
pub mod plan;
pub mod repl;
pub mod semantics;
pub mod store;
pub mod syntax;
pub mod value;
