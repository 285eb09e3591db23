//! A disk in memory that can lose what was not synced, and that can fail.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use redb::StorageBackend;

use super::workload::Random;

/// A disk; clones are the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk(Arc<Mutex<State>>, Arc<Gate>);

/// Where calls that write wait while it is shut.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct GateState {
    shut: bool,
    /// How many calls wait.
    waiting: u32,
}

#[derive(Debug, Default)]
struct State {
    /// What is read.
    now: Vec<u8>,
    /// What is sure to survive.
    synced: Vec<u8>,
    /// What was written since.
    unsynced: Vec<Write>,
    /// How many calls there were.
    calls: u64,
    fault: Fault,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fault {
    #[default]
    None,
    /// The call with this number fails; a write is done in part.
    Call(u64),
    /// From this call on there is no power.
    PowerOff(u64),
    /// From this call on nothing can be written; a write is done in part. Reading goes on.
    Full(u64),
}

/// What a call does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

#[derive(Clone, Debug)]
enum Write {
    Data(usize, Vec<u8>),
    Length(usize),
}

/// What is written as a whole or not at all.
const SECTOR: usize = 512;

impl Disk {
    pub(super) fn with(bytes: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.state().now.clone_from(&bytes);
        disk.state().synced = bytes;
        disk
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.state().now.clone()
    }

    pub(super) fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Says what will go wrong, counted from now.
    pub(super) fn plan(&self, fault: Fault) {
        let mut state = self.state();
        state.calls = 0;
        state.fault = fault;
    }

    /// Returns the disk as it may be after a loss of power: of what was not synced some is lost,
    /// some torn, and it was written in any order.
    pub(super) fn after_power_loss(&self, random: &mut Random) -> Self {
        let state = self.state();
        let mut bytes = state.synced.clone();
        let mut writes = state.unsynced.clone();
        let style = random.below(4);
        if style == 3 {
            random.shuffle(&mut writes);
        }
        for write in &writes {
            let lost = match style {
                0 => true,
                1 => false,
                _ => random.below(3) == 0,
            };
            if !lost {
                let torn = (style >= 2 && random.below(4) == 0).then(|| random.next() as usize);
                apply(&mut bytes, write, torn);
            }
        }
        Self::with(bytes)
    }

    /// Lets calls that write wait from now on.
    pub(super) fn shut(&self) {
        self.1.state.lock().unwrap().shut = true;
    }

    /// Waits until a call waits.
    pub(super) fn wait_for_a_call(&self) {
        let state = self.1.state.lock().unwrap();
        drop(self.1.changed.wait_while(state, |state| state.waiting == 0));
    }

    /// Lets the calls go on.
    pub(super) fn open(&self) {
        self.1.state.lock().unwrap().shut = false;
        self.1.changed.notify_all();
    }

    /// Waits while the gate is shut.
    fn pass(&self) {
        let mut state = self.1.state.lock().unwrap();
        state.waiting += 1;
        self.1.changed.notify_all();
        state = self
            .1
            .changed
            .wait_while(state, |state| state.shut)
            .unwrap();
        state.waiting -= 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Counts a call; says whether it fails, and whether something of it is done all the same.
    fn call(&self, kind: Kind) -> Result<MutexGuard<'_, State>, (MutexGuard<'_, State>, bool)> {
        let mut state = self.state();
        state.calls += 1;
        match state.fault {
            Fault::Call(number) if number == state.calls => Err((state, true)),
            Fault::Full(number) if number <= state.calls && kind == Kind::Write => {
                let first = number == state.calls;
                Err((state, first))
            }
            Fault::PowerOff(number) if number <= state.calls => Err((state, false)),
            _ => Ok(state),
        }
    }
}

fn apply(bytes: &mut Vec<u8>, write: &Write, torn: Option<usize>) {
    match write {
        Write::Length(length) => bytes.resize(*length, 0),
        Write::Data(offset, data) => {
            let kept = match torn {
                Some(at) => at % (data.len() / SECTOR + 1) * SECTOR,
                None => data.len(),
            };
            let end = offset + kept;
            bytes.resize(bytes.len().max(end), 0);
            bytes[*offset..end].copy_from_slice(&data[..kept]);
        }
    }
}

fn failed() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "the test wants it so")
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, io::Error> {
        let state = self.call(Kind::Read).map_err(|_| failed())?;
        Ok(state.now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let state = self.call(Kind::Read).map_err(|_| failed())?;
        let offset = usize::try_from(offset).unwrap();
        let bytes = state.now.get(offset..offset + out.len());
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.pass();
        let mut state = self.call(Kind::Write).map_err(|_| failed())?;
        let write = Write::Length(usize::try_from(len).unwrap());
        apply(&mut state.now, &write, None);
        state.unsynced.push(write);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.pass();
        let mut state = self.call(Kind::Write).map_err(|_| failed())?;
        state.synced = state.now.clone();
        state.unsynced.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let write = Write::Data(usize::try_from(offset).unwrap(), data.to_vec());
        self.pass();
        let (mut state, torn) = match self.call(Kind::Write) {
            Ok(state) => (state, None),
            Err((state, true)) => (state, Some(data.len() / SECTOR / 2)),
            Err((_, false)) => return Err(failed()),
        };
        apply(&mut state.now, &write, torn);
        state.unsynced.push(write);
        if torn.is_some() {
            Err(failed())
        } else {
            Ok(())
        }
    }
}
