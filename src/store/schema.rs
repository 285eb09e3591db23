//! What a data set declares about itself: labels, types, properties, rules, valid time.
//!
//! Plain data in the shape of `dataset.toml` and `schema.toml`. What a schema does not say is not
//! checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The declarations of a data set. Deserialized from `schema.toml`; [`Schema::dataset`] from
/// `dataset.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schema {
    /// Title, license, languages, keys of valid time.
    #[serde(skip_serializing_if = "is_default")]
    pub dataset: Dataset,
    /// The type of a key wherever it appears, on nodes and relationships.
    pub properties: BTreeMap<String, PropertyType>,
    /// What is declared of each label.
    pub labels: BTreeMap<String, LabelSchema>,
    /// What holds for every node.
    pub nodes: ElementSchema,
    /// What holds for every relationship.
    pub relations: ElementSchema,
    /// What is declared of each relationship type.
    pub types: BTreeMap<String, TypeSchema>,
    /// Rules over the data.
    pub rules: Vec<Rule>,
}

/// What a data set says of itself as a whole: `dataset.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dataset {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it holds, in a sentence or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its license, an SPDX expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// The languages of its names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Which keys carry valid time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeKeys>,
}

/// The property keys that carry valid time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimeKeys {
    /// The first day on which something holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first day on which it holds no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The day of an act; it holds from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// A partial date as EDTF, from which the first two are derived where they are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The type of a property, as `schema.toml` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PropertyType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Float,
    /// `true` or `false`.
    Boolean,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// A list of texts.
    Strings,
    /// A list of whole numbers.
    Integers,
    /// Text that is a partial date or interval as EDTF.
    Edtf,
}

/// What is declared of a label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelSchema {
    /// The color in pictures, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The shape in pictures, in Graphviz' words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
    /// The label that a node with this one must have too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// The label in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Keys that a node with the label must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Keys that a node with the label may have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
}

/// What holds for every node, or for every relationship.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ElementSchema {
    /// Keys that any may have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Keys that all must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
}

/// What is declared of a relationship type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TypeSchema {
    /// Labels, one of which the start must have; any if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub start: Vec<String>,
    /// Labels, one of which the end must have; any if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub end: Vec<String>,
    /// For stances: 1 for, −1 against, 0 neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polarity: Option<i64>,
    /// The color in pictures, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// The line in pictures, in Graphviz' words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// The type in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Keys that relationships of the type must have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Keys that relationships of the type may have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The values that a key may have on this type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Vec<Scalar>>,
}

/// A rule over the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// No more such relationships at a node than its property says.
    AtMost {
        /// What the rule is called in messages.
        name: String,
        /// The label of the nodes it applies to; all nodes if missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label: Option<String>,
        /// The type of the relationships that are counted.
        #[serde(rename = "type")]
        rel_type: String,
        /// Whether they start or end at the node.
        direction: RuleDirection,
        /// The properties that they must have.
        #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
        conditions: BTreeMap<String, Scalar>,
        /// The node's property that holds the total.
        property: String,
        /// How bad it is.
        #[serde(default, skip_serializing_if = "is_default")]
        severity: Severity,
    },
    /// No two stances of opposite polarity on one pair of nodes that overlap in time.
    OppositeStances {
        /// What the rule is called in messages.
        name: String,
        /// How bad it is.
        #[serde(default, skip_serializing_if = "is_default")]
        severity: Severity,
    },
}

/// Which relationships of a node a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleDirection {
    /// Those that end at the node.
    In,
    /// Those that start at the node.
    Out,
}

/// How bad a broken rule is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The data are wrong.
    #[default]
    Error,
    /// The data may be wrong.
    Warning,
}

/// A value that a schema names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    String(String),
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"
        [properties]
        name = "string"
        on = "date"
        source = "strings"
        [labels.State]
        within = "Actor"
        color = "#cfe2f3"
        required = ["name"]
        keys = ["iso2"]
        [nodes]
        keys = ["id", "name"]
        [relations]
        required = ["source"]
        [types.OPPOSES]
        start = ["Actor"]
        polarity = -1
        [types.ADOPTED.values]
        procedure = ["vote", "consensus"]
        [[rules]]
        kind = "at-most"
        name = "named No voters"
        label = "Document"
        type = "OPPOSES"
        direction = "in"
        where = { act = "vote" }
        property = "no"
        [[rules]]
        kind = "opposite-stances"
        name = "opposite stances at the same time"
        severity = "warning"
    "##;

    #[test]
    fn a_schema_is_read_and_written() {
        let schema: Schema = toml::from_str(TEXT).unwrap();
        assert_eq!(schema.properties["on"], PropertyType::Date);
        assert_eq!(schema.labels["State"].within.as_deref(), Some("Actor"));
        assert_eq!(schema.types["OPPOSES"].polarity, Some(-1));
        let values = &schema.types["ADOPTED"].values["procedure"];
        assert_eq!(values[1], Scalar::String("consensus".into()));
        let Rule::AtMost {
            conditions,
            severity,
            ..
        } = &schema.rules[0]
        else {
            panic!("{:?}", schema.rules[0]);
        };
        assert_eq!(conditions["act"], Scalar::String("vote".into()));
        assert_eq!(*severity, Severity::Error);
        let written = toml::to_string(&schema).unwrap();
        assert_eq!(toml::from_str::<Schema>(&written).unwrap(), schema);
    }

    #[test]
    fn unknown_words_are_refused() {
        for text in [
            "[labels.State]\ncolour = \"red\"",
            "[properties]\nx = \"text\"",
            "[[rules]]\nkind = \"z\"",
        ] {
            assert!(toml::from_str::<Schema>(text).is_err(), "{text}");
        }
    }
}
