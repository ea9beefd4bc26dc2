//! Simulated disk: a directory that loses its power, for the crash tests.

use super::disk::{Disk, DiskFile};
use alloc::{boxed::Box, collections::BTreeMap, sync::Arc, vec::Vec};
use std::{
    io,
    sync::{Mutex, MutexGuard},
};

const SECTOR: usize = 512;

/// What becomes of the writes that no sync covered when the power goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loss {
    /// None of them reached the medium.
    All,
    /// All of them did.
    Nothing,
    /// Each sector did or did not, by this seed.
    Some(u64),
}

/// A directory in memory; a clone is the same directory.
///
/// Each act (a write, a sync, a rename) has a number. At one of them, the power can be cut or the
/// medium can fail: then that act and all later ones give an error.
#[derive(Clone, Default)]
pub(super) struct SimulatedDisk(Arc<Mutex<State>>);

#[derive(Clone, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<&'static str, usize>,
    durable_names: BTreeMap<&'static str, usize>,
    /// The names after each act that no sync covered.
    unsynced_names: Vec<BTreeMap<&'static str, usize>>,
    acts: u64,
    syncs: u64,
    stop_at: Option<u64>,
}

#[derive(Clone, Default)]
struct Content {
    live: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Act>,
}

#[derive(Clone)]
enum Act {
    Length(usize),
    Sector(usize, Vec<u8>),
}

impl SimulatedDisk {
    /// Lets everything fail from this act on, counted from 1 and from now.
    pub(super) fn stop_at(&self, act: u64) {
        let mut state = self.lock();
        state.stop_at = Some(state.acts + act);
    }

    /// How many acts there were.
    pub(super) fn acts(&self) -> u64 {
        self.lock().acts
    }

    /// How many of them were syncs.
    pub(super) fn syncs(&self) -> u64 {
        self.lock().syncs
    }

    /// Whether something besides this value uses the disk.
    pub(super) fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// The disk as it is found when the power comes back.
    pub(super) fn after_power_cut(&self, loss: Loss) -> Self {
        let state = self.lock();
        let mut draws = match loss {
            Loss::All => Draws::Always(false),
            Loss::Nothing => Draws::Always(true),
            Loss::Some(seed) => Draws::Random(seed.wrapping_mul(2).wrapping_add(1)),
        };
        // A file system with a journal keeps the order of its names.
        let mut names = &state.durable_names;
        for later in &state.unsynced_names {
            if !draws.next() {
                break;
            }
            names = later;
        }
        let files = state.files.iter().map(|file| file.after_power_cut(&mut draws)).collect();
        let (names, durable_names) = (names.clone(), names.clone());
        Self(Arc::new(Mutex::new(State { files, names, durable_names, ..State::default() })))
    }

    /// The disk as it is found when only the process ended: the system still holds every write.
    pub(super) fn after_process_end(&self) -> Self {
        let state = self.lock().clone();
        Self(Arc::new(Mutex::new(State { stop_at: None, ..state })))
    }

    /// Clears bytes of a file on the medium, behind the system's back.
    pub(super) fn lose_durable(&self, name: &'static str, bytes: core::ops::Range<usize>) {
        let mut state = self.lock();
        let file = state.names.get(name).copied().expect("the file is there");
        state.files[file].durable[bytes].fill(0);
    }

    /// A file of it that stands outside of the directory's names.
    pub(super) fn lone_file(&self, name: &'static str) -> (Box<dyn DiskFile>, bool) {
        let mut state = self.lock();
        let known = state.names.get(name).copied();
        let file = known.unwrap_or_else(|| {
            let file = state.add_file();
            state.names.insert(name, file);
            state.durable_names.insert(name, file);
            file
        });
        (Box::new(SimulatedFile { disk: self.clone(), file }), known.is_some())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn act(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.lock();
        state.acts += 1;
        match state.stop_at {
            Some(stop_at) if state.acts >= stop_at => Err(io::Error::other("no power")),
            _ => Ok(state),
        }
    }

    fn file(&self, file: usize) -> Arc<dyn DiskFile> {
        Arc::new(SimulatedFile { disk: self.clone(), file })
    }
}

impl State {
    fn add_file(&mut self) -> usize {
        self.files.push(Content::default());
        self.files.len() - 1
    }

