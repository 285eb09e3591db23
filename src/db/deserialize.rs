//! Rows as values of Rust types, through serde.

use std::fmt;
use std::sync::Arc;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use crate::error::{Code, Error, ErrorType};
use crate::store::Snapshot;
use crate::value::Value;
use crate::value::literal::to_literal;

/// Why a row is no value of the type.
#[derive(Debug)]
struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl serde::de::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Reads a row; `place` counts rows from one, for the error.
pub(super) fn row<T: DeserializeOwned>(
    columns: &[Arc<str>],
    values: Vec<Value>,
    graph: &Snapshot,
    place: usize,
) -> Result<T, Error> {
    let row = Row {
        columns,
        values,
        graph,
    };
    T::deserialize(row).map_err(|Mismatch(reason)| {
        let code = Code::runtime(ErrorType::TypeError, "RowNotDeserialized");
        Error::new(
            code,
            format!("row {place} is no value of the type: {reason}"),
        )
    })
}

/// A row: a struct or map by its columns, a tuple by their order, or its only value.
struct Row<'a> {
    columns: &'a [Arc<str>],
    values: Vec<Value>,
    graph: &'a Snapshot,
}

impl<'a> Row<'a> {
    fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        let graph = self.graph;
        self.values
            .into_iter()
            .map(move |value| Cell { value, graph })
    }

    /// Returns the only value.
    fn single(self) -> Result<Cell<'a>, Mismatch> {
        let count = self.values.len();
        let mut cells = self.cells();
        match (cells.next(), cells.next()) {
            (Some(cell), None) => Ok(cell),
            _ => Err(Mismatch(format!("one column was expected, not {count}"))),
        }
    }
}

impl<'de> Deserializer<'de> for Row<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.single()?.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.single()?.deserialize_option(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.single()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if self.values.len() != length {
            let count = self.values.len();
            return Err(Mismatch(format!(
                "{length} columns were expected, not {count}"
            )));
        }
        visitor.visit_seq(SeqDeserializer::new(self.cells()))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let columns = self.columns;
        let names = columns.iter().map(|name| Text(Arc::clone(name)));
        visitor.visit_map(MapDeserializer::new(names.zip(self.cells())))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq identifier ignored_any
    }
}

/// A name.
struct Text(Arc<str>);

impl IntoDeserializer<'_, Mismatch> for Text {
    type Deserializer = serde::de::value::StringDeserializer<Mismatch>;

    fn into_deserializer(self) -> Self::Deserializer {
        self.0.to_string().into_deserializer()
    }
}

/// A value, with the graph in which its elements are looked up.
struct Cell<'a> {
    value: Value,
    graph: &'a Snapshot,
}

