//! The header line: what each column holds, and so what the file holds.

use std::fmt::Write as _;

use super::names;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CellType {
    String,
    Integer,
    Float,
    Boolean,
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    DateTime,
    Duration,
}

/// One cell holds one value, or a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    One,
    /// Between `;`.
    Many,
    /// As a JSON array of texts.
    Json,
}

/// How the ids of a column are understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdType {
    /// As integers if all ids of the id space are, otherwise as strings.
    #[default]
    Infer,
    /// As strings, whatever they look like.
    String,
    /// As integers; anything else is an error.
    Integer,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A property.
    Property {
        key: String,
        cell: CellType,
        shape: Shape,
    },
    /// The node's id in its id space, and the key under which it is kept as a property.
    Id {
        key: Option<String>,
        space: String,
        id_type: Option<IdType>,
    },
    /// The node's labels, between `;`.
    Label,
    /// The id of the node where the relationship starts.
    Start { space: String },
    /// The id of the node where the relationship ends.
    End { space: String },
    /// The relationship's type.
    Type,
    /// Nothing that is loaded.
    Ignore,
}

/// Whether a file holds nodes or relationships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nodes,
    Rels,
}

/// The columns of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) roles: Vec<Role>,
}

/// What is wrong with a header: the column's number from zero, the sentence, the hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeaderError {
    pub(super) column: usize,
    pub(super) message: String,
    pub(super) hint: Option<&'static str>,
}

