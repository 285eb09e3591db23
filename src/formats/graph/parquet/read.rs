//! Tables to a graph.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::formats::diagnostic::{Diagnostic, Report};
use crate::formats::graph::gather::{Element, Gathering, NodeRecord, RelRecord, at};
use crate::formats::graph::source::{File, Progress, type_of, whole};
use crate::formats::temporal;
use crate::store::Snapshot;
use crate::value::temporal::{Date, DateTime, LocalDateTime, LocalTime};
use crate::value::{Value, Zone};

use super::meta::{Described, END, ID, KEY, LABELS, Meta, START, TYPE, VALID_FROM, VALID_UNTIL};

/// How many values are decoded at once.
const AT_ONCE: usize = 1 << 16;

/// Reads a graph from tables, in any order.
///
/// # Errors
/// What is no Parquet, columns that no property can be, and every row that is wrong.
pub fn read(files: Vec<File<'_>>, progress: &mut dyn FnMut(Progress)) -> Result<Snapshot, Report> {
    let mut graph = Gathering::new("");
    let mut bytes = 0;
    for file in files {
        graph.begin_file(&file.name);
        let name = file.name.clone();
        let outcome = Table::open(file).and_then(|table| {
            bytes += table.size;
            table.read(&mut graph)
        });
        if let Err(message) = outcome {
            graph.finding(Diagnostic::error(name, message));
        }
        progress(graph.progress(bytes));
    }
    graph.finish()
}

/// A file that was opened.
struct Table {
    name: String,
    size: u64,
    reader: SerializedFileReader<Bytes>,
    meta: Meta,
}

/// What a column is for.
enum Role {
    Id,
    Labels,
    Start,
    End,
    Type,
    Property { key: String, kind: Option<String> },
    Ignored,
}

impl Table {
    fn open(file: File<'_>) -> Result<Self, String> {
        let name = file.name.clone();
        let bytes = Bytes::from(whole(file).map_err(|finding| finding.message)?);
        let size = bytes.len() as u64;
        let reader = guarded(|| SerializedFileReader::new(bytes))?;
        let entries = reader.metadata().file_metadata().key_value_metadata();
        let ours = entries.into_iter().flatten().find(|entry| entry.key == KEY);
        let meta = ours.and_then(|entry| serde_json::from_str(entry.value.as_deref()?).ok());
        Ok(Self {
            name,
            size,
            reader,
            meta: meta.unwrap_or_default(),
        })
    }

    fn columns(&self) -> &[Arc<ColumnDescriptor>] {
        self.reader
            .metadata()
            .file_metadata()
            .schema_descr()
            .columns()
    }

    fn is_of_rels(&self) -> bool {
        self.columns().iter().any(|column| top(column) == START)
    }

    /// Reads all rows.
    fn read(&self, graph: &mut Gathering) -> Result<(), String> {
        if let Ok(schema) = toml::from_str(&self.meta.schema)
            && !self.meta.schema.is_empty()
        {
            graph.schema(schema);
        }
        let roles = self.roles()?;
        let mut before = 0;
        for place in 0..self.reader.num_row_groups() {
            before += self.read_group(place, before, &roles, graph)?;
        }
        Ok(())
    }

    fn roles(&self) -> Result<Vec<Role>, String> {
        let wanted = if self.is_of_rels() { END } else { ID };
        let has = |name: &str| self.columns().iter().any(|column| top(column) == name);
        if !has(wanted) {
            return Err(format!("the table has no column `{wanted}`"));
        }
        self.columns()
            .iter()
            .map(|column| self.role(column))
            .collect()
    }

