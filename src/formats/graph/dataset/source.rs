//! The files of a data set as text, and their TOML with places.

use std::cell::RefCell;

use toml::de::{DeTable, DeValue};

use crate::formats::diagnostic::{Diagnostic, Severity};

/// A value or key with the bytes that it stands on.
pub(super) type Spanned<T> = toml::Spanned<T>;
/// A table with places.
pub(super) type Table<'a> = DeTable<'a>;
/// A value with places inside.
pub(super) type Toml<'a> = DeValue<'a>;

/// How many syntax errors of one file are reported.
const MAX_SYNTAX_ERRORS: usize = 20;

/// A place in one of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    file: usize,
    offset: usize,
}

/// One file of the data set.
#[derive(Debug)]
struct Text<'a> {
    /// As the user would name it, the folder included.
    path: String,
    content: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// All texts of a data set, and what was found wrong with them.
#[derive(Debug, Default)]
pub(super) struct Texts<'a> {
    texts: Vec<Text<'a>>,
    found: RefCell<Vec<Diagnostic>>,
}

/// A piece of TOML that could be read: a whole file, or one block of a broken one.
#[derive(Debug)]
pub(super) struct Block<'a> {
    file: usize,
    /// Where the block begins in its file.
    base: usize,
    pub(super) table: Table<'a>,
}

/// What reading a file gave.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) file: usize,
    pub(super) blocks: Vec<Block<'a>>,
    /// The texts of blocks that are not TOML.
    pub(super) broken: Vec<&'a str>,
}

impl Block<'_> {
    /// The place of a spanned value or key of this block.
    pub(super) fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place {
            file: self.file,
            offset: self.base + spanned.span().start,
        }
    }
}

impl Document<'_> {
    /// The place of the file's beginning.
    pub(super) fn start(&self) -> Place {
        Place {
            file: self.file,
            offset: 0,
        }
    }
}

