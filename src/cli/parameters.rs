//! Parameters from the command line and from JSON files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use super::files::{read, shown};
use super::{AnswerArguments, Refusal};
use crate::db;
use crate::value::Value;

/// Returns the parameters that a call sets; what `--param` says wins over files.
pub fn parameters(arguments: &AnswerArguments) -> Result<BTreeMap<Arc<str>, Value>, Refusal> {
    let mut parameters = BTreeMap::new();
    for path in &arguments.parameter_files {
        parameters.append(&mut from_file(path)?);
    }
    for (name, text) in &arguments.parameters {
        let value = db::literal(text).map_err(|error| {
            let hint = "a value is a literal: 'text' in quotes, 12, true, [1, 2], {key: 'value'}";
            let message = error.message();
            Refusal::Usage(format!("--param {name}={text}: {message}\n  hint: {hint}"))
        })?;
        parameters.insert(Arc::from(name.as_str()), value);
    }
    Ok(parameters)
}

fn from_file(path: &Path) -> Result<BTreeMap<Arc<str>, Value>, Refusal> {
    if !path.exists() {
        return Err(Refusal::missing(path));
    }
    let name = shown(path);
    let usage = |message: String| Refusal::Usage(format!("{name}: {message}"));
    let bytes = read(path).map_err(|finding| Refusal::Usage(finding.to_string()))?;
    let json = serde_json::from_slice(&bytes).map_err(|error| usage(error.to_string()))?;
    let Json::Object(members) = json else {
        return Err(usage(
            "expected one JSON object, whose keys are the parameters".to_owned(),
        ));
    };
    let member = |(key, member)| Ok((Arc::from(key), value(member)?));
    let values: Result<_, String> = members.into_iter().map(member).collect();
    values.map_err(usage)
}

/// A JSON value as a value of the query language.
fn value(json: Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Int(integer),
            (None, Some(float)) if !number.is_u64() => Value::Float(float),
            _ => return Err(format!("{number} does not fit into 64 bits")),
        },
        Json::String(text) => Value::String(text.into()),
        Json::Array(items) => {
            let items: Result<Vec<Value>, String> = items.into_iter().map(value).collect();
            Value::List(items?.into())
        }
        Json::Object(members) => {
            let member = |(key, member)| Ok((Arc::from(key), value(member)?));
            let members: Result<_, String> = members.into_iter().map(member).collect();
            Value::Map(Arc::new(members?))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::literal::to_literal;

    #[test]
    fn json_values_are_values() {
        let check = |text: &str, expected: Option<&str>| {
            let result = value(serde_json::from_str(text).unwrap()).ok();
            assert_eq!(
                result.as_ref().map(to_literal).as_deref(),
                expected,
                "{text}"
            );
        };
        check(
            r#"{"b": [1, 2.5, null], "a": "x"}"#,
            Some("{a: 'x', b: [1, 2.5, null]}"),
        );
        check("-9223372036854775808", Some("-9223372036854775808"));
        check("1.0", Some("1.0"));
        check("9223372036854775808", None);
    }
}
