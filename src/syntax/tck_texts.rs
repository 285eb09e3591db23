//! The query texts of the openCypher TCK, for tests: where its folder is there.

use std::path::{Path, PathBuf};

/// A query of the TCK and the error that it must raise at compile time, if any.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) place: String,
    pub(crate) query: String,
    /// Such as `SyntaxError.UnexpectedSyntax`.
    pub(crate) error: Option<String>,
}

/// All query texts with outlines expanded; `None` where the TCK is not there.
pub(crate) fn texts() -> Option<Vec<Text>> {
    let folder = std::env::var_os("OPENCYPHER_TCK").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/opencypher/tck"),
        PathBuf::from,
    );
    let mut files = Vec::new();
    collect(&folder.join("features"), &mut files);
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let content = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        read_feature(&name, &content, &mut texts);
    }
    (!texts.is_empty()).then_some(texts)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "feature")
        {
            files.push(path);
        }
    }
}

#[derive(Default)]
struct Scenario {
    title: String,
    /// Query texts; the flag says whether the expected error is about it.
    queries: Vec<(String, bool)>,
    error: Option<String>,
    examples: Vec<Vec<(String, String)>>,
}

fn read_feature(name: &str, content: &str, texts: &mut Vec<Text>) {
    let mut scenario = Scenario::default();
    let mut background: Vec<(String, bool)> = Vec::new();
    let mut lines = content.lines();
    let mut header: Option<Vec<String>> = None;
    let mut in_examples = false;
    let mut main = false;
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with("Scenario") {
            if scenario.title.is_empty() {
                background.append(&mut scenario.queries);
            }
            finish(name, std::mem::take(&mut scenario), texts);
            line.clone_into(&mut scenario.title);
            in_examples = false;
        } else if line.starts_with("Examples") {
            in_examples = true;
            header = None;
        } else if line.contains("executing query") {
            main = true;
        } else if line.contains("executed") || line.contains("control query") {
            main = false;
        } else if line.starts_with("\"\"\"") {
            let text: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim().starts_with("\"\"\""))
                .collect();
            scenario.queries.push((text.join("\n"), main));
        } else if let Some((kind, detail)) = line.split_once(" should be raised at compile time: ")
        {
            let kind = kind.rsplit(' ').next().unwrap();
            scenario.error = Some(format!("{kind}.{detail}"));
        } else if in_examples && line.starts_with('|') {
            let cells = cells(line);
            match &header {
                None => header = Some(cells),
                Some(header) => {
                    let row = header.iter().cloned().zip(cells).collect();
                    scenario.examples.push(row);
                }
            }
        }
    }
    finish(name, scenario, texts);
    for (query, _) in background {
        texts.push(Text {
            place: format!("{name} background"),
            query,
            error: None,
        });
    }
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut characters = line.trim().chars();
    while let Some(character) = characters.next() {
        match character {
            '|' => cells.push(String::new()),
            '\\' => match characters.next() {
                Some('n') => cells.last_mut().unwrap().push('\n'),
                Some(next @ ('|' | '\\')) => cells.last_mut().unwrap().push(next),
                Some(next) => cells.last_mut().unwrap().extend(['\\', next]),
                None => {}
            },
            other => cells.last_mut().unwrap().push(other),
        }
    }
    let last = cells.len() - 1;
    cells[1..last]
        .iter()
        .map(|cell| cell.trim().to_owned())
        .collect()
}

fn finish(name: &str, scenario: Scenario, texts: &mut Vec<Text>) {
    if scenario.title.is_empty() {
        return;
    }
    let rows = if scenario.examples.is_empty() {
        vec![Vec::new()]
    } else {
        scenario.examples
    };
    for (number, row) in rows.iter().enumerate() {
        for (query, main) in &scenario.queries {
            let mut query = query.clone();
            for (key, cell) in row {
                query = query.replace(&format!("<{key}>"), cell);
            }
            texts.push(Text {
                place: format!("{name} {} #{number}", scenario.title),
                query,
                error: scenario.error.clone().filter(|_| *main),
            });
        }
    }
}