impl<'a> Texts<'a> {
    /// Takes a file and reads its TOML. What is not TOML is reported; the blocks around it, each
    /// from one line `[[…` to the next, are read nevertheless.
    pub(super) fn read(&mut self, path: String, bytes: &'a [u8]) -> Document<'a> {
        let valid = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let (before, _) = bytes.split_at(error.valid_up_to());
                let before = std::str::from_utf8(before).unwrap_or_default();
                let file = self.add(path, before);
                let place = Place {
                    file,
                    offset: before.len(),
                };
                self.error(place, "not text in UTF-8");
                return Document {
                    file,
                    blocks: Vec::new(),
                    broken: Vec::new(),
                };
            }
        };
        // A byte order mark is no part of the text, but of the columns that editors show it is none either.
        let file = self.add(path, valid.strip_prefix('\u{feff}').unwrap_or(valid));
        self.parse(file)
    }

    /// Reports an error and returns its place in the list, for a hint.
    pub(super) fn error(&self, place: Place, message: impl Into<String>) -> Finding<'_> {
        self.report(Severity::Error, place, message.into())
    }

    /// Reports something of the severity given.
    pub(super) fn report(&self, severity: Severity, place: Place, message: String) -> Finding<'_> {
        let (path, line, column) = self.locate(place);
        let mut found = self.found.borrow_mut();
        found.push(Diagnostic {
            severity,
            ..Diagnostic::error(path, message).at(line, column)
        });
        Finding {
            found: &self.found,
            index: found.len() - 1,
        }
    }

    /// Writes a place as `file:line`.
    pub(super) fn describe(&self, place: Place) -> String {
        let (path, line, _) = self.locate(place);
        format!("{path}:{line}")
    }

    /// Returns whether anything was reported that is an error.
    pub(super) fn has_errors(&self) -> bool {
        let found = self.found.borrow();
        found.iter().any(|d| d.severity == Severity::Error)
    }

    /// Hands over what was found.
    pub(super) fn into_findings(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }

    fn add(&mut self, path: String, content: &'a str) -> usize {
        let newlines = content.bytes().enumerate().filter(|&(_, b)| b == b'\n');
        self.texts.push(Text {
            path,
            content,
            lines: std::iter::once(0)
                .chain(newlines.map(|(at, _)| at + 1))
                .collect(),
        });
        self.texts.len() - 1
    }

    fn locate(&self, place: Place) -> (&str, usize, usize) {
        let text = &self.texts[place.file];
        let line = text.lines.partition_point(|&start| start <= place.offset);
        let start = text.lines[line - 1];
        let before = text.content.get(start..place.offset).unwrap_or_default();
        (&text.path, line, before.chars().count() + 1)
    }

    fn parse(&self, file: usize) -> Document<'a> {
        let text = self.texts[file].content;
        let mut document = Document {
            file,
            blocks: Vec::new(),
            broken: Vec::new(),
        };
        if let Ok(table) = Table::parse(text) {
            document.blocks.push(Block {
                file,
                base: 0,
                table: table.into_inner(),
            });
            return document;
        }
        for (base, piece) in self.pieces(file) {
            match Table::parse(piece) {
                Ok(table) => document.blocks.push(Block {
                    file,
                    base,
                    table: table.into_inner(),
                }),
                Err(error) => {
                    if document.broken.len() < MAX_SYNTAX_ERRORS {
                        self.syntax_error(file, base, &error);
                    }
                    document.broken.push(piece);
                }
            }
        }
        if document.broken.is_empty() {
            self.whole_file_error(file);
        }
        document
    }

    /// The text of a file in pieces that begin at its lines `[[…`, with their offsets.
    fn pieces(&self, file: usize) -> Vec<(usize, &'a str)> {
        let Text { content, lines, .. } = &self.texts[file];
        let begins = |at: &usize| {
            content
                .get(*at..)
                .is_some_and(|rest| rest.starts_with("[["))
        };
        let mut starts: Vec<usize> = lines.iter().copied().filter(begins).collect();
        if starts.first() != Some(&0) {
            starts.insert(0, 0);
        }
        let ends = starts.iter().copied().skip(1).chain([content.len()]);
        starts
            .iter()
            .zip(ends)
            .filter_map(|(&start, end)| Some((start, content.get(start..end)?)))
            .collect()
    }

    /// Each block is TOML and the whole is not: a table and an array of one name, for example.
    fn whole_file_error(&self, file: usize) {
        if let Err(error) = Table::parse(self.texts[file].content) {
            self.syntax_error(file, 0, &error);
        }
    }

    fn syntax_error(&self, file: usize, base: usize, error: &toml::de::Error) {
        let place = Place {
            file,
            offset: base + error.span().map_or(0, |span| span.start),
        };
        self.error(place, format!("not TOML: {}", error.message()));
    }
}

/// A finding that was just reported, to which a hint may be added.
pub(super) struct Finding<'t> {
    found: &'t RefCell<Vec<Diagnostic>>,
    index: usize,
}

impl Finding<'_> {
    /// Adds a hint, if there is one.
    pub(super) fn hint(self, hint: impl Into<Option<String>>) {
        self.found.borrow_mut()[self.index].hint = hint.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_around_a_broken_one_are_read() {
        let text = b"[[nodes]]\nid = \"a\"\n\n[[nodes]]\nid = \n\n[[nodes]]\nid = \"c\"\n";
        let mut texts = Texts::default();
        let document = texts.read("nodes/x.toml".into(), text);
        assert_eq!(document.blocks.len(), 2);
        assert_eq!(document.blocks[1].base, 37);
        let found = texts.into_findings();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].position.map(|p| p.line), Some(5));
    }

    #[test]
    fn bytes_that_are_no_text_are_reported_at_their_line() {
        let mut texts = Texts::default();
        texts.read("a.toml".into(), b"# \xc3\xa9\n# \xff\n");
        let found = texts.into_findings();
        assert_eq!(found[0].to_string(), "a.toml:2:3: error: not text in UTF-8");
    }
}
