//! A data set with ten mistakes in several files: each is reported, at its line.

use polity::formats::diagnostic::{Report, Severity};
use polity::formats::graph::dataset::{Folder, load};

const SCHEMA: &str = r#"
[properties]
name = "string"
on = "date"
no = "integer"
source = "strings"
date_text = "edtf"

[labels.Actor]
[labels.State]
within = "Actor"
keys = ["iso2"]
[labels.Document]
keys = ["no"]

[nodes]
keys = ["id", "name", "source"]
required = ["name"]

[relations]
keys = ["on", "source", "date_text"]
required = ["source"]

[types.OPPOSES]
start = ["Actor"]
end = ["Document"]
polarity = -1
keys = ["act"]

[types.SUPPORTS]
start = ["Actor"]
end = ["Document"]
polarity = 1
keys = ["act"]

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
"#;

const DATASET: &str = r#"
[time]
from = "from"
until = "until"
on = "on"
text = "date_text"
"#;

const SOURCES: &str = r#"
[[sources]]
id = "un#1"
title = "Voting record"
"#;

const STATES: &str = r#"
[[nodes]]
id = "france"
labels = ["Actor", "State"]
name = "France"

[[nodes]]
id = "mali"
labels = ["Actor", "State"]
name = "Mali"
"#;

const DOCUMENTS: &str = r#"
[[nodes]]
id = "paris-agreement"
labels = ["Document"]
name = "Paris Agreement"
no = 2
"#;

const VOTES: &str = r#"
[[relations]]
start = "france"
type = "OPPOSES"
end = "paris-agreement"
act = "vote"
on = "2015-12-12"
source = ["un#1"]

[[relations]]
start = "mali"
type = "OPPOSES"
end = "paris-agreement"
act = "vote"
source = ["un#1"]
"#;

fn files() -> Vec<(&'static str, String)> {
    vec![
        ("schema.toml", SCHEMA.into()),
        ("dataset.toml", DATASET.into()),
        ("sources.toml", SOURCES.into()),
        ("nodes/states.toml", STATES.into()),
        ("nodes/documents.toml", DOCUMENTS.into()),
        ("relations/votes.toml", VOTES.into()),
    ]
}

fn check(files: &[(&str, String)]) -> Report {
    let mut folder = Folder::new("g");
    for (name, text) in files {
        folder.add(*name, text.as_bytes());
    }
    match load(&folder) {
        Ok(loaded) => loaded.warnings,
        Err(report) => report,
    }
}

/// Changes the files, each change being (file, text that stands there, text instead), and compares
/// the first lines of all findings with the start of what is expected.
fn finds(changes: &[(&str, &str, &str)], expected: &[&str]) {
    let mut files = files();
    for (name, old, new) in changes {
        let file = files.iter_mut().find(|(file, _)| file == name);
        let file = file.expect("the change names a file");
        assert!(file.1.contains(old), "{name} has no {old}");
        file.1 = file.1.replacen(old, new, 1);
    }
    let report = check(&files);
    let found: Vec<String> = report
        .diagnostics()
        .iter()
        .map(|finding| finding.to_string().replace("\n  hint:", " | "))
        .collect();
    let fit = found
        .iter()
        .zip(expected)
        .all(|(found, start)| found.starts_with(start));
    assert!(
        fit && found.len() == expected.len(),
        "found\n{}",
        found.join("\n")
    );
}

#[test]
fn nothing_is_wrong_with_the_data_set_itself() {
    finds(&[], &[]);
}

