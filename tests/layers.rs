//! Who may import whom: the table of rooms, held against every path in `src/`.
//!
//! A room imports rooms with a smaller number, never an equal or larger one, and not what stands
//! beside it under "must never know". Only paths count (`use crate::…`, `crate::…` in the code,
//! `super::…` that leaves the room); what stands in comments, strings and unit tests does not.

use std::fs;
use std::path::{Path, PathBuf};

/// A room: its name, its number, and which rooms or parts of rooms it must never know in spite of
/// their smaller number. Where `only` is given, nothing else is allowed.
struct Room {
    name: &'static str,
    number: u8,
    never: &'static [&'static str],
    only: &'static [&'static str],
}

const fn room(name: &'static str, number: u8, never: &'static [&'static str]) -> Room {
    Room {
        name,
        number,
        never,
        only: &[],
    }
}

const fn face(name: &'static str, only: &'static [&'static str]) -> Room {
    Room {
        name,
        number: 9,
        never: &[],
        only,
    }
}

/// The parts of `syntax` that the shell and the command line need.
const SHELL: &[&str] = &[
    "error",
    "value",
    "db",
    "formats",
    "syntax::keywords",
    "syntax::is_complete",
    "syntax::split",
    "syntax::shell",
];

#[rustfmt::skip]
const ROOMS: &[Room] = &[
    room("error",     0, &[]),
    room("value",     1, &[]),
    room("syntax",    2, &[]),
    room("store",     2, &[]),
    room("paths",     3, &["syntax"]),
    room("formats",   3, &["syntax"]),
    room("functions", 4, &["syntax", "formats"]),
    room("semantics", 5, &["store", "paths", "formats"]),
    room("plan",      6, &["syntax", "paths", "formats", "store::*"]),
    room("exec",      7, &["syntax", "semantics::scope", "semantics::bind", "formats"]),
    room("db",        8, &[]),
    face("repl",   SHELL),
    face("cli",    SHELL),
    face("server", &["error", "db", "formats"]),
];

/// What `plan` may see of the store: plain data, never the graph.
const PLAIN_DATA: &[&str] = &["store::Statistics"];

/// Crates that one room alone uses.
#[rustfmt::skip]
const CRATES: &[(&str, &[&str])] = &[
    ("pest",              &["syntax"]),
    ("pest_derive",       &["syntax"]),
    ("annotate_snippets", &["error"]),
    ("rustyline",         &["repl"]),
    ("clap",              &["cli"]),
    ("redb",              &["store"]),
    ("parquet",           &["formats"]),
    ("petgraph",          &["store", "paths", "plan", "formats"]),
];

/// Modules of the standard library that a room must do without. Only `LOAD CSV` reads files while a
/// query runs.
#[rustfmt::skip]
const STANDARD: &[(&str, &[&str])] = &[
    ("std::fs",  &["error", "value", "syntax", "functions", "paths", "formats", "semantics", "plan"]),
    ("std::net", &["error", "value", "syntax", "functions", "paths", "formats", "semantics", "plan", "exec", "db"]),
];

#[test]
fn rooms_import_only_what_the_table_allows() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    let mut forbidden = Vec::new();
    let mut seen = 0;
    let sources = files.iter().map(|file| {
        let text = fs::read_to_string(file).expect("a source file is readable");
        (file, bare(&text))
    });
    let sources: Vec<(&PathBuf, String)> = sources.collect();
    let tests = sources
        .iter()
        .flat_map(|(file, code)| test_files(file, code));
    let tests: Vec<PathBuf> = tests.collect();
    for (file, code) in sources.iter().filter(|(file, _)| !tests.contains(file)) {
        let inside = file.strip_prefix(&source).expect("the file is in src");
        let module = module_of(inside);
        let Some(room) = ROOMS
            .iter()
            .find(|room| module.first() == Some(&room.name.to_owned()))
        else {
            continue;
        };
        for path in paths(without_tests(code), &module) {
            seen += 1;
            if let Some(why) = verdict(room, &path) {
                forbidden.push(format!("{}: {}: {why}", inside.display(), path.join("::")));
            }
        }
    }
    assert!(seen > 0, "no path was read");
    forbidden.sort();
    forbidden.dedup();
    assert!(forbidden.is_empty(), "\n{}\n", forbidden.join("\n"));
}

#[test]
fn every_room_stands_in_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(source).expect("there is a folder src") {
        let path = entry.expect("an entry is readable").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.expect("the name is text");
        let known = ["lib", "main"].contains(&name) || ROOMS.iter().any(|room| room.name == name);
        assert!(known, "`{name}` is no room of the table");
    }
}