    fn role(&self, column: &ColumnDescriptor) -> Result<Role, String> {
        let name = top(column);
        let deepest = match column.max_rep_level() {
            0 => 1,
            _ => 3,
        };
        if column.max_rep_level() > 1 || column.path().parts().len() > deepest {
            let name = name.escape_debug();
            return Err(format!(
                "no property can hold what is nested in the column `{name}`"
            ));
        }
        Ok(match name {
            ID => Role::Id,
            LABELS => Role::Labels,
            START => Role::Start,
            END => Role::End,
            TYPE => Role::Type,
            VALID_FROM | VALID_UNTIL => Role::Ignored,
            name => match self.meta.columns.get(name) {
                Some(Described { key, item }) => Role::Property {
                    key: key.clone(),
                    kind: Some(item.clone()),
                },
                None => Role::Property {
                    key: match name.strip_prefix("__") {
                        Some(rest) => format!("_{rest}"),
                        None => name.to_owned(),
                    },
                    kind: None,
                },
            },
        })
    }

    /// Reads a row group, which stands after so many rows; returns how many it has.
    fn read_group(
        &self,
        place: usize,
        before: usize,
        roles: &[Role],
        graph: &mut Gathering,
    ) -> Result<usize, String> {
        let group = guarded(|| self.reader.get_row_group(place))?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
        let mut records: Vec<Record> = Vec::new();
        for (place, (column, role)) in self.columns().iter().zip(roles).enumerate() {
            if matches!(role, Role::Ignored) {
                continue;
            }
            let values = values(&*group, place, column, rows)
                .map_err(|message| format!("column `{}`: {message}", top(column).escape_debug()))?;
            records.resize_with(values.len(), Record::default);
            for (record, value) in records.iter_mut().zip(values) {
                record.take(role, value);
            }
        }
        let (of_rels, count) = (self.is_of_rels(), records.len());
        for (row, record) in records.into_iter().enumerate() {
            let place = at(before + row + 1, 1);
            match record.element(of_rels, &self.name) {
                Ok(element) => graph.add(place, element),
                Err(message) => graph.wrong(place, message),
            }
        }
        Ok(count)
    }
}

/// A row on its way to an element.
#[derive(Default)]
struct Record {
    id: Option<Value>,
    labels: Vec<String>,
    start: Option<Value>,
    end: Option<Value>,
    rel_type: Option<String>,
    properties: Vec<(String, Value)>,
    wrong: Option<String>,
}

impl Record {
    fn take(&mut self, role: &Role, value: Value) {
        match (role, value) {
            (_, Value::Null) | (Role::Ignored, _) => {}
            (Role::Id, value) => self.id = Some(value),
            (Role::Start, value) => self.start = Some(value),
            (Role::End, value) => self.end = Some(value),
            (Role::Type, value) => self.rel_type = value.as_str().map(str::to_owned),
            (Role::Labels, Value::List(items)) => {
                let texts = items.iter().filter_map(Value::as_str);
                self.labels = texts.map(str::to_owned).collect();
            }
            (Role::Labels, value) => self.labels.extend(value.as_str().map(str::to_owned)),
            (Role::Property { key, kind }, value) => {
                if self.properties.iter().any(|(known, _)| known == key) {
                    let key = key.escape_debug();
                    self.wrong = Some(format!("the key `{key}` has two values"));
                    return;
                }
                let kind = kind.as_deref();
                if let Some(value) = described(kind, value) {
                    self.properties.push((key.clone(), value));
                } else {
                    let (key, kind) = (key.escape_debug(), kind.unwrap_or_default());
                    self.wrong = Some(format!("`{key}` is no {}", kind.escape_debug()));
                }
            }
        }
    }

    fn element(self, of_rels: bool, file: &str) -> Result<Element, String> {
        if let Some(message) = self.wrong {
            return Err(message);
        }
        let number = |value: &Option<Value>, what: &str| match value {
            Some(Value::Int(number)) => Ok(number.to_string()),
            Some(Value::String(text)) => Ok(text.to_string()),
            _ => Err(format!("the row has no `{what}`")),
        };
        if of_rels {
            return Ok(Element::Rel(RelRecord {
                start: number(&self.start, START)?,
                rel_type: self.rel_type.unwrap_or_else(|| type_of(file)),
                end: number(&self.end, END)?,
                properties: self.properties,
            }));
        }
        Ok(Element::Node(NodeRecord {
            id: number(&self.id, ID)?,
            labels: self.labels,
            properties: self.properties,
        }))
    }
}