impl IntoDeserializer<'_, Mismatch> for Cell<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'a> Cell<'a> {
    fn properties(
        graph: &'a Snapshot,
        properties: Vec<(crate::store::KeyId, Value)>,
    ) -> impl Iterator<Item = (Text, Cell<'a>)> {
        properties.into_iter().map(move |(key, value)| {
            let name = Text(Arc::clone(graph.key_name(key)));
            (name, Cell { value, graph })
        })
    }
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Self { value, graph } = self;
        let cell = |value| Cell { value, graph };
        match value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Int(number) => visitor.visit_i64(number),
            Value::Float(number) => visitor.visit_f64(number),
            Value::String(text) => visitor.visit_str(&text),
            Value::List(items) => {
                let items = items.iter().cloned().map(cell);
                visitor.visit_seq(SeqDeserializer::new(items))
            }
            Value::Map(map) => {
                let entries = map.iter();
                let entries =
                    entries.map(|(key, value)| (Text(Arc::clone(key)), cell(value.clone())));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            Value::Node(node) => {
                let properties = Self::properties(graph, graph.node_properties(node));
                visitor.visit_map(MapDeserializer::new(properties))
            }
            Value::Rel(rel) => {
                let properties = Self::properties(graph, graph.rel_properties(rel));
                visitor.visit_map(MapDeserializer::new(properties))
            }
            Value::Path(path) => {
                let nodes = path.nodes.iter().map(|node| cell(Value::Node(*node)));
                let rels = path.rels.iter().map(|rel| Some(cell(Value::Rel(*rel))));
                let rels = rels.chain(std::iter::once(None));
                let all = nodes
                    .zip(rels)
                    .flat_map(|(node, rel)| std::iter::once(node).chain(rel));
                visitor.visit_seq(SeqDeserializer::new(all))
            }
            Value::Date(_)
            | Value::LocalTime(_)
            | Value::Time(_)
            | Value::LocalDateTime(_)
            | Value::DateTime(_)
            | Value::Duration(_) => {
                // Temporal values are ISO texts, as in JSON.
                visitor.visit_str(to_literal(&value).trim_matches('\''))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::String(text) => visitor.visit_enum(Variant(text)),
            other => Err(Mismatch(format!(
                "a text was expected, not {}",
                to_literal(&other)
            ))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A text that names a variant without data.
struct Variant(Arc<str>);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Mismatch;
    type Variant = Unit;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Unit), Mismatch> {
        let name: StrDeserializer<'_, Mismatch> = (&*self.0).into_deserializer();
        Ok((seed.deserialize(name)?, Unit))
    }
}

/// The data of a variant: none.
struct Unit;

impl<'de> VariantAccess<'de> for Unit {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Mismatch> {
        Err(Mismatch("a text is a variant without data".to_owned()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Mismatch> {
        Err(Mismatch("a text is a variant without data".to_owned()))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Mismatch> {
        Err(Mismatch("a text is a variant without data".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use crate::db::{Database, Params};

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, String> {
        let mut session = Database::new().session();
        let rows = session.run(text, &Params::default()).unwrap();
        rows.deserialize()
            .map_err(|error| error.message().to_owned())
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Vote {
        state: String,
        yes: Option<bool>,
        #[serde(default)]
        on: String,
        weights: Vec<f64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Act {
        Vote,
        Statement,
    }

    #[test]
    fn rows_become_structs_tuples_maps_and_values() {
        let text =
            "RETURN 'NO' AS state, null AS yes, date('2025-12-17') AS `on`, [1, 2.5] AS weights";
        let vote = Vote {
            state: "NO".into(),
            yes: None,
            on: "2025-12-17".into(),
            weights: vec![1.0, 2.5],
        };
        assert_eq!(read(text), Ok(vec![vote]));
        let pairs = read("UNWIND [1, 2] AS n RETURN n, n % 2 = 0");
        assert_eq!(pairs, Ok(vec![(1_u8, false), (2, true)]));
        assert_eq!(
            read("UNWIND [1, null] AS n RETURN n"),
            Ok(vec![Some(1_i64), None])
        );
        assert_eq!(
            read("UNWIND ['vote', 'statement'] AS act RETURN act"),
            Ok(vec![Act::Vote, Act::Statement])
        );
        let map = read::<BTreeMap<String, i64>>("RETURN 1 AS a, 2 AS b").unwrap();
        assert_eq!(map[0], BTreeMap::from([("a".into(), 1), ("b".into(), 2)]));
    }

    #[test]
    fn nodes_and_relationships_are_their_properties() {
        type Row = (State, BTreeMap<String, u8>, Vec<State>);

        #[derive(Debug, PartialEq, Deserialize)]
        struct State {
            name: String,
        }
        let text = "CREATE p = (a:State {name: 'A'})-[r:R {n: 1}]->(b:State {name: 'B'})
                    RETURN a, r, nodes(p)";
        let state = |name: &str| State { name: name.into() };
        let found = read::<Row>(text).unwrap();
        let rel = BTreeMap::from([("n".to_owned(), 1)]);
        assert_eq!(found[0], (state("A"), rel, vec![state("A"), state("B")]));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let check = |outcome: Result<(), String>, expected: &str| {
            assert_eq!(outcome.unwrap_err(), expected);
        };
        check(
            read::<u8>("UNWIND [1, 300] AS n RETURN n").map(|_| ()),
            "row 2 is no value of the type: invalid value: integer `300`, expected u8",
        );
        check(
            read::<(u8, u8)>("RETURN 1").map(|_| ()),
            "row 1 is no value of the type: 2 columns were expected, not 1",
        );
        check(
            read::<Act>("RETURN 1").map(|_| ()),
            "row 1 is no value of the type: a text was expected, not 1",
        );
    }
}
