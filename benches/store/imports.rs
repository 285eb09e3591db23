//! Importing, beside reading the files alone.

use std::path::Path;
use std::time::Duration;

use csv::{ByteRecord, Reader, ReaderBuilder};
use polity::db::KeepHistory;
use rayon::prelude::*;

use super::{Bench, report_sizes, report_times, size, time};

pub(super) fn measure(bench: &Bench) {
    let files = bench.files();
    let [mut split, mut typed, mut import] = [Duration::MAX; 3];
    let mut store = 0;
    for round in 0..bench.rounds {
        split = time(|| each(&files, fields)).0.min(split);
        typed = time(|| each(&files, values)).0.min(typed);
        let name = format!("import-{round}.polity");
        let (took, (path, _graph)) = time(|| bench.import_and_keep(&name, KeepHistory::None));
        import = took.min(import);
        store = size(&path);
        drop(std::fs::remove_file(path));
    }
    report_times("import from CSV", import, "CSV into fields", split);
    report_times("", import, "CSV into values", typed);
    let csv: u64 = files.iter().map(|path| size(path)).sum();
    report_sizes("size without history", store, "the CSV files", csv);
}

/// Does something with each file, as many at once as there are threads.
fn each(files: &[std::path::PathBuf], read: fn(&Path) -> u64) -> u64 {
    let files = files.par_iter().with_max_len(1);
    files.map(|path| read(path)).sum()
}

fn reader(path: &Path) -> Reader<std::fs::File> {
    let mut builder = ReaderBuilder::new();
    let reader = builder.buffer_capacity(1 << 20).from_path(path);
    reader.expect("the file is there")
}

/// Splits a file into fields.
fn fields(path: &Path) -> u64 {
    let mut reader = reader(path);
    let mut record = ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record).expect("sound CSV") {
        count += record.len() as u64;
    }
    count
}

/// What a column holds, by its header.
enum Column {
    Int(Vec<i64>),
    Float(Vec<f64>),
    Date(Vec<i32>),
    Text(Vec<u8>, Vec<u32>),
}

/// Reads a file into columns of typed values: integers, floats, days, texts one after the other.
fn values(path: &Path) -> u64 {
    let mut reader = reader(path);
    let headers = reader.headers().expect("sound CSV").clone();
    let mut columns: Vec<Column> = headers.iter().map(column).collect();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).expect("sound CSV") {
        for (column, field) in columns.iter_mut().zip(&record) {
            let text = std::str::from_utf8(field).expect("sound text");
            match column {
                Column::Int(values) => values.push(text.parse().unwrap_or(0)),
                Column::Float(values) => values.push(text.parse().unwrap_or(0.0)),
                Column::Date(values) => values.push(days(text)),
                Column::Text(bytes, ends) => {
                    bytes.extend_from_slice(field);
                    ends.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
                }
            }
        }
    }
    columns.iter().map(length).sum()
}

fn column(header: &str) -> Column {
    let kind = header.rsplit(':').next().unwrap_or_default();
    match kind {
        "ID" | "START_ID" | "END_ID" | "int" | "long" => Column::Int(Vec::new()),
        "double" | "float" => Column::Float(Vec::new()),
        "date" => Column::Date(Vec::new()),
        _ => Column::Text(Vec::new(), Vec::new()),
    }
}

fn length(column: &Column) -> u64 {
    let length = match column {
        Column::Int(values) => values.len(),
        Column::Float(values) => values.len(),
        Column::Date(values) => values.len(),
        Column::Text(_, ends) => ends.len(),
    };
    length as u64
}

/// Days since 1970-01-01 of a date such as `2025-12-17`.
fn days(text: &str) -> i32 {
    let mut parts = text.split('-').map(|part| part.parse::<i32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    let (year, month, day) = (part(), part(), part());
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (century, rest) = (year.div_euclid(100), year.rem_euclid(100));
    century * 146_097 / 4 + rest * 1461 / 4 + (month * 153 + 2) / 5 + day - 719_469
}