#[test]
fn ten_mistakes_are_reported_each_at_its_line() {
    finds(
        &[
            (
                "relations/votes.toml",
                "start = \"france\"",
                "start = \"frnace\"",
            ),
            (
                "relations/votes.toml",
                "end = \"paris-agreement\"",
                "end = \"mali\"",
            ),
            ("relations/votes.toml", "2015-12-12", "2015-13-12"),
            ("relations/votes.toml", "source = [\"un#1\"]\n\n", "\n"),
            (
                "nodes/documents.toml",
                "[[nodes]]",
                "[[nodes]]\nid = \"mali\"\nlabels = [\"Actor\"]\nname = \"Mali\"\n\n[[nodes]]",
            ),
            (
                "nodes/states.toml",
                "name = \"Mali\"",
                "nmae = \"Mali\"\nname = \"Mali\"",
            ),
            ("nodes/documents.toml", "no = 2", "no = \"2\""),
            (
                "relations/votes.toml",
                "type = \"OPPOSES\"\nend = \"p",
                "type = \"OPOSES\"\nend = \"p",
            ),
            ("sources.toml", "title = ", "title "),
            ("schema.toml", "polarity = 1", "polarity = \"for\""),
        ],
        &[
            "g/nodes/documents.toml:11:6: error: `no` is a string, and the schema declares it as an integer |  numbers",
            "g/nodes/states.toml:8:6: error: the id `mali` stands twice |  it stands first in g/nodes/documents.toml:3",
            "g/nodes/states.toml:10:1: error: unknown key `nmae` |  did you mean `name`?",
            "g/relations/votes.toml:2:1: error: `frnace OPPOSES mali` has no `source`",
            "g/relations/votes.toml:3:9: error: unknown id `frnace` |  did you mean `france`?",
            "g/relations/votes.toml:5:7: error: `OPPOSES` does not end at `mali` (:Actor) |  it ends at Document",
            "g/relations/votes.toml:7:6: error: `on`: `2015-13-12` is not a date",
            "g/relations/votes.toml:11:8: error: unknown relationship type `OPOSES` |  did you mean `OPPOSES`?",
            "g/schema.toml:33:12: error: invalid type: string \"for\"",
            "g/sources.toml:4:7: error: not TOML: ",
        ],
    );
}

#[test]
fn an_end_that_the_schema_does_not_allow() {
    finds(
        &[(
            "relations/votes.toml",
            "end = \"paris-agreement\"",
            "end = \"mali\"",
        )],
        &[
            "g/relations/votes.toml:5:7: error: `OPPOSES` does not end at `mali` (:Actor:State) |  it ends at Document",
        ],
    );
}

#[test]
fn more_named_voters_than_the_total() {
    finds(
        &[("nodes/documents.toml", "no = 2", "no = 1")],
        &[
            "g/nodes/documents.toml:6:6: error: named No voters: `paris-agreement` has 2, and `no` is 1 \
           |  named are france (g/relations/votes.toml:2), mali (g/relations/votes.toml:10)",
        ],
    );
}

#[test]
fn a_broken_file_does_not_make_its_ids_unknown() {
    finds(
        &[("nodes/states.toml", "name = \"Mali\"", "name = \"Mali")],
        &["g/nodes/states.toml:10:13: error: not TOML: "],
    );
}

#[test]
fn opposite_stances_that_overlap_are_a_warning() {
    let report = {
        let mut files = files();
        files.push((
            "relations/stances.toml",
            "[[relations]]\nstart = \"mali\"\ntype = \"SUPPORTS\"\nend = \"paris-agreement\"\n\
             date_text = \"2016-21/2016-22\"\nsource = [\"un#1\"]\n"
                .into(),
        ));
        check(&files)
    };
    assert_eq!(report.count(Severity::Error), 0);
    let found: Vec<String> = report
        .diagnostics()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        found,
        [
            "g/relations/votes.toml:10:1: warning: opposite stances at the same time: `mali` on \
          `paris-agreement`\n  hint: the opposite one is in g/relations/stances.toml:1; end the older \
          one with `until`"
        ]
    );
}

#[test]
fn sources_labels_and_partial_dates_are_checked() {
    finds(
        &[
            ("nodes/states.toml", "\"State\"", "\"Sate\""),
            ("nodes/states.toml", "[\"Actor\", \"State\"]", "[\"State\"]"),
            ("relations/votes.toml", "un#1", "un#2"),
            (
                "relations/votes.toml",
                "on = \"2015-12-12\"",
                "date_text = \"2015-Q4\"",
            ),
        ],
        &[
            "g/nodes/states.toml:4:20: error: unknown label `Sate` |  did you mean `State`?",
            "g/nodes/states.toml:9:11: error: `State` stands without `Actor`",
            "g/relations/votes.toml:7:13: error: `date_text`: `2015-Q4` is not a partial date",
            "g/relations/votes.toml:8:11: error: unknown source `un#2` |  did you mean `un#1`?",
            "g/relations/votes.toml:11:9: error: `OPPOSES` does not start at `mali` (:State) |  it starts at Actor",
        ],
    );
}

#[test]
fn hostile_files_are_reported_and_nothing_else() {
    for text in [
        "",
        "\u{0}\u{1}",
        "[[",
        "[[nodes]]\n[[nodes",
        "a = [[[[[[",
        "nodes = 1",
        "[nodes]",
    ] {
        let report = check(&[("nodes/x.toml", text.into())]);
        let silent = report.diagnostics().is_empty();
        assert_eq!(silent, text.is_empty(), "{text:?} gave {report}");
    }
    assert!(check(&[]).has_errors());
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(check(&[("nodes/x.toml", deep)]).has_errors());
}
