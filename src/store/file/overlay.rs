//! Reads a store file without ever writing to it: what redb writes stays in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

/// How many bytes a page of the overlay has.
const PAGE: u64 = 4096;

/// A file below, and the pages that were written above it.
pub(super) struct Overlay {
    file: File,
    state: Mutex<State>,
}

struct State {
    /// How long the whole is.
    length: u64,
    /// Up to where the file shows through.
    shown: u64,
    pages: BTreeMap<u64, Box<[u8]>>,
}

impl fmt::Debug for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Overlay")
    }
}

impl Overlay {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let state = Mutex::new(State {
            length,
            shown: length,
            pages: BTreeMap::new(),
        });
        Ok(Self { file, state })
    }

    /// Gives the lock back. Closing the file alone would not, while a process that another thread
    /// has just started still has it from this one.
    fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads from the file; zeros where it does not show through.
    fn below(&self, shown: u64, offset: u64, out: &mut [u8]) -> io::Result<()> {
        out.fill(0);
        let seen = shown.saturating_sub(offset).min(out.len() as u64);
        let seen = usize::try_from(seen).unwrap_or(out.len());
        read_at(&self.file, offset, &mut out[..seen])
    }
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

#[cfg(not(unix))]
fn read_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file;
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(out)
}

/// The parts of a range that lie in one page each: page, place in it, place in the range, length.
fn parts(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done == length {
            return None;
        }
        let at = offset + done as u64;
        let inside = usize::try_from(at % PAGE).unwrap_or(0);
        let taken = (length - done).min(usize::try_from(PAGE).unwrap_or(0) - inside);
        let part = (at / PAGE, inside, done, taken);
        done += taken;
        Some(part)
    })
}

impl Drop for Overlay {
    fn drop(&mut self) {
        // Without a lock there is nothing to give back.
        drop(self.unlock());
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.state().length)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let state = self.state();
        if offset.saturating_add(out.len() as u64) > state.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.below(state.shown, offset, out)?;
        for (page, inside, at, length) in parts(offset, out.len()) {
            if let Some(bytes) = state.pages.get(&page) {
                out[at..at + length].copy_from_slice(&bytes[inside..inside + length]);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        let mut state = self.state();
        if len < state.length {
            drop(state.pages.split_off(&len.div_ceil(PAGE)));
            if let Some(page) = state.pages.get_mut(&(len / PAGE)) {
                page[usize::try_from(len % PAGE).unwrap_or(0)..].fill(0);
            }
        }
        state.length = len;
        state.shown = state.shown.min(len);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        Ok(())
    }

    fn close(&self) -> Result<(), io::Error> {
        self.unlock()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let mut state = self.state();
        for (page, inside, at, length) in parts(offset, data.len()) {
            if !state.pages.contains_key(&page) {
                let mut bytes = vec![0; usize::try_from(PAGE).unwrap_or(0)].into_boxed_slice();
                self.below(state.shown, page * PAGE, &mut bytes)?;
                state.pages.insert(page, bytes);
            }
            if let Some(bytes) = state.pages.get_mut(&page) {
                bytes[inside..inside + length].copy_from_slice(&data[at..at + length]);
            }
        }
        state.length = state.length.max(offset + data.len() as u64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::cast_possible_truncation,
        reason = "the tests count with small numbers"
    )]

    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// An overlay behaves like a file that may be written.
        #[test]
        fn an_overlay_is_a_file(
            first in prop::collection::vec(any::<u8>(), 0..9000),
            steps in prop::collection::vec((0..20_000_u64, 0..9000_usize, any::<bool>()), 0..12),
        ) {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&first).unwrap();
            let overlay = Overlay::new(file.try_clone().unwrap()).unwrap();
            let mut model = first.clone();
            for (offset, length, write) in steps {
                if write {
                    let data: Vec<u8> = (0..length).map(|i| (i * 7 % 251) as u8).collect();
                    let end = offset as usize + length;
                    model.resize(model.len().max(end), 0);
                    model[offset as usize..end].copy_from_slice(&data);
                    overlay.write(offset, &data).unwrap();
                } else {
                    model.resize(offset as usize, 0);
                    overlay.set_len(offset).unwrap();
                }
                prop_assert_eq!(overlay.len().unwrap(), model.len() as u64);
                let mut read = vec![9; model.len()];
                overlay.read(0, &mut read).unwrap();
                prop_assert!(read == model);
            }
            prop_assert_eq!(file.metadata().unwrap().len(), first.len() as u64);
        }
    }
}
