//! The four tables of the file, and the only code that calls redb.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{
    Builder, ReadOnlyTable, ReadableDatabase, ReadableTableMetadata, StorageBackend,
    TableDefinition,
};

use super::draft::Draft;
use super::error::{FileError, READING};
use super::frame;
use super::guard::{damaged, disk, guard};
use super::overlay::Overlay;

/// Where a piece of a chunk stands: kind, first, second, piece.
pub(super) type ChunkKey = (u8, u32, u32, u32);

const LOG: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("log");
const CHUNKS: TableDefinition<'_, ChunkKey, &[u8]> = TableDefinition::new("chunks");
const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const HISTORY: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("history");

const STORE: &str = "store";
const MARK: &str = "mark";

/// What redb files begin with.
const MAGIC: [u8; 9] = [b'r', b'e', b'd', b'b', 0x1A, 0x0A, 0xA9, 0x0D, 0x0A];
/// The graph is read from memory, so there is little to keep of the file.
const CACHE: usize = 16 << 20;
/// A draft is written whole, and read again when it is compacted. redb keeps up to half of this
/// for what is not in the file yet.
const DRAFT_CACHE: usize = 128 << 20;

/// How a store is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// To read and to change it; no other program has it open meanwhile.
    #[default]
    Write,
    /// To read it; the file stays as it is, byte by byte.
    Read,
}

/// A file that is open.
pub(super) struct Engine {
    path: PathBuf,
    database: Option<redb::Database>,
    /// The file, to see whether it still has a name.
    file: Option<File>,
}

/// What is written at once: all of it or nothing.
#[derive(Debug, Default)]
pub(super) struct Batch {
    log: Vec<(u64, Vec<u8>)>,
    chunks: Vec<(ChunkKey, Vec<u8>)>,
    dropped: Vec<ChunkKey>,
    history: Vec<(u64, Vec<u8>)>,
    meta: Vec<(&'static str, Vec<u8>)>,
    /// Log records up to this one go.
    trim_log: Option<u64>,
    /// History records below this one go.
    trim_history: Option<u64>,
    /// Whether redb makes the next opening fast after a crash, at the cost of a second sync.
    settle: bool,
}

impl Batch {
    /// Adds a record of a commit, as [`frame_record`] gives it.
    pub(super) fn log(&mut self, number: u64, framed: Vec<u8>) {
        self.log.push((number, framed));
    }

    pub(super) fn history(&mut self, number: u64, record: &[u8]) {
        let framed = frame::wrap("history", &number.to_be_bytes(), record);
        self.history.push((number, framed));
    }

    pub(super) fn chunk(&mut self, key: ChunkKey, framed: Vec<u8>) {
        self.chunks.push((key, framed));
    }

    pub(super) fn drop_chunk(&mut self, key: ChunkKey) {
        self.dropped.push(key);
    }

    pub(super) fn store(&mut self, content: &[u8]) {
        let framed = frame::wrap("meta", STORE.as_bytes(), content);
        self.meta.push((STORE, framed));
    }

    pub(super) fn mark(&mut self, number: u64) {
        let framed = frame::wrap("meta", MARK.as_bytes(), &number.to_be_bytes());
        self.meta.push((MARK, framed));
    }

    pub(super) fn trim_log(&mut self, up_to: u64) {
        self.trim_log = Some(up_to);
    }

    pub(super) fn trim_history(&mut self, below: u64) {
        self.trim_history = Some(below);
    }

    pub(super) fn settle(&mut self) {
        self.settle = true;
    }
}

/// Puts a record of the log into its frame.
pub(super) fn frame_record(number: u64, record: &[u8]) -> Vec<u8> {
    frame::wrap("log", &number.to_be_bytes(), record)
}

/// Puts a piece of a chunk into its frame.
pub(super) fn frame_piece(key: ChunkKey, content: &[u8]) -> Vec<u8> {
    frame::wrap_plain("chunks", &chunk_key(key), content)
}

fn chunk_key((kind, first, second, piece): ChunkKey) -> Vec<u8> {
    let mut bytes = vec![kind];
    for number in [first, second, piece] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({})", self.path.display())
    }
}