impl HeaderError {
    fn new(column: usize, message: impl Into<String>) -> Self {
        Self {
            column,
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

const TYPES: &str = "types are string, int, long, float, double, boolean, date, localtime, time, \
                     localdatetime, datetime, duration, and lists of them as `string[]`";

impl Header {
    /// Reads the fields of a header line.
    pub(super) fn parse(fields: &[String]) -> Result<Self, HeaderError> {
        let roles = fields
            .iter()
            .enumerate()
            .map(|(column, field)| role(column, field.trim()))
            .collect::<Result<Vec<_>, _>>()?;
        let has = |found: fn(&Role) -> bool| roles.iter().any(found);
        let id = has(|role| matches!(role, Role::Id { .. }));
        let start = has(|role| matches!(role, Role::Start { .. }));
        let end = has(|role| matches!(role, Role::End { .. }));
        let kind = match (id, start, end) {
            (true, false, false) => Kind::Nodes,
            (false, true, true) => Kind::Rels,
            (false, false, false) => {
                return Err(
                    HeaderError::new(0, "the header has neither `:ID` nor `:START_ID`").hint(
                        "nodes have a column `id:ID`, relationships `:START_ID` and `:END_ID`",
                    ),
                );
            }
            (true, ..) => {
                return Err(HeaderError::new(
                    0,
                    "the header mixes `:ID` with `:START_ID`/`:END_ID`",
                )
                .hint("nodes and relationships stand in files of their own"));
            }
            (false, ..) => {
                let missing = if start { ":END_ID" } else { ":START_ID" };
                return Err(HeaderError::new(
                    0,
                    format!("the header has no `{missing}`"),
                ));
            }
        };
        let mut header = Self { kind, roles };
        header.check_once()?;
        header.name_id();
        Ok(header)
    }

    /// An id without a name is kept under `id`, unless another column is called so.
    fn name_id(&mut self) {
        let is_taken = |role: &Role| matches!(role, Role::Property { key, .. } if key == "id");
        if self.roles.iter().any(is_taken) {
            return;
        }
        for role in &mut self.roles {
            if let Role::Id { key, .. } = role {
                key.get_or_insert_with(|| "id".to_owned());
            }
        }
    }

    /// Each role but `:IGNORE` and each key stands once.
    fn check_once(&self) -> Result<(), HeaderError> {
        // A key may be called like a role.
        let mut names: Vec<(bool, &str)> = Vec::new();
        for (column, role) in self.roles.iter().enumerate() {
            let name = match role {
                Role::Property { key, .. } | Role::Id { key: Some(key), .. } => {
                    (true, key.as_str())
                }
                Role::Id { key: None, .. } => (false, ":ID"),
                Role::Label => (false, ":LABEL"),
                Role::Start { .. } => (false, ":START_ID"),
                Role::End { .. } => (false, ":END_ID"),
                Role::Type => (false, ":TYPE"),
                Role::Ignore => continue,
            };
            if names.contains(&name) {
                let message = format!("the column `{}` stands twice", name.1);
                return Err(HeaderError::new(column, message));
            }
            let misplaced = match (self.kind, role) {
                (Kind::Rels, Role::Label) => Some("relationships have no `:LABEL`"),
                (Kind::Nodes, Role::Type) => Some("nodes have no `:TYPE`"),
                _ => None,
            };
            if let Some(message) = misplaced {
                return Err(HeaderError::new(column, message));
            }
            names.push(name);
        }
        Ok(())
    }
}

/// Reads one field: `name`, `name:type`, `name:type[]`, `:ROLE`, `:ROLE(space)`; a name may stand
/// between backticks.
fn role(column: usize, field: &str) -> Result<Role, HeaderError> {
    if let Some((name, rest)) = names::leading(field) {
        let rest = rest.trim();
        let kind = rest.strip_prefix(':').unwrap_or("string");
        if !rest.is_empty() && !rest.starts_with(':') {
            let message = "after a name in backticks stands `:` and a type";
            return Err(HeaderError::new(column, message));
        }
        let (kind, options) = split_options(kind);
        return named(column, Some(name), kind, options);
    }
    let (field, options) = split_options(field);
    let Some((name, kind)) = field.rsplit_once(':') else {
        if field.is_empty() {
            return Err(nameless(column, "string"));
        }
        return property(column, field, "string", options);
    };
    let name = (!name.is_empty()).then(|| name.to_owned());
    named(column, name, kind, options)
}

/// Splits what stands in braces at the end of a field.
fn split_options(field: &str) -> (&str, Option<&str>) {
    match field.split_once('{') {
        Some((field, options)) => (field.trim_end(), Some(options.trim_end_matches('}'))),
        None => (field, None),
    }
}

fn named(
    column: usize,
    name: Option<String>,
    kind: &str,
    options: Option<&str>,
) -> Result<Role, HeaderError> {
    let (role, space) = match kind.split_once('(') {
        Some((role, space)) => (role, space.trim_end_matches(')').to_owned()),
        None => (kind, String::new()),
    };
    match role.to_ascii_uppercase().as_str() {
        "ID" => Ok(Role::Id {
            key: name,
            space,
            id_type: options.map_or(Ok(None), |options| id_type(column, options))?,
        }),
        "START_ID" => Ok(Role::Start { space }),
        "END_ID" => Ok(Role::End { space }),
        "LABEL" => Ok(Role::Label),
        "TYPE" => Ok(Role::Type),
        "IGNORE" => Ok(Role::Ignore),
        _ => match name {
            Some(name) => property(column, &name, role, options),
            None => Err(nameless(column, role)),
        },
    }
}

fn nameless(column: usize, kind: &str) -> HeaderError {
    let mut message = "the column has no name".to_owned();
    if kind != "string" {
        let _ = write!(message, " (or `:{kind}` is misspelled)");
    }
    let hint = "`:ID`, `:LABEL`, `:START_ID`, `:END_ID`, `:TYPE` and `:IGNORE` have none";
    HeaderError::new(column, message).hint(hint)
}

/// Reads what stands in braces after an id: `{id-type: long}`.
fn id_type(column: usize, options: &str) -> Result<Option<IdType>, HeaderError> {
    match option(options, "id-type") {
        None => Ok(None),
        Some("string") => Ok(Some(IdType::String)),
        Some("int" | "integer" | "long") => Ok(Some(IdType::Integer)),
        Some(other) => {
            let message = format!("unknown id-type `{other}`");
            Err(HeaderError::new(column, message).hint("id-type is string, int or long"))
        }
    }
}

/// Returns the value of an option: `long` of `id-type` in `id-type: long`.
fn option<'a>(options: &'a str, name: &str) -> Option<&'a str> {
    let mut options = options
        .split(',')
        .filter_map(|option| option.split_once(':'));
    let found = options.find(|(known, _)| known.trim() == name);
    found.map(|(_, value)| value.trim())
}

fn property(
    column: usize,
    key: &str,
    kind: &str,
    options: Option<&str>,
) -> Result<Role, HeaderError> {
    let lower = kind.to_ascii_lowercase();
    let is_json = options.and_then(|options| option(options, "list")) == Some("json");
    let (name, shape) = match lower.strip_suffix("[]") {
        Some(name) if is_json => (name, Shape::Json),
        Some(name) => (name, Shape::Many),
        None => (lower.as_str(), Shape::One),
    };
    let cell = match name {
        "string" | "char" => CellType::String,
        "int" | "integer" | "long" | "short" | "byte" => CellType::Integer,
        "float" | "double" => CellType::Float,
        "boolean" | "bool" => CellType::Boolean,
        "date" => CellType::Date,
        "localtime" => CellType::LocalTime,
        "time" => CellType::Time,
        "localdatetime" => CellType::LocalDateTime,
        "datetime" => CellType::DateTime,
        "duration" => CellType::Duration,
        _ => {
            let message = format!("unknown type `{kind}` of column `{key}`");
            return Err(HeaderError::new(column, message).hint(TYPES));
        }
    };
    Ok(Role::Property {
        key: key.to_owned(),
        cell,
        shape,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Header, HeaderError> {
        let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        Header::parse(&fields)
    }

    #[test]
    fn a_node_header_tells_keys_types_and_the_id_space() {
        let header = parse("id:ID(Actor),name,year:int,tags:string[],:LABEL").unwrap();
        assert_eq!(header.kind, Kind::Nodes);
        let property = |key: &str, cell, shape| Role::Property {
            key: key.into(),
            cell,
            shape,
        };
        let id = Role::Id {
            key: Some("id".into()),
            space: "Actor".into(),
            id_type: None,
        };
        let expected = [
            id,
            property("name", CellType::String, Shape::One),
            property("year", CellType::Integer, Shape::One),
            property("tags", CellType::String, Shape::Many),
            Role::Label,
        ];
        assert_eq!(header.roles, expected);
    }

    #[test]
    fn a_relationship_header_needs_both_ends() {
        assert_eq!(parse(":START_ID,:END_ID,on:date").unwrap().kind, Kind::Rels);
        let error = |line| parse(line).unwrap_err().message;
        assert_eq!(error(":START_ID,on:date"), "the header has no `:END_ID`");
        assert_eq!(
            error("name,year"),
            "the header has neither `:ID` nor `:START_ID`"
        );
        assert_eq!(
            error("a:ID,b:strnig"),
            "unknown type `strnig` of column `b`"
        );
        assert_eq!(error("a:ID,b,b:int"), "the column `b` stands twice");
    }

    #[test]
    fn an_id_may_say_its_type() {
        let header = parse("code:ID(A){id-type:long}").unwrap();
        let id = Role::Id {
            key: Some("code".into()),
            space: "A".into(),
            id_type: Some(IdType::Integer),
        };
        assert_eq!(header.roles, [id]);
    }
}