    fn change_names(&mut self, change: impl FnOnce(&mut BTreeMap<&'static str, usize>)) {
        change(&mut self.names);
        self.unsynced_names.push(self.names.clone());
    }
}

impl Content {
    fn after_power_cut(&self, draws: &mut Draws) -> Self {
        let mut bytes = self.durable.clone();
        for act in &self.unsynced {
            match act {
                _ if !draws.next() => {}
                Act::Length(length) => bytes.resize(*length, 0),
                Act::Sector(at, sector) => {
                    if let Some(place) = bytes.get_mut(*at..*at + sector.len()) {
                        place.copy_from_slice(sector);
                    }
                }
            }
        }
        Self { live: bytes.clone(), durable: bytes, unsynced: Vec::new() }
    }
}

impl Disk for SimulatedDisk {
    fn open(&self, name: &'static str) -> io::Result<Arc<dyn DiskFile>> {
        let file = self.lock().names.get(name).copied().ok_or(io::ErrorKind::NotFound)?;
        Ok(self.file(file))
    }

    fn create(&self, name: &'static str) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.act()?;
        let file = state.add_file();
        state.change_names(|names| {
            names.insert(name, file);
        });
        Ok(self.file(file))
    }

    fn rename(&self, from: &'static str, to: &'static str) -> io::Result<()> {
        let mut state = self.act()?;
        let file = state.names.get(from).copied().ok_or(io::ErrorKind::NotFound)?;
        state.change_names(|names| {
            names.remove(from);
            names.insert(to, file);
        });
        Ok(())
    }

    fn remove(&self, name: &'static str) -> io::Result<()> {
        let mut state = self.act()?;
        if state.names.contains_key(name) {
            state.change_names(|names| {
                names.remove(name);
            });
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.act()?;
        state.syncs += 1;
        state.durable_names = state.names.clone();
        state.unsynced_names.clear();
        Ok(())
    }
}

struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
}

impl DiskFile for SimulatedFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.lock().files[self.file].live.len() as u64)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let content = &mut self.disk.act()?.files[self.file];
        content.live.resize(length as usize, 0);
        content.unsynced.push(Act::Length(length as usize));
        Ok(())
    }

    fn read_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let state = self.disk.lock();
        let from = state.files[self.file].live.get(at as usize..).unwrap_or_default();
        let from = from.get(..bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(from);
        Ok(())
    }

    fn read_medium_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let state = self.disk.lock();
        let from = state.files[self.file].durable.get(at as usize..).unwrap_or_default();
        let from = from.get(..bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(from);
        Ok(())
    }

    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let acted = self.disk.act();
        // The act during which the power goes may have reached the medium.
        let (mut state, result) = match acted {
            Ok(state) => (state, Ok(())),
            Err(error) => {
                let state = self.disk.lock();
                if Some(state.acts) != state.stop_at {
                    return Err(error);
                }
                (state, Err(error))
            }
        };
        let content = &mut state.files[self.file];
        let at = at as usize;
        if content.live.len() < at + bytes.len() {
            content.live.resize(at + bytes.len(), 0);
            content.unsynced.push(Act::Length(at + bytes.len()));
        }
        content.live[at..at + bytes.len()].copy_from_slice(bytes);
        for (number, sector) in bytes.chunks(SECTOR).enumerate() {
            content.unsynced.push(Act::Sector(at + number * SECTOR, sector.to_vec()));
        }
        result
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.act()?;
        state.syncs += 1;
        let content = &mut state.files[self.file];
        content.durable.clone_from(&content.live);
        content.unsynced.clear();
        Ok(())
    }

    fn forget(&self, _: core::ops::Range<u64>) -> io::Result<()> {
        Ok(())
    }
}

enum Draws {
    Always(bool),
    Random(u64),
}

impl Draws {
    fn next(&mut self) -> bool {
        match self {
            Self::Always(outcome) => *outcome,
            Self::Random(state) => {
                // SplitMix64.
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut bits = *state;
                bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                (bits ^ (bits >> 31)) & 1 == 1
            }
        }
    }
}
