//! The archive that a workbook is.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::xml::Result;

/// The most bytes of a part that is read; a full sheet has about half of it.
const PART_MAX: u64 = 2 << 30;

/// The parts of a file, held in memory as they are packed, and those that were changed.
pub(super) struct Package {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    changed: BTreeMap<String, Option<String>>,
}

impl Package {
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
        Ok(Self {
            archive,
            changed: BTreeMap::new(),
        })
    }

    /// The text of a part that may be missing.
    pub(super) fn find(&mut self, part: &str) -> Result<Option<String>> {
        if let Some(changed) = self.changed.get(part) {
            return Ok(changed.clone());
        }
        let Some(index) = self.archive.index_for_name(part) else {
            return Ok(None);
        };
        let fault = |error: &dyn std::fmt::Display| format!("its part `{part}`: {error}");
        let mut file = self
            .archive
            .by_index(index)
            .map_err(|error| fault(&error))?;
        let mut text = String::new();
        let read = (&mut file).take(PART_MAX).read_to_string(&mut text);
        read.map_err(|error| fault(&error))?;
        if file.read(&mut [0]).map_err(|error| fault(&error))? > 0 {
            return Err(fault(&format!("it is larger than {PART_MAX} bytes")));
        }
        Ok(Some(text))
    }

    /// The text of a part.
    pub(super) fn text(&mut self, part: &str) -> Result<String> {
        let found = self.find(part)?;
        found.ok_or_else(|| format!("its part `{part}` is missing"))
    }

    pub(super) fn set(&mut self, part: &str, text: String) {
        self.changed.insert(part.to_owned(), Some(text));
    }

    pub(super) fn remove(&mut self, part: &str) {
        self.changed.insert(part.to_owned(), None);
    }

    /// Tells whether there is a part.
    pub(super) fn has(&self, part: &str) -> bool {
        match self.changed.get(part) {
            Some(changed) => changed.is_some(),
            None => self.archive.index_for_name(part).is_some(),
        }
    }

    /// Begins the file.
    pub(super) fn begin(path: &Path) -> Result<NewPackage> {
        let file = File::create(path).map_err(|error| error.to_string())?;
        Ok(NewPackage {
            zip: ZipWriter::new(BufWriter::new(file)),
            written: HashSet::new(),
        })
    }

    /// Writes all parts that are not written yet.
    pub(super) fn finish(&mut self, mut new: NewPackage) -> Result<()> {
        for (part, text) in &self.changed {
            if let Some(text) = text
                && !new.written.contains(part)
            {
                new.part(part, |out| {
                    out.write_all(text.as_bytes())
                        .map_err(|error| error.to_string())
                })?;
            }
        }
        for index in 0..self.archive.len() {
            let file = self.archive.by_index_raw(index);
            let file = file.map_err(|error| error.to_string())?;
            let part = file.name().map_err(|error| error.to_string())?.into_owned();
            if !new.written.contains(&part) && !self.changed.contains_key(&part) {
                let copied = new.zip.raw_copy_file(file);
                copied.map_err(|error| error.to_string())?;
            }
        }
        let file = new.zip.finish().map_err(|error| error.to_string())?;
        let file = file.into_inner().map_err(|error| error.to_string())?;
        file.sync_all().map_err(|error| error.to_string())
    }
}

/// A file that is being written.
pub(super) struct NewPackage {
    zip: ZipWriter<BufWriter<File>>,
    written: HashSet<String>,
}

impl NewPackage {
    /// Writes one part.
    pub(super) fn part(
        &mut self,
        part: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<()> {
        // A sheet of a million rows may be larger than the old form of the archive can say.
        let options = SimpleFileOptions::default().large_file(true);
        let started = self.zip.start_file(part, options);
        started.map_err(|error| error.to_string())?;
        self.written.insert(part.to_owned());
        write(&mut self.zip)
    }
}
