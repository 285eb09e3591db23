//! A store file in the making: nobody reads it before it has its name, so it is synced once.

use std::fs::File;
use std::io;

use redb::StorageBackend;
use redb::backends::FileBackend;

/// A new file under a name of no meaning. What redb syncs on its way is not; who has written it all
/// syncs the file, and gives it its name.
#[derive(Debug)]
pub(super) struct Draft(FileBackend);

impl Draft {
    pub(super) fn new(file: File) -> Result<Self, redb::Error> {
        Ok(Self(FileBackend::new(file)?))
    }
}

impl StorageBackend for Draft {
    fn len(&self) -> Result<u64, io::Error> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.0.write(offset, data)
    }
}