/// A value as the type that the metadata say: temporal ones may be texts.
fn described(kind: Option<&str>, value: Value) -> Option<Value> {
    let Some(kind) = kind.filter(|kind| temporal::is_kind(kind)) else {
        return Some(value);
    };
    match value {
        Value::String(text) => temporal::read(kind, &text),
        Value::List(items) => {
            let items = items.iter().map(|item| described(Some(kind), item.clone()));
            items.collect::<Option<Vec<_>>>().map(Value::list)
        }
        other => Some(other),
    }
}

/// The name of the column that a leaf belongs to.
fn top(column: &ColumnDescriptor) -> &str {
    column.path().parts().first().map_or("", String::as_str)
}

/// The values of a column of a row group, row by row; null where there is none.
fn values(
    group: &dyn RowGroupReader,
    place: usize,
    column: &ColumnDescriptor,
    rows: usize,
) -> Result<Vec<Value>, String> {
    guarded(|| group.get_column_reader(place)).and_then(|reader| match reader {
        ColumnReader::BoolColumnReader(reader) => {
            read_column(reader, column, rows, |value| Some(Value::Bool(*value)))
        }
        ColumnReader::Int32ColumnReader(reader) => {
            read_column(reader, column, rows, |value| int32(column, *value))
        }
        ColumnReader::Int64ColumnReader(reader) => {
            read_column(reader, column, rows, |value| int64(column, *value))
        }
        ColumnReader::Int96ColumnReader(reader) => read_column(reader, column, rows, |value| {
            moment(value.to_micros(), 1_000_000, false)
        }),
        ColumnReader::FloatColumnReader(reader) => read_column(reader, column, rows, |value| {
            Some(Value::Float(f64::from(*value)))
        }),
        ColumnReader::DoubleColumnReader(reader) => {
            read_column(reader, column, rows, |value| Some(Value::Float(*value)))
        }
        ColumnReader::ByteArrayColumnReader(reader) => read_column(reader, column, rows, text),
        ColumnReader::FixedLenByteArrayColumnReader(_) => {
            Err("bytes of a fixed length are no type that polity knows".to_owned())
        }
    })
}

fn read_column<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    rows: usize,
    convert: impl Fn(&T::T) -> Option<Value>,
) -> Result<Vec<Value>, String> {
    let mut out: Vec<Value> = Vec::new();
    let mut read = 0;
    loop {
        let (mut leaves, mut depths, mut goes_on) = (Vec::new(), Vec::new(), Vec::new());
        let (records, ..) = guarded(|| {
            reader.read_records(AT_ONCE, Some(&mut depths), Some(&mut goes_on), &mut leaves)
        })?;
        if records == 0 {
            break;
        }
        read += records;
        if read > rows {
            break;
        }
        let mut rows = Rows {
            column,
            leaves: leaves.iter().map(&convert),
            list: None,
            out: &mut out,
        };
        // A column that is always there, and no list, has no levels.
        let count = if depths.is_empty() {
            records
        } else {
            depths.len()
        };
        for place in 0..count {
            let depth = depths.get(place).copied();
            rows.take(depth, goes_on.get(place).copied().unwrap_or(0))?;
        }
        rows.end_list();
    }
    if read == rows {
        Ok(out)
    } else {
        Err(format!("{read} values for {rows} rows"))
    }
}

/// Rows in the making, from the values of a column and their depths.
struct Rows<'r, I> {
    column: &'r ColumnDescriptor,
    leaves: I,
    /// The list that may go on.
    list: Option<Vec<Value>>,
    out: &'r mut Vec<Value>,
}

