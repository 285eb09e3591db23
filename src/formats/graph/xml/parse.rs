//! XML as elements with their attributes, each with its place.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::formats::diagnostic::Position;
use crate::formats::graph::gather::{Gathering, at};
use crate::formats::graph::source::Progress;
use crate::formats::words::shown;

/// What stands next in a file.
#[derive(Debug)]
pub(super) enum Token {
    Open(Element),
    /// The end of an element of that name.
    Close(String),
    Text(String),
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    /// Its attributes; the names as they stand.
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) at: Position,
}

impl Element {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: Position,
    pub(super) message: String,
}

/// What makes a graph of tokens.
pub(super) trait Take {
    /// The graph in the making.
    fn graph(&mut self) -> &mut Gathering;

    /// What makes a file that has ended one of another format.
    fn missing(&self) -> Option<&'static str>;

    /// Takes what stands next.
    fn take(&mut self, token: Token) -> Result<(), Wrong>;
}

/// After so many tokens it is told how far reading has come.
const PULSE: u64 = 65_536;

/// Reads a text to its end, or up to what cannot be read.
pub(super) fn read_all(
    text: &str,
    reader: &mut dyn Take,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Wrong> {
    let mut xml = Xml::new(text);
    let mut count: u64 = 0;
    while let Some(token) = xml.next()? {
        reader.take(token)?;
        count += 1;
        if count.is_multiple_of(PULSE) {
            progress(reader.graph().progress(xml.offset()));
        }
    }
    match reader.missing() {
        None => Ok(()),
        Some(message) => Err(Wrong {
            at: xml.at(),
            message: message.to_owned(),
        }),
    }
}

/// Reads the elements of a text.
struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    places: Places<'a>,
    depth: usize,
}

impl<'a> Xml<'a> {
    fn new(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            places: Places::new(text),
            depth: 0,
        }
    }

    /// Where it stands.
    fn at(&mut self) -> Position {
        let offset = usize::try_from(self.reader.buffer_position());
        self.places.at(offset.unwrap_or(usize::MAX))
    }

    /// How many bytes were read.
    fn offset(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// Returns what stands next; nothing at the end.
    fn next(&mut self) -> Result<Option<Token>, Wrong> {
        loop {
            let at = self.at();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let offset = usize::try_from(self.reader.error_position());
                    let at = self.places.at(offset.unwrap_or(usize::MAX));
                    let message = error.to_string();
                    return Err(Wrong { at, message });
                }
            };
            let wrong = |message: String| Err(Wrong { at, message });
            return match event {
                Event::Start(start) => {
                    self.depth += 1;
                    element(&start, at).map(|element| Some(Token::Open(element)))
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    let name = end.local_name();
                    Ok(Some(Token::Close(name.as_ref().to_owned())))
                }
                Event::Text(text) => Ok(Some(Token::Text(text.xml10_content().into_owned()))),
                Event::CData(text) => Ok(Some(Token::Text(text.xml10_content().into_owned()))),
                Event::GeneralRef(reference) => match referred(&reference) {
                    Some(character) => Ok(Some(Token::Text(character.to_string()))),
                    None => wrong(format!("unknown entity {}", shown(&reference))),
                },
                Event::Decl(declaration) => match declaration.encoding() {
                    Some(Ok(name)) if !is_utf8(&name) => {
                        wrong(format!("the file is in {}, not in UTF-8", shown(&name)))
                    }
                    _ => continue,
                },
                Event::Eof if self.depth > 0 => {
                    wrong("the file ends inside of an element".to_owned())
                }
                Event::Eof => Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
        }
    }
}

fn is_utf8(name: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].contains(&name.to_ascii_lowercase().as_str())
}

fn element(start: &BytesStart<'_>, at: Position) -> Result<Element, Wrong> {
    let mut attributes = BTreeMap::new();
    for attribute in start.attributes() {
        let wrong = |message: String| Wrong { at, message };
        let attribute = attribute.map_err(|error| wrong(error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| wrong(error.to_string()))?;
        attributes.insert(attribute.key.as_ref().to_owned(), value.into_owned());
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
        at,
    })
}

/// The character that a reference stands for.
fn referred(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// Finds lines and columns of places that come in order.
struct Places<'a> {
    text: &'a str,
    offset: usize,
    at: Position,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            at: at(1, 1),
        }
    }

    fn at(&mut self, offset: usize) -> Position {
        let end = offset.min(self.text.len());
        for character in self.text.get(self.offset..end).unwrap_or_default().chars() {
            if character == '\n' {
                self.at = at(self.at.line + 1, 1);
            } else {
                self.at.column += 1;
            }
        }
        self.offset = self.offset.max(end);
        self.at
    }
}

/// Returns whether XML can hold the text.
pub(super) fn is_legal(text: &str) -> bool {
    text.chars().all(is_legal_character)
}

fn is_legal_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Appends a text as the contents of an element or attribute. What XML cannot hold is replaced.
pub(super) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            other if is_legal_character(other) => out.push(other),
            _ => out.push('\u{fffd}'),
        }
    }
}

/// Returns a text as JSON that XML can hold.
pub(super) fn json(value: &serde_json::Value) -> String {
    let mut out = String::new();
    for character in value.to_string().chars() {
        if is_legal_character(character) {
            out.push(character);
        } else {
            // Only characters of the basic plane are illegal.
            out.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                let digit = (u32::from(character) >> shift) & 15;
                out.extend(char::from_digit(digit, 16));
            }
        }
    }
    out
}

/// Returns a name as XML can hold it: one with characters that it cannot is JSON in quotes.
pub(super) fn name(name: &str) -> String {
    if is_legal(name) && !name.starts_with('"') {
        name.to_owned()
    } else {
        json(&serde_json::Value::from(name))
    }
}

/// Reads a name.
pub(super) fn read_name(text: &str) -> String {
    let quoted = text
        .starts_with('"')
        .then(|| serde_json::from_str(text).ok());
    quoted.flatten().unwrap_or_else(|| text.to_owned())
}

/// Returns labels as one text: `:Actor:State`, or a JSON array where that would not come back.
pub(super) fn labels<'n>(names: impl Iterator<Item = &'n str> + Clone) -> String {
    let is_plain = |name: &str| !name.is_empty() && !name.contains(':') && is_legal(name);
    if names.clone().all(is_plain) {
        names.flat_map(|name| [":", name]).collect()
    } else {
        json(&names.collect::<Vec<_>>().into())
    }
}

/// Reads labels.
pub(super) fn read_labels(text: &str) -> Vec<String> {
    if text.starts_with('[')
        && let Ok(names) = serde_json::from_str(text)
    {
        return names;
    }
    let names = text.split(':').filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