impl Engine {
    /// Opens a file that exists.
    pub(super) fn open(path: &Path, access: Access) -> Result<Self, FileError> {
        let mut options = OpenOptions::new();
        options.read(true).write(access == Access::Write);
        let unopened = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => FileError::Missing {
                path: path.to_path_buf(),
                what: "the store",
            },
            _ if access == Access::Read => disk(path, READING, &error),
            _ => disk(path, "opened", &error),
        };
        let mut file = options.open(path).map_err(unopened)?;
        check_magic(path, &mut file)?;
        match access {
            Access::Write => Self::over_file(path, file),
            Access::Read => {
                let unlocked = |error: fs::TryLockError| match error {
                    fs::TryLockError::WouldBlock => FileError::InUse {
                        path: path.to_path_buf(),
                        pid: super::lock::holder(path),
                    },
                    fs::TryLockError::Error(error) => disk(path, "locked", &error),
                };
                file.try_lock_shared().map_err(unlocked)?;
                let backend = Overlay::new(file).map_err(|error| disk(path, "read", &error))?;
                Self::over(path, backend)
            }
        }
    }

    /// Creates a file that does not exist, as a draft: what is written is not synced.
    pub(super) fn create_draft(path: &Path) -> Result<Self, FileError> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create_new(true);
        let file = options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists {
                path: path.to_path_buf(),
            },
            io::ErrorKind::NotFound => FileError::Missing {
                path: path.parent().unwrap_or(path).to_path_buf(),
                what: "the folder",
            },
            _ => disk(path, "created", &error),
        })?;
        let backend = Draft::new(file).map_err(|error| damaged(path, error.to_string()))?;
        Self::over_with(path, backend, DRAFT_CACHE)
    }

    fn over_file(path: &Path, file: File) -> Result<Self, FileError> {
        let same = file
            .try_clone()
            .map_err(|error| disk(path, "opened", &error))?;
        let backend = FileBackend::new(file).map_err(|error| damaged(path, error.to_string()))?;
        let mut engine = Self::over(path, backend)?;
        engine.file = Some(same);
        Ok(engine)
    }

    /// Opens what a backend holds; creates the tables where that is nothing. `path` is for messages.
    pub(super) fn over(path: &Path, backend: impl StorageBackend) -> Result<Self, FileError> {
        Self::over_with(path, backend, CACHE)
    }

    fn over_with(
        path: &Path,
        backend: impl StorageBackend,
        cache: usize,
    ) -> Result<Self, FileError> {
        let database = guard(path, || {
            let mut builder = Builder::new();
            builder.set_cache_size(cache);
            // Otherwise redb trusts its list of free pages, and on a damaged one would write over
            // pages that are in use.
            builder.set_check_integrity_on_open(true);
            Ok(builder.create_with_backend(backend)?)
        })?;
        Ok(Self {
            path: path.to_path_buf(),
            database: Some(database),
            file: None,
        })
    }

    /// The file, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all of it, or nothing; it is on disk when this returns.
    pub(super) fn write(&self, batch: &Batch) -> Result<(), FileError> {
        self.guarded(|database| {
            let mut transaction = database.begin_write()?;
            transaction.set_quick_repair(batch.settle);
            {
                let mut log = transaction.open_table(LOG)?;
                for (number, record) in &batch.log {
                    log.insert(*number, record.as_slice())?;
                }
                if let Some(number) = batch.trim_log {
                    log.retain_in(..=number, |_, _| false)?;
                }
            }
            if !batch.history.is_empty() || batch.trim_history.is_some() {
                let mut history = transaction.open_table(HISTORY)?;
                for (number, record) in &batch.history {
                    history.insert(*number, record.as_slice())?;
                }
                if let Some(number) = batch.trim_history {
                    history.retain_in(..number, |_, _| false)?;
                }
            }
            if !batch.chunks.is_empty() || !batch.dropped.is_empty() {
                let mut chunks = transaction.open_table(CHUNKS)?;
                for key in &batch.dropped {
                    chunks.remove(*key)?;
                }
                for (key, piece) in &batch.chunks {
                    chunks.insert(*key, piece.as_slice())?;
                }
            }
            if !batch.meta.is_empty() {
                let mut meta = transaction.open_table(META)?;
                for (key, content) in &batch.meta {
                    meta.insert(*key, content.as_slice())?;
                }
            }
            transaction.commit()?;
            Ok(())
        })?;
        self.check_name()
    }

    /// What is written to a file that has no name any more is lost when it is closed.
    fn check_name(&self) -> Result<(), FileError> {
        let named = self.file.as_ref().is_none_or(has_name);
        if named {
            return Ok(());
        }
        Err(FileError::Removed {
            path: self.path.clone(),
        })
    }

    /// Creates the tables that are missing.
    pub(super) fn prepare(&self) -> Result<(), FileError> {
        self.guarded(|database| {
            let transaction = database.begin_write()?;
            transaction.open_table(LOG)?;
            transaction.open_table(CHUNKS)?;
            transaction.open_table(META)?;
            transaction.open_table(HISTORY)?;
            transaction.commit()?;
            Ok(())
        })
    }

    /// Returns the description of the store.
    pub(super) fn store(&self) -> Result<Vec<u8>, FileError> {
        let framed = self.guarded(|database| {
            let table = match database.begin_read()?.open_table(META) {
                Ok(table) => table,
                Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let content = table.get(STORE)?;
            Ok(Some(content.map(|content| content.value().to_vec())))
        })?;
        let Some(framed) = framed else {
            return Err(FileError::NotStore {
                path: self.path.clone(),
                why: "it holds the tables of another program",
            });
        };
        let framed = framed.ok_or_else(|| self.damaged("its description is missing"))?;
        match frame::unwrap("meta", STORE.as_bytes(), &framed) {
            Ok(content) => Ok(content),
            Err(_) => Err(match frame::format_of(&framed) {
                Some(version) if version > frame::FORMAT && version < 100 => FileError::Newer {
                    path: self.path.clone(),
                    version: version.into(),
                    latest: frame::FORMAT.into(),
                },
                _ => self.damaged("the checksum of its description is wrong"),
            }),
        }
    }

    /// Returns the number that the log must reach.
    pub(super) fn mark(&self) -> Result<u64, FileError> {
        let framed = self.guarded(|database| {
            let table = database.begin_read()?.open_table(META)?;
            let content = table.get(MARK)?;
            Ok(content.map(|content| content.value().to_vec()))
        })?;
        let content =
            framed.and_then(|framed| frame::unwrap("meta", MARK.as_bytes(), &framed).ok());
        let number = content.and_then(|content| content.try_into().ok());
        let number = number.ok_or_else(|| self.damaged("the checksum of its mark is wrong"))?;
        Ok(u64::from_be_bytes(number))
    }

    /// Returns all records of the log, in order.
    pub(super) fn records(&self) -> Result<Records, FileError> {
        let framed = self.guarded(|database| framed_records(&database.begin_read()?, LOG, 0))?;
        self.unwrapped("log", framed)
    }

    /// Returns the records from a commit on: those of the history, and those of the log.
    pub(super) fn past(&self, from: u64) -> Result<(Records, Records), FileError> {
        // In one transaction, as a checkpoint moves records from one to the other.
        let (history, log) = self.guarded(|database| {
            let transaction = database.begin_read()?;
            let history = framed_records(&transaction, HISTORY, from)?;
            Ok((history, framed_records(&transaction, LOG, from)?))
        })?;
        Ok((
            self.unwrapped("history", history)?,
            self.unwrapped("log", log)?,
        ))
    }

    fn unwrapped(&self, name: &str, framed: Records) -> Result<Records, FileError> {
        let unwrapped = framed.into_iter().map(|(number, framed)| {
            let record = frame::unwrap(name, &number.to_be_bytes(), &framed);
            let record = record
                .map_err(|_| self.damaged(format!("the checksum of commit {number} is wrong")))?;
            Ok((number, record))
        });
        unwrapped.collect()
    }

    /// Opens the chunks for reading, on any thread.
    pub(super) fn chunks(&self) -> Result<Chunks<'_>, FileError> {
        let table = self.guarded(|database| Ok(database.begin_read()?.open_table(CHUNKS)?))?;
        Ok(Chunks {
            engine: self,
            table,
        })
    }

    /// Verifies every page of the file.
    pub(super) fn verify(&mut self) -> Result<(), FileError> {
        let path = self.path.clone();
        let Some(database) = &mut self.database else {
            return Ok(());
        };
        let sound = guard(&path, || Ok(database.check_integrity()?))?;
        if sound {
            return Ok(());
        }
        Err(damaged(&path, "the checksums of its pages are wrong"))
    }

    /// Moves what is in the file to its beginning, and cuts off the end.
    pub(super) fn compact(&mut self) -> Result<(), FileError> {
        let Some(database) = &mut self.database else {
            return Ok(());
        };
        guard(&self.path, || Ok(database.compact().map(drop)?))
    }

    /// Makes the file smaller if much of it is free.
    pub(super) fn give_back(&mut self) -> Result<(), FileError> {
        /// So much may be free.
        const SLACK: u64 = 4 << 20;
        let (used, page) = self.guarded(|database| {
            let stats = database.begin_write()?.stats()?;
            Ok((stats.allocated_pages(), stats.page_size() as u64))
        })?;
        let used = used.saturating_mul(page);
        let length = fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        if length.saturating_sub(used) > used / 2 + SLACK {
            self.compact()?;
        }
        Ok(())
    }

    /// Closes the file.
    pub(super) fn close(&mut self) -> Result<(), FileError> {
        self.file = None;
        let Some(database) = self.database.take() else {
            return Ok(());
        };
        guard(&self.path, || Ok(database.close()?))
    }

    pub(super) fn damaged(&self, what: impl Into<String>) -> FileError {
        damaged(&self.path, what)
    }

    fn guarded<T>(
        &self,
        run: impl FnOnce(&redb::Database) -> Result<T, redb::Error>,
    ) -> Result<T, FileError> {
        guard(&self.path, || {
            let database = self.database.as_ref();
            run(database.ok_or(redb::Error::DatabaseClosed)?)
        })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // What could not be closed is repaired when it is opened.
        drop(self.close());
    }
}