/// The checker finds what it is there for.
#[test]
fn forbidden_paths_are_found() {
    let found = |file: &str, text: &str| {
        let module = module_of(Path::new(file));
        let room = ROOMS.iter().find(|room| room.name == module[0]);
        let room = room.expect("the room is in the table");
        let bare = bare(text);
        let code = without_tests(&bare);
        let paths = paths(code, &module);
        paths.iter().any(|path| verdict(room, path).is_some())
    };
    assert!(found(
        "exec/ops/sort.rs",
        "use crate::{plan::Plan, syntax::ast};"
    ));
    assert!(found("plan/cost.rs", "fn f(g: &crate::store::Snapshot) {}"));
    assert!(!found("plan/cost.rs", "use crate::store::Statistics;"));
    assert!(found("store/mod.rs", "use super::syntax::parse;"));
    assert!(found("store/file/log.rs", "use super::super::super::db;"));
    assert!(found("db/mod.rs", "use pest::Parser;"));
    assert!(found("cli/mod.rs", "use crate::syntax::{keywords, parse};"));
    assert!(!found(
        "cli/mod.rs",
        "use crate::syntax::{keywords, shell::Command};"
    ));
    assert!(!found(
        "value/mod.rs",
        "//! like crate::store\n/* crate::db */ let s = \"crate::db\";"
    ));
    assert!(!found(
        "plan/cost.rs",
        "#[cfg(test)]\nmod tests { use crate::syntax::parse; }"
    ));
    assert!(found("formats/mod.rs", "use std::{fs, io};"));
}

fn verdict(room: &Room, path: &[String]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    if first != "crate" {
        return outside(room, path);
    }
    let target = rest.first()?;
    let number = ROOMS.iter().find(|other| other.name == target)?.number;
    if target == room.name {
        return None;
    }
    let path = rest.join("::");
    let below = |prefix: &&str| path == **prefix || path.starts_with(&format!("{prefix}::"));
    if !room.only.is_empty() {
        let allowed = room.only.iter().any(below);
        return (!allowed).then(|| format!("`{}` knows only {:?}", room.name, room.only));
    }
    if number >= room.number {
        return Some(format!("`{}` stands no lower than `{}`", target, room.name));
    }
    let hidden = room
        .never
        .iter()
        .any(|never| match never.strip_suffix("::*") {
            Some(room) => below(&room) && !PLAIN_DATA.iter().any(below),
            None => below(never),
        });
    hidden.then(|| format!("`{}` must never know it", room.name))
}

