//! Runs the golden files: queries with the rows, effects, errors and plans that they give.
//!
//! `tests/golden/README.md` describes their format. `UPDATE_GOLDEN=1` rewrites the expected parts.

#[path = "golden/case.rs"]
mod case;
#[path = "support/engine.rs"]
mod engine;
#[path = "golden/file.rs"]
mod file;
#[path = "golden/graphs.rs"]
mod graphs;
#[path = "support/literal.rs"]
mod literal;
#[path = "golden/table.rs"]
mod table;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use file::{Edit, GoldenFile};
use graphs::Graphs;

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files = Vec::new();
    collect(&folder, &mut files).expect("the folder tests/golden is readable");
    files.sort();
    assert!(!files.is_empty(), "no golden file was found");
    let graphs = Arc::new(Graphs::default());
    let trials = files
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&folder)
                .unwrap_or(&path)
                .with_extension("");
            let graphs = Arc::clone(&graphs);
            Trial::test(name.display().to_string(), move || check(&path, &graphs))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "test") {
            files.push(path);
        }
    }
    Ok(())
}

fn check(path: &Path, graphs: &Graphs) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let file = GoldenFile::read(&text)?;
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value != "0");
    let mut edits: Vec<Edit> = Vec::new();
    let mut report = Vec::new();
    for mismatch in file.cases.iter().flat_map(|case| case::run(case, graphs)) {
        match mismatch.edit {
            Some(edit) if update => edits.push(edit),
            _ => {
                let (line, text) = (mismatch.line, mismatch.text);
                report.push(format!("{}:{line}\n{text}\n", path.display()));
            }
        }
    }
    if !edits.is_empty() {
        fs::write(path, file.edited(&edits))?;
    }
    if report.is_empty() {
        Ok(())
    } else {
        Err(report.concat().into())
    }
}
