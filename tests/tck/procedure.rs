//! Procedures that a scenario brings along: a signature, and a table from arguments to results.

use std::sync::Arc;

use polity::functions::{Field, Procedure};
use polity::value::{Type, Value};

use crate::engine::to_value;
use crate::gherkin::Table;
use crate::literal::Literal;

/// Makes the procedure from `name(in :: TYPE?) :: (out :: TYPE?)` and its table.
pub(crate) fn from_table(signature: &str, table: &Table) -> Result<Procedure, String> {
    let fail = || format!("can't read the signature `{signature}`");
    let (name, rest) = signature.split_once('(').ok_or_else(fail)?;
    let (inputs, rest) = rest.split_once(')').ok_or_else(fail)?;
    let outputs = rest
        .trim()
        .trim_end_matches(':')
        .trim()
        .strip_prefix("::")
        .and_then(|outputs| outputs.trim().strip_prefix('('))
        .and_then(|outputs| outputs.strip_suffix(')'))
        .ok_or_else(fail)?;
    let inputs = fields(inputs).ok_or_else(fail)?;
    let outputs = fields(outputs).ok_or_else(fail)?;
    let rows = read_rows(&inputs, &outputs, table)?;
    Ok(Procedure {
        name: Arc::from(name.trim()),
        at_moment: false,
        body: Arc::new(move |_, arguments| {
            let matching = rows.iter().filter(|(wanted, _)| same(wanted, arguments));
            Ok(matching.map(|(_, results)| results.clone()).collect())
        }),
        inputs,
        outputs,
        help: Arc::from("a procedure of the scenario"),
    })
}

fn fields(text: &str) -> Option<Vec<Field>> {
    text.split(',')
        .filter(|field| !field.trim().is_empty())
        .map(|field| {
            let (name, value_type) = field.split_once("::")?;
            let value_type = value_type.trim();
            Some(Field {
                name: Arc::from(name.trim()),
                value_type: type_named(value_type.trim_end_matches('?'))?,
                nullable: value_type.ends_with('?'),
                default: None,
            })
        })
        .collect()
}

fn type_named(name: &str) -> Option<Type> {
    let name = name.split_once(' ').map_or(name, |(first, _)| first);
    [
        Type::Any,
        Type::Boolean,
        Type::Integer,
        Type::Float,
        Type::Number,
        Type::String,
        Type::List,
        Type::Map,
        Type::Node,
        Type::Relationship,
        Type::Path,
    ]
    .into_iter()
    .find(|candidate| candidate.to_string() == name)
}

type Row = (Vec<Value>, Vec<Value>);

fn read_rows(inputs: &[Field], outputs: &[Field], table: &Table) -> Result<Vec<Row>, String> {
    let Some((header, rows)) = table.split_first() else {
        return Ok(Vec::new());
    };
    let pick = |fields: &[Field], cells: &[String]| {
        fields
            .iter()
            .map(|field| {
                let place = header.iter().position(|name| **name == *field.name);
                let cell = place
                    .and_then(|place| cells.get(place))
                    .ok_or_else(|| format!("the procedure's table has no `{}`", field.name))?;
                to_value(&Literal::parse(cell)?)
            })
            .collect::<Result<Vec<Value>, String>>()
    };
    rows.iter()
        .map(|cells| Ok((pick(inputs, cells)?, pick(outputs, cells)?)))
        .collect()
}

fn same(wanted: &[Value], arguments: &[Value]) -> bool {
    let equal = |(wanted, argument): (&Value, &Value)| match (wanted, argument) {
        (Value::Null, Value::Null) => true,
        _ => polity::value::equal(wanted, argument) == Some(true),
    };
    wanted.len() == arguments.len() && wanted.iter().zip(arguments).all(equal)
}