fn outside(room: &Room, path: &[String]) -> Option<String> {
    for (name, rooms) in CRATES {
        if path[0] == *name && !rooms.contains(&room.name) {
            return Some(format!("only {rooms:?} use the crate"));
        }
    }
    for (module, rooms) in STANDARD {
        if path.join("::").starts_with(module) && rooms.contains(&room.name) {
            return Some(format!("`{}` does without it", room.name));
        }
    }
    None
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of src is readable") {
        let path = entry.expect("an entry is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// The module that a file is: `exec/ops/mod.rs` is `exec::ops`, `exec/batch.rs` `exec::batch`.
fn module_of(file: &Path) -> Vec<String> {
    let file = file.with_extension("");
    let parts = file.iter().map(|part| part.to_string_lossy().into_owned());
    let mut module: Vec<String> = parts.collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// The code without comments and what stands in strings.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = unread(rest);
        if skipped == 0 {
            out.push(c);
        }
        let taken = if skipped == 0 { c.len_utf8() } else { skipped };
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// How many bytes at the front are a comment or a string.
fn unread(rest: &str) -> usize {
    let until = |open: usize, close: &str| {
        let inside = rest.get(open..).unwrap_or_default();
        let end = inside.find(close).map(|end| open + end + close.len());
        end.unwrap_or(rest.len())
    };
    let raw = rest
        .strip_prefix('r')
        .map(|after| after.trim_start_matches('#'));
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        until(2, "*/")
    } else if let Some(after) = raw.filter(|after| after.starts_with('"')) {
        let hashes = rest.len() - after.len() - 1;
        until(hashes + 2, &format!("\"{}", "#".repeat(hashes)))
    } else if rest.starts_with("'\"'") {
        3
    } else if rest.starts_with('"') {
        string_end(rest)
    } else {
        0
    }
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return index + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

const TESTS: &str = "#[cfg(test)]\nmod ";

/// Unit tests stand last in a file and may reach for any room.
fn without_tests(code: &str) -> &str {
    let inline = |&(place, _): &(usize, &str)| {
        let line = code
            .get(place + TESTS.len()..)
            .unwrap_or_default()
            .lines()
            .next();
        line.is_some_and(|line| line.contains('{'))
    };
    let tests = code.match_indices(TESTS).find(inline);
    tests
        .and_then(|(place, _)| code.get(..place))
        .unwrap_or(code)
}

/// The files that hold nothing but unit tests: their module is declared under `cfg(test)`.
fn test_files(file: &Path, code: &str) -> Vec<PathBuf> {
    let folder = match file.file_name().and_then(|name| name.to_str()) {
        Some("mod.rs" | "lib.rs" | "main.rs") => file.parent().map(Path::to_owned),
        _ => Some(file.with_extension("")),
    };
    let names = code
        .split(TESTS)
        .skip(1)
        .filter_map(|rest| rest.lines().next()?.strip_suffix(';'));
    names
        .filter_map(|name| Some(folder.as_ref()?.join(name).with_extension("rs")))
        .collect()
}

/// All paths of the code that begin at `crate`, at `super`, or in another crate, as they look from
/// the root; groups are spread out.
fn paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let tokens = tokens(code);
    let begins = |token: &str| {
        matches!(token, "crate" | "super" | "std") || CRATES.iter().any(|(name, _)| *name == token)
    };
    let mut all = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let inner = place > 0 && matches!(tokens[place - 1], "::" | "." | "$");
        if !inner && begins(token) && tokens.get(place + 1) == Some(&"::") {
            spread(&tokens[place..], &mut Vec::new(), &mut all);
        }
    }
    all.into_iter()
        .filter_map(|path| from_root(path, module))
        .collect()
}

/// Names, `::`, and single characters for the rest.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let name = |c: char| c.is_alphanumeric() || c == '_';
        let length = if name(first) {
            rest.find(|c| !name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// Reads one path with its groups; returns how many tokens it takes.
fn spread(tokens: &[&str], prefix: &mut Vec<String>, all: &mut Vec<Vec<String>>) -> usize {
    let depth = prefix.len();
    let mut at = 0;
    while let Some(&token) = tokens.get(at) {
        if token == "{" {
            at += spread_group(&tokens[at..], prefix, all);
            break;
        }
        if token != "*" && !token.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            break;
        }
        prefix.push(token.to_owned());
        at += 1;
        if tokens.get(at) == Some(&"::") {
            at += 1;
            continue;
        }
        all.push(prefix.clone());
        at += if tokens.get(at) == Some(&"as") { 2 } else { 0 };
        break;
    }
    prefix.truncate(depth);
    at
}

fn spread_group(tokens: &[&str], prefix: &mut Vec<String>, all: &mut Vec<Vec<String>>) -> usize {
    let mut at = 0;
    while matches!(tokens.get(at), Some(&("{" | ","))) {
        at += 1;
        at += spread(&tokens[at..], prefix, all);
    }
    at + 1
}

/// `super::…` seen from the root, if it leaves the room.
fn from_root(path: Vec<String>, module: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    if ups == 0 {
        return Some(path);
    }
    let left = module.len().checked_sub(ups)?;
    let root = std::iter::once("crate".to_owned());
    let base = module[..left].iter().cloned();
    Some(root.chain(base).chain(path.into_iter().skip(ups)).collect())
}
