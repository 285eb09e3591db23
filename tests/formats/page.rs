//! `docs/formats.md` shows a graph as each format writes it.
//!
//! A block whose language is followed by the name of a format, such as `json jsonl`, holds what
//! `polity export` writes of the small graph below. `UPDATE_GOLDEN=1` writes the blocks.

use std::fs;
use std::path::Path;

use polity::formats::graph::GraphFormat;
use polity::store::{BulkLoader, Snapshot};
use polity::value::{Date, Value};

/// China signed the Hanoi Convention.
fn example() -> Snapshot {
    let mut loader = BulkLoader::new();
    let [id, name, on, aliases] = ["id", "name", "on", "aliases"].map(|k| loader.intern_key(k));
    let labels = ["Actor", "State"].map(|label| loader.intern_label(label));
    let list = ["PRC", "CN"].map(Value::from);
    let properties = [
        (id, Value::from("china")),
        (name, Value::from("China")),
        (aliases, Value::list(list)),
    ];
    let china = loader.add_node(&labels, &properties).expect("it is sound");
    let label = loader.intern_label("Document");
    let properties = [
        (id, Value::from("hanoi-convention")),
        (name, Value::from("Hanoi Convention")),
    ];
    let document = loader.add_node(&[label], &properties).expect("it is sound");
    let signed = loader.intern_type("SIGNED");
    let day = Date::new(2025, 10, 25).expect("there is such a day");
    let properties = [(on, Value::Date(day))];
    let added = loader.add_rel(china, document, signed, &properties);
    added.expect("both ends exist");
    loader.finish()
}

#[test]
fn the_page_shows_what_is_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let page = fs::read_to_string(&path).expect("the page is readable");
    let graph = example();
    let mut expected = String::new();
    let mut shown = 0;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        expected.push_str(line);
        expected.push('\n');
        let words = line
            .strip_prefix("```")
            .and_then(|words| words.split_once(' '));
        let Some(format) = words.and_then(|(_, name)| GraphFormat::named(name)) else {
            continue;
        };
        expected.push_str(&text(format, &graph));
        expected.push_str("```\n");
        let end = lines.find(|line| *line == "```");
        assert!(end.is_some(), "the block of {} has no end", format.name());
        shown += 1;
    }
    assert!(shown > 0, "no example was found");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value != "0") {
        fs::write(&path, expected).expect("the page is writable");
    } else {
        assert_eq!(page, expected, "`UPDATE_GOLDEN=1` writes docs/formats.md");
    }
}

/// A graph as a format writes it; of several files each below its name.
fn text(format: GraphFormat, graph: &Snapshot) -> String {
    let mut bytes = Vec::new();
    if let Some(written) = format.write(graph, &mut bytes) {
        written.expect("it is written");
        return String::from_utf8(bytes).expect("it is text");
    }
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let written = format.write_folder(graph, &mut files);
    written.expect("it takes a folder").expect("it is written");
    let file = |(name, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).expect("it is text");
        format!("{name}\n{text}")
    };
    let texts: Vec<String> = files.into_iter().map(file).collect();
    texts.join("\n")
}
