//! Formats of results: columns and rows, with the graph that their nodes and relationships are of.

mod json;
mod separated;
mod table;

pub use json::{json, jsonl, value as json_value};
pub(super) use json::{list as json_list, string as json_string};
pub use separated::{csv, tsv};
pub use table::{line, markdown, table, table_within};

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;

    use super::*;
    use crate::formats::testing;
    use crate::store::Snapshot;
    use crate::value::{NodeId, RelId, Value};

    type Writer = fn(&[Arc<str>], Vec<Vec<Value>>, &Snapshot, &mut dyn Write) -> io::Result<()>;

    /// Writes one row with the columns `a`, `b`, … and compares.
    fn check(write: Writer, row: Vec<Value>, expected: &str) {
        let columns: Vec<Arc<str>> = ('a'..)
            .take(row.len())
            .map(|c| c.to_string().into())
            .collect();
        let mut out = Vec::new();
        write(&columns, vec![row], &testing::graph(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    fn elements() -> Vec<Value> {
        vec![
            Value::Node(NodeId(0)),
            Value::Rel(RelId(1)),
            testing::path(),
        ]
    }

    #[test]
    fn csv_tells_null_from_the_empty_string_and_quotes_what_it_must() {
        let list = Value::list([Value::from(1), Value::from("x")]);
        check(
            csv,
            vec![
                Value::Null,
                "".into(),
                "a,\"b\"\nc".into(),
                list,
                1.0.into(),
            ],
            "a,b,c,d,e\n,\"\",\"a,\"\"b\"\"\nc\",\"[1,\"\"x\"\"]\",1.0\n",
        );
        check(
            tsv,
            vec!["a,b".into(), "a\tb".into()],
            "a\tb\na,b\t\"a\tb\"\n",
        );
    }

    #[test]
    fn json_holds_elements_with_their_properties() {
        check(
            jsonl,
            vec![
                Value::Node(NodeId(0)),
                Value::Rel(RelId(1)),
                f64::NAN.into(),
            ],
            "{\"a\":{\"type\":\"node\",\"id\":\"0\",\"labels\":[\"Actor\",\"State\"],\
             \"properties\":{\"id\":\"iran\",\"name\":\"Iran\"}},\
             \"b\":{\"type\":\"relationship\",\"id\":\"1\",\"label\":\"SIGNED\",\"start\":\"2\",\
             \"end\":\"1\",\"properties\":{\"on\":\"2025-10-25\"}},\"c\":\"NaN\"}\n",
        );
    }

    #[test]
    fn json_is_an_array_whose_paths_are_lists() {
        let mut out = Vec::new();
        let columns = [Arc::from("p\n")];
        let rows = vec![vec![testing::path()], vec![Value::Null]];
        json(&columns, rows, &testing::graph(), &mut out).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let kinds: Vec<&str> = read[0]["p\n"]
            .as_array()
            .unwrap()
            .iter()
            .map(|element| element["type"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            ["node", "relationship", "node", "relationship", "node"]
        );
        assert!(read[1]["p\n"].is_null());
    }

    #[test]
    fn people_see_names_kinds_and_directions() {
        check(
            table,
            elements(),
            "\
┌─────────────┬─────────────────────┬────────────────────────────────────────────────────────────────┐
│ a           ┆ b                   ┆ c                                                              │
╞═════════════╪═════════════════════╪════════════════════════════════════════════════════════════════╡
│ Iran :State ┆ signed (2025-10-25) ┆ Iran -supports-> Hanoi Convention <-signed (2025-10-25)- China │
└─────────────┴─────────────────────┴────────────────────────────────────────────────────────────────┘
",
        );
        check(
            line,
            vec![
                "x\ny".into(),
                Value::list(["it's".into(), Value::Node(NodeId(1))]),
            ],
            "a = x\n    y\nb = ['it\\'s', Hanoi Convention :Document]\n",
        );
        check(
            markdown,
            vec!["a|b\nc".into(), Value::Null],
            "| a | b |\n| --- | --- |\n| a\\|b<br>c | null |\n",
        );
    }

    #[test]
    fn a_table_fits_into_its_width_and_steers_no_terminal() {
        let row = vec![
            Value::from("word ".repeat(30)),
            Value::from("\u{1b}[31mred"),
        ];
        let columns = [Arc::from("long"), Arc::from("sly")];
        let mut out = Vec::new();
        table_within(&columns, [row], &testing::graph(), 40, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.lines().all(|line| line.chars().count() <= 40),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'));
    }
}
