//! The program as its users meet it: shell sessions as text, and input that nobody should write.
//!
//! `tests/cli/README.md` describes the sessions. `UPDATE_GOLDEN=1` rewrites what they expect.

#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/mistakes.rs"]
mod mistakes;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/session.rs"]
mod session;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

use session::SessionFile;

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let entries = fs::read_dir(folder).expect("the folder tests/cli is readable");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "session"));
    files.sort();
    assert!(!files.is_empty(), "no session was found");
    let sessions = files.into_iter().map(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Trial::test(name.into_owned(), move || check(&path))
    });
    let trials = sessions
        .chain([mistakes::trial()])
        .chain(hostile::trials())
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let file = SessionFile::read(&text)?;
    let place = run::Place::new()?;
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value != "0");
    let mut report = Vec::new();
    let mut edits = Vec::new();
    for step in &file.steps {
        let output = place.shell(&step.command)?;
        if let Some(text) = step.difference(&output) {
            report.push(format!("{}:{}\n{text}\n", path.display(), step.line));
            edits.push((step.place.clone(), step.as_expected(&output)));
        }
    }
    if report.is_empty() {
        return Ok(());
    }
    if update {
        fs::write(path, file.edited(&edits))?;
        return Ok(());
    }
    Err(report.concat().into())
}