/// The chunks of an open file.
pub(super) struct Chunks<'a> {
    engine: &'a Engine,
    table: ReadOnlyTable<ChunkKey, &'static [u8]>,
}

impl Chunks<'_> {
    /// Returns how many pieces there are.
    pub(super) fn count(&self) -> Result<u64, FileError> {
        guard(&self.engine.path, || Ok(self.table.len()?))
    }

    /// Appends what is in a piece; returns its checksum.
    pub(super) fn append(&self, key: ChunkKey, out: &mut Vec<u8>) -> Result<u64, FileError> {
        let sum = guard(&self.engine.path, || {
            let piece = self.table.get(key)?;
            Ok(piece.and_then(|piece| {
                let content = frame::plain("chunks", &chunk_key(key), piece.value()).ok()?;
                out.extend_from_slice(content);
                frame::sum_of(piece.value())
            }))
        })?;
        let wrong = format!("chunk {key:?} is missing or wrong");
        sum.ok_or_else(|| self.engine.damaged(wrong))
    }
}

/// Numbers and records, in order.
pub(super) type Records = Vec<(u64, Vec<u8>)>;

fn framed_records(
    transaction: &redb::ReadTransaction,
    table: TableDefinition<'_, u64, &[u8]>,
    from: u64,
) -> Result<Records, redb::Error> {
    let table = transaction.open_table(table)?;
    let mut framed = Vec::new();
    for entry in table.range(from..)? {
        let (number, record) = entry?;
        framed.push((number.value(), record.value().to_vec()));
    }
    Ok(framed)
}

#[cfg(unix)]
fn has_name(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn has_name(_: &File) -> bool {
    true
}

/// Says what a file is that is no store.
fn check_magic(path: &Path, file: &mut File) -> Result<(), FileError> {
    let not_store = |why| {
        Err(FileError::NotStore {
            path: path.to_path_buf(),
            why,
        })
    };
    let metadata = file
        .metadata()
        .map_err(|error| disk(path, "read", &error))?;
    if metadata.is_dir() {
        return not_store("it is a folder");
    }
    let mut magic = Vec::new();
    let head = file.take(MAGIC.len() as u64).read_to_end(&mut magic);
    head.map_err(|error| disk(path, "read", &error))?;
    match magic.as_slice() {
        [] => not_store("it is empty"),
        magic if magic == MAGIC => Ok(()),
        _ => not_store("it is a file of another kind"),
    }
}
