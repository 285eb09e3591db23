//! Expressions as text, in the options of procedures.

use std::sync::Arc;

use super::Params;
use super::compile::{Names, finish};
use crate::error::{Code, Error, Result};
use crate::exec::{Context, Graph, execute};
use crate::functions::{Clock, Formula, Formulas, Procedures};
use crate::plan;
use crate::plan::physical::PhysicalPlan;
use crate::semantics;
use crate::store::Snapshot;
use crate::syntax::{self, ast};
use crate::value::Value;

/// Compiles expressions of the query language.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) params: Params,
    pub(super) procedures: Arc<Procedures>,
    pub(super) clock: Clock,
}

impl Formulas for Language {
    fn compile(&self, text: &str, variable: &str, graph: &Snapshot) -> Result<Box<dyn Formula>> {
        let plan = self
            .plan(text, variable, graph)
            .map_err(|error| without_place(&error))?;
        let graph = Graph::Read(Arc::new(graph.clone()));
        let context = Context::new(graph, self.clock, Arc::clone(&self.procedures));
        Ok(Box::new(Compiled {
            plan,
            context,
            params: self.params.clone(),
            variable: variable.into(),
        }))
    }
}

impl Language {
    /// Plans a query that evaluates the expression for the variable, which is a parameter.
    fn plan(&self, text: &str, variable: &str, graph: &Snapshot) -> Result<Arc<PhysicalPlan>> {
        // The text is one expression, and nothing that goes on after it.
        syntax::parse_expression(text)?;
        let query = format!("WITH ${variable} AS {variable} RETURN {text}\nAS value");
        let ast::Statement::Query(query) = syntax::parse(&query)? else {
            return Err(Error::new(
                Code::syntax("UnexpectedSyntax"),
                "an expression was expected",
            ));
        };
        let mut params = self.params.clone();
        params.insert(variable, Value::Null);
        let names = Names {
            params: &params,
            procedures: &self.procedures,
            rules_off: &[],
            moment: None,
        };
        let logical = plan::plan(semantics::bind(&query, &names)?);
        Ok(finish(logical, &names, graph))
    }
}

/// What goes wrong in a text within the statement has no place in the statement.
fn without_place(error: &Error) -> Error {
    let hints = error.hints().to_vec();
    let bare = Error::new(error.code(), error.message());
    hints.into_iter().fold(bare, Error::hint)
}

struct Compiled {
    plan: Arc<PhysicalPlan>,
    context: Context,
    params: Params,
    variable: Arc<str>,
}

impl Formula for Compiled {
    fn value(&mut self, variable: Value) -> Result<Value> {
        self.params.insert(Arc::clone(&self.variable), variable);
        self.context.params = self.params.shared();
        let result =
            execute(&self.plan, &mut self.context).map_err(|error| without_place(&error))?;
        let mut rows = result.rows();
        let row = rows.next().and_then(|row| row.into_iter().next());
        Ok(row.unwrap_or(Value::Null))
    }
}
