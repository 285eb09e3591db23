//! Files that are damaged are refused or read, and never more than that.

use std::fs;

use polity::cli;
use polity::formats::graph::GraphFormat;

use crate::graphs::{Numbers, graph};
use crate::number;
use crate::random::Random;

/// How many files of each format are damaged if nothing is said.
const FILES: u64 = 60;

/// Pieces that mean something in some format.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "<",
    ">",
    "&",
    "&#0;",
    "&#x110000;",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    ":",
    "\\",
    "\n",
    "\0",
    "\u{feff}",
    "`",
    "null",
    "-1",
    "1e999",
    "\\u",
    "\\ud800",
    "_:",
    "@",
    "<!--",
    "]]>",
    "99999999999999999999",
    "node",
    "urn:polity:node:",
    "\"@id\"",
    "\"@context\":\"http://x/y\",",
];

/// Damages a text in a few places.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let place = random.below(bytes.len() + 1);
        let end = (place + random.below(12)).min(bytes.len());
        match random.below(5) {
            0 => bytes.truncate(place),
            1 => drop(bytes.drain(place..end)),
            2 if place < bytes.len() => bytes[place] ^= 1 << random.below(8),
            3 => {
                let copy = bytes[place..end].to_vec();
                let other = random.below(bytes.len() + 1);
                bytes.splice(other..other, copy);
            }
            _ => {
                let piece = random.pick(PIECES).bytes();
                bytes.splice(place..place, piece);
            }
        }
    }
}

#[test]
fn a_damaged_file_gives_an_answer() {
    let folder = tempfile::tempdir().expect("there is room for files");
    let first = number("POLITY_SEED").unwrap_or(1);
    for format in GraphFormat::all().filter(|format| format.is_read() && !format.is_folder()) {
        let path = folder
            .path()
            .join(format!("graph.{}", format.extensions()[0]));
        let mut refused = 0;
        for seed in first..first + number("POLITY_GRAPHS").unwrap_or(FILES) {
            let mut random = Random::new(seed);
            let made = graph(&mut random, Numbers::None);
            let mut bytes = Vec::new();
            let written = format.write(&made, &mut bytes).expect("it takes one file");
            written.expect("a vector takes all");
            damage(&mut bytes, &mut random);
            fs::write(&path, &bytes).expect("the file is writable");
            // A panic names the seed by the file that is left behind.
            if let Err(refusal) = cli::open(Some(&path), None) {
                let told = refusal.to_string();
                assert!(
                    told.contains("error: "),
                    "{} of {seed}: {told}",
                    format.name()
                );
                refused += 1;
            }
        }
        assert!(refused > 0, "no damage was noticed in {}", format.name());
    }
}

#[test]
fn deep_nesting_is_refused() {
    let folder = tempfile::tempdir().expect("there is room for files");
    let deep = |open: &str| open.repeat(200_000);
    for (name, text) in [
        ("a.jsonl", deep("[")),
        (
            "b.jsonl",
            format!("{{\"type\":\"node\",\"id\":\"1\",\"x\":{}", deep("{\"a\":")),
        ),
        ("c.graphml", deep("<graph>")),
        ("d.gexf", deep("<gexf>")),
        ("e.ttl", format!("<a:b> <a:c> {}", deep("("))),
        ("f.ttl", format!("<a:b> <a:c> {}", deep("[ <a:d> "))),
        ("g.jsonld", deep("[")),
        ("h.jsonld", deep("{\"a:b\":")),
        ("i.jsonld", deep("{\"@graph\":[")),
        ("j.jsonld", deep("{\"@context\":")),
        ("k.nt", deep("<")),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("the file is writable");
        assert!(cli::open(Some(&path), None).is_err(), "{name}");
    }
}
