//! A data set with ten different mistakes in it: `polity check` reports each, at its line.

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::run::Place;

/// A change to a file that makes it wrong.
struct Mistake {
    what: &'static str,
    file: &'static str,
    /// The text that is there, and what stands in its place.
    old: &'static str,
    new: &'static str,
}

#[rustfmt::skip]
const MISTAKES: [Mistake; 9] = [
    Mistake { what: "unknown id",     file: "relations/signatures.toml", old: "end = \"paris-agreement\"",      new: "end = \"paris-agreemnt\"" },
    Mistake { what: "wrong end",      file: "relations/structure.toml",  old: "type = \"REPRESENTS\"\nend = \"un\"", new: "type = \"REPRESENTS\"\nend = \"peace\"" },
    Mistake { what: "bad date",       file: "nodes/states.toml",         old: "joined = \"1963-12-16\"",        new: "joined = \"1963-13-16\"" },
    Mistake { what: "missing source", file: "nodes/topics.toml",         old: "source = [\"un-bodies\"]\n",     new: "" },
    Mistake { what: "duplicate id",   file: "nodes/topics.toml",         old: "[[nodes]]\nid = \"climate\"",    new: "[[nodes]]\nid = \"kenya\"\nname = \"Kenya\"\nsource = [\"un-bodies\"]\n\n[[nodes]]\nid = \"climate\"" },
    Mistake { what: "unknown key",    file: "nodes/documents.toml",      old: "abstain = 35",                   new: "abstained = 35" },
    Mistake { what: "wrong type",     file: "nodes/bodies.toml",         old: "members = 15",                   new: "members = \"fifteen\"" },
    Mistake { what: "unknown type",   file: "relations/votes.toml",      old: "type = \"PROPOSED\"",            new: "type = \"PROPOSES\"" },
    Mistake { what: "too many No",    file: "nodes/documents.toml",      old: "no = 1\n",                       new: "no = 0\n" },
];

/// The tenth: a file that is no TOML.
const BROKEN: (&str, &str) = (
    "relations/zz-broken.toml",
    "[[relations]]\nstart = \"kenya\n",
);

pub(crate) fn trial() -> Trial {
    Trial::test("ten_mistakes", check)
}

fn check() -> Result<(), Failed> {
    let place = Place::new()?;
    let folder = place.file("copy");
    copy(&place.file("graph-data/two_forums"), &folder)?;
    for mistake in &MISTAKES {
        let path = folder.join(mistake.file);
        let text = fs::read_to_string(&path)?;
        if !text.contains(mistake.old) {
            return Err(format!("{}: `{}` is not there", mistake.file, mistake.old).into());
        }
        fs::write(&path, text.replacen(mistake.old, mistake.new, 1))?;
    }
    fs::write(folder.join(BROKEN.0), BROKEN.1)?;
    let output = place.shell("polity check copy 2>&1")?;
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut missing = Vec::new();
    for mistake in &MISTAKES {
        let text = fs::read_to_string(folder.join(mistake.file))?;
        if !reported(&report, mistake.file, lines_of(&text, mistake)) {
            missing.push(mistake.what);
        }
    }
    if !reported(&report, BROKEN.0, 2..=3) {
        missing.push("broken TOML");
    }
    if output.status.code() != Some(1) {
        missing.push("the exit status 1");
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("not reported: {}\n{report}", missing.join(", ")).into())
}

/// The lines of the record that the mistake is in, counted from one.
fn lines_of(text: &str, mistake: &Mistake) -> RangeInclusive<usize> {
    let marker = match mistake.what {
        "missing source" => "id = \"peace\"",
        _ => mistake.new,
    };
    let place = text.find(marker).unwrap_or_default();
    let line = |until: usize| {
        text.bytes()
            .take(until)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1
    };
    let first = text.get(..place).and_then(|before| before.rfind("[["));
    let after = place + marker.len();
    let last = text.get(after..).and_then(|rest| rest.find("\n\n"));
    let last = last.map_or(text.len(), |end| after + end);
    line(first.unwrap_or_default())..=line(last)
}

fn reported(report: &str, file: &str, mut lines: RangeInclusive<usize>) -> bool {
    lines.any(|line| report.contains(&format!("{file}:{line}:")))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::write(target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}
