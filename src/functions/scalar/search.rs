//! Functions that look for nodes; extensions of polity.

use super::super::signature::{INTEGER, STRING, Signature, argument};
use super::super::{Context, Function};
use super::{length, text};
use crate::error::Result;
use crate::value::{Type, Value};

/// How many nodes `find()` returns if that is not said.
const FOUND: usize = 20;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "find",
    "search",
    Signature::of(
        &[argument("text", STRING), argument("limit", INTEGER)],
        Type::List,
    )
    .required(1),
    "Returns the nodes whose name, alias or id is like the text, best first, 20 if no limit is given; case and accents don't count.",
    find,
)];

fn find(context: &Context<'_>, values: &[Value]) -> Result<Value> {
    let limit = if values.len() > 1 {
        length("find", values, 1)?
    } else {
        FOUND
    };
    let hits = context.graph.search_names(text("find", values, 0)?, limit);
    Ok(Value::list(hits.into_iter().map(|hit| hit.node.into())))
}

#[cfg(test)]
mod tests {
    use super::super::super::{Clock, Context, Memory, function};
    use crate::store::{Snapshot, Store};
    use crate::value::Value;
    use crate::value::literal::to_literal;

    #[test]
    fn nodes_are_found_by_name() {
        let store = Store::new(Snapshot::new());
        let mut change = store.begin();
        let name = change.intern_key("name");
        for text in ["Norway", "Türkiye", "North Korea"] {
            change.create_node(&[], &[(name, text.into())]).unwrap();
        }
        let (graph, now) = (change.commit().unwrap(), Clock::new());
        let context = Context {
            graph: &graph,
            now: &now,
            memory: Memory::UNLIMITED,
            watch: &crate::functions::Unwatched,
            formulas: &crate::functions::NoFormulas,
        };
        let check = |arguments: &[Value], expected: &str| {
            let found = function("find").unwrap().call(&context, arguments);
            let found =
                found.map_or_else(|error| error.code().to_string(), |found| to_literal(&found));
            assert_eq!(found, expected, "{arguments:?}");
        };
        check(&["turkiye".into()], "[(1)]");
        check(&["Nor".into(), 1.into()], "[(2)]");
        check(&["Nor".into(), 0.into()], "[]");
        check(
            &["Nor".into(), (-1).into()],
            "ArgumentError.NumberOutOfRange",
        );
        check(&[Value::Null], "null");
    }
}