impl<I: Iterator<Item = Option<Value>>> Rows<'_, I> {
    fn take(&mut self, depth: Option<i16>, goes_on: i16) -> Result<(), String> {
        let deepest = self.column.max_def_level();
        let depth = depth.unwrap_or(deepest);
        let value = if depth == deepest {
            let leaf = self.leaves.next().ok_or("values are missing")?;
            Some(leaf.ok_or("a value is of no type that polity knows")?)
        } else {
            None
        };
        if self.column.max_rep_level() == 0 {
            self.out.push(value.unwrap_or(Value::Null));
            return Ok(());
        }
        if goes_on == 0 {
            self.end_list();
        }
        let within = self.column.repeated_ancestor_def_level();
        match (value, &mut self.list) {
            (Some(value), Some(list)) => list.push(value),
            (Some(value), None) => self.list = Some(vec![value]),
            (None, _) if depth >= within => {
                return Err("a property cannot hold a list with nulls".to_owned());
            }
            (None, _) if depth + 1 == within => self.list = Some(Vec::new()),
            (None, _) => self.out.push(Value::Null),
        }
        Ok(())
    }

    fn end_list(&mut self) {
        if let Some(items) = self.list.take() {
            self.out.push(Value::list(items));
        }
    }
}

fn int32(column: &ColumnDescriptor, value: i32) -> Option<Value> {
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => {
            Date::from_days(value.into()).map(Value::Date)
        }
        (Some(LogicalType::Time(_)), _) | (_, ConvertedType::TIME_MILLIS) => {
            LocalTime::from_nanos(i64::from(value) * 1_000_000).map(Value::LocalTime)
        }
        (_, ConvertedType::DECIMAL) => Some(decimal(column, value.into())),
        (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32) => {
            Some(Value::Int(value.cast_unsigned().into()))
        }
        _ => Some(Value::Int(value.into())),
    }
}

fn int64(column: &ColumnDescriptor, value: i64) -> Option<Value> {
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Timestamp(of)), _) => {
            moment(value, per_second(&of.unit), of.is_adjusted_to_u_t_c)
        }
        (_, ConvertedType::TIMESTAMP_MILLIS) => moment(value, 1_000, true),
        (_, ConvertedType::TIMESTAMP_MICROS) => moment(value, 1_000_000, true),
        (Some(LogicalType::Time(of)), _) => {
            let nanos = value.checked_mul(1_000_000_000 / per_second(&of.unit))?;
            LocalTime::from_nanos(nanos).map(Value::LocalTime)
        }
        (_, ConvertedType::DECIMAL) => Some(decimal(column, value)),
        (_, ConvertedType::UINT_64) => (value >= 0).then_some(Value::Int(value)),
        _ => Some(Value::Int(value)),
    }
}

/// A moment as so many parts of a second since 1970, in UTC or nowhere in particular.
fn moment(parts: i64, per_second: i64, is_utc: bool) -> Option<Value> {
    let seconds = parts.div_euclid(per_second);
    let nanos = parts.rem_euclid(per_second) * (1_000_000_000 / per_second);
    if is_utc {
        let moment = DateTime::from_seconds(seconds, nanos, Zone::UTC);
        return moment.map(Value::DateTime);
    }
    let moment = LocalDateTime::from_seconds(seconds, nanos);
    moment.map(Value::LocalDateTime)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are no decimals, and a float is nearest to one"
)]
fn decimal(column: &ColumnDescriptor, value: i64) -> Value {
    Value::Float(value as f64 / 10_f64.powi(column.type_scale()))
}

fn text(value: &ByteArray) -> Option<Value> {
    std::str::from_utf8(value.data()).ok().map(Value::from)
}

/// Asks the library for something. It may panic at damaged files.
fn guarded<T>(ask: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the file is damaged".to_owned()),
    }
}
