//! `LoadCsv`: rows of a file below one of the allowed folders, read as they are needed.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fan::Fan;
use super::write::mismatch;
use super::{Operate, Source};
use crate::error::{Code, Error, ErrorType, Result};
use crate::exec::batch::Batch;
use crate::exec::column::Column;
use crate::exec::run::Run;
use crate::plan::physical::{Op, Operator};
use crate::semantics::bound::{Expr, Slot};
use crate::value::{Map, Value};

/// Each input row with each row of a file.
pub(super) struct LoadCsv<'p> {
    input: Source<'p>,
    operator: &'p Operator,
    under_way: Option<UnderWay>,
}

/// The operator's fields.
#[derive(Clone, Copy)]
struct Shape<'p> {
    source: &'p Expr,
    with_headers: bool,
    field_terminator: Option<&'p Expr>,
    slot: Slot,
}

struct UnderWay {
    batch: Batch,
    row: usize,
    /// The file of the current row.
    file: Option<OpenFile>,
}

struct OpenFile {
    reader: csv::Reader<BufReader<File>>,
    headers: Option<Vec<Arc<str>>>,
}

impl<'p> LoadCsv<'p> {
    pub(super) fn new(input: Source<'p>, operator: &'p Operator) -> Self {
        Self {
            input,
            operator,
            under_way: None,
        }
    }

    fn shape(&self) -> Option<Shape<'p>> {
        match &self.operator.op {
            Op::LoadCsv {
                input: _,
                source,
                with_headers,
                field_terminator,
                slot,
            } => Some(Shape {
                source,
                with_headers: *with_headers,
                field_terminator: field_terminator.as_ref(),
                slot: *slot,
            }),
            _ => None,
        }
    }
}

impl Shape<'_> {
    fn open(&self, row: &Batch, run: &mut Run<'_>) -> Result<OpenFile> {
        let source = run.eval(self.source, row)?.value(0);
        let Value::String(source) = &source else {
            return Err(mismatch("the name of a file", &source).at(self.source.span));
        };
        let mut delimiter = b',';
        if let Some(expr) = self.field_terminator {
            let value = run.eval(expr, row)?.value(0);
            delimiter = match value.as_str().map(str::as_bytes) {
                Some(&[byte]) => byte,
                _ => return Err(mismatch("one ASCII character", &value).at(expr.span)),
            };
        }
        let file = resolve(source, &run.ctx.folders)
            .and_then(|path| File::open(&path).map_err(|error| unreadable(source, &error)))
            .map_err(|error| error.at(self.source.span))?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(self.with_headers)
            .flexible(true)
            .from_reader(BufReader::new(file));
        let headers = if self.with_headers {
            let headers = reader
                .headers()
                .map_err(|error| unreadable(source, &error))?;
            Some(headers.iter().map(Arc::from).collect())
        } else {
            None
        };
        Ok(OpenFile { reader, headers })
    }
}

impl OpenFile {
    /// Returns the next row, as a map where the file has headers, else as a list. An empty field
    /// is null.
    fn next(&mut self, source: &Expr) -> Result<Option<Value>> {
        let mut record = csv::StringRecord::new();
        let more = self
            .reader
            .read_record(&mut record)
            .map_err(|error| unreadable("the file", &error).at(source.span))?;
        if !more {
            return Ok(None);
        }
        let field = |text: &str| match text {
            "" => Value::Null,
            text => Value::String(Arc::from(text)),
        };
        Ok(Some(match &self.headers {
            None => Value::list(record.iter().map(field)),
            Some(headers) => {
                let fields = record.iter().map(field);
                let fields = fields.chain(std::iter::repeat(Value::Null));
                let map: Map = headers.iter().map(Arc::clone).zip(fields).collect();
                Value::Map(map.into())
            }
        }))
    }
}

/// Finds the file that a query names below one of the allowed folders.
fn resolve(source: &str, folders: &[PathBuf]) -> Result<PathBuf> {
    if source.starts_with("http:") || source.starts_with("https:") || source.starts_with("ftp:") {
        return Err(not_allowed(source).hint("only files can be read"));
    }
    let named = source.strip_prefix("file://").unwrap_or(source);
    for folder in folders {
        let Ok(folder) = folder.canonicalize() else {
            continue;
        };
        let below = Path::new(named.trim_start_matches('/'));
        for candidate in [PathBuf::from(named), folder.join(below)] {
            let found = candidate.canonicalize();
            if let Ok(path) = found.as_ref()
                && path.starts_with(&folder)
            {
                return Ok(path.clone());
            }
        }
    }
    let exists = folders.is_empty() || Path::new(named).is_absolute() && Path::new(named).exists();
    if exists {
        return Err(not_allowed(source).hint("`--allow-folder` says where files may be read"));
    }
    let code = Code::runtime(ErrorType::DataError, "FileNotFound");
    Err(Error::new(
        code,
        format!("there is no file `{source}` in the allowed folders"),
    ))
}

fn not_allowed(source: &str) -> Error {
    let code = Code::runtime(ErrorType::DataError, "FileNotAllowed");
    Error::new(code, format!("`{source}` may not be read"))
}

fn unreadable(source: &str, error: &dyn std::fmt::Display) -> Error {
    let code = Code::runtime(ErrorType::DataError, "FileNotReadable");
    Error::new(code, format!("can't read `{source}`: {error}"))
}

impl Operate for LoadCsv<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>> {
        run.ctx.pulse()?;
        let Some(shape) = self.shape() else {
            return Ok(None);
        };
        let mut under_way = if let Some(under_way) = self.under_way.take() {
            under_way
        } else {
            let Some(batch) = self.input.next(run)? else {
                return Ok(None);
            };
            UnderWay {
                batch,
                row: 0,
                file: None,
            }
        };
        let mut fan = Fan::default();
        let mut rows = Vec::new();
        while under_way.row < under_way.batch.len() && !fan.is_full() {
            let mut file = match under_way.file.take() {
                Some(file) => file,
                None => shape.open(&under_way.batch.slice(under_way.row, 1), run)?,
            };
            if let Some(row) = file.next(shape.source)? {
                fan.push(under_way.row);
                rows.push(row);
                under_way.file = Some(file);
            } else {
                under_way.row += 1;
            }
        }
        let column = Column::from_values(rows);
        let live = self.operator.live.as_slice();
        let out = fan.finish(&under_way.batch, live, [(shape.slot, column)]);
        if under_way.row < under_way.batch.len() {
            self.under_way = Some(under_way);
        }
        Ok(Some(out))
    }
}
