//! CIFAR-10's official `.tar.gz` archives, read in one pass and never unpacked to disk.

mod limited_reader;

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::{Component, Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use tar::{Archive, EntryType};

use crate::content::Content;
use crate::file::{MAX_FILE_BYTES, too_large};
use crate::official::{BATCHES, Collector, Form, Member};
use crate::{DataError, ImageSet};
use limited_reader::LimitedReader;

/// Reads a whole archive, including the checksum at its end.
///
/// All batch files must be in one folder, whose name does not matter. Other files are skipped.
/// `progress` receives the number of batch files read so far and their total number.
///
/// # Errors
/// A truncated or damaged archive; an entry that is neither a file nor a folder, is larger than
/// 64 MiB, or has an absolute path or one with `..`; and the errors of [`Collector`].
pub(crate) fn read(
    path: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Form, ImageSet), DataError> {
    let mut file = BufReader::new(File::open(path).map_err(DataError::io(path))?);
    match file.fill_buf().map_err(DataError::io(path))? {
        [0x1f, 0x8b, ..] => {}
        [] => return Err(not_whole(path, "an empty file")),
        _ => return Err(not_whole(path, "a file that is not gzip")),
    }
    let mut archive = Archive::new(LimitedReader::new(MultiGzDecoder::new(file)));
    let mut found: Option<(PathBuf, Collector)> = None;
    progress(0, BATCHES);
    for entry in archive.entries().map_err(unreadable(path))? {
        let mut entry = entry.map_err(unreadable(path))?;
        let name = entry.path().map_err(unreadable(path))?.into_owned();
        let name = safe(path, &name)?;
        let shown = path.join(&name);
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            other => {
                let found = format!("an entry of type {other:?}");
                return Err(DataError::format(&shown, "a file or folder", found));
            }
        }
        if entry.size() > MAX_FILE_BYTES {
            return Err(too_large(&shown, entry.size()));
        }
        let file_name = name.file_name().and_then(|name| name.to_str());
        let Some(member) = file_name.and_then(Member::named) else {
            continue;
        };
        let folder = name.parent().unwrap_or(Path::new(""));
        let (home, set) = found.get_or_insert_with(|| (folder.into(), Collector::new(member.form)));
        if set.form() == member.form && home != folder {
            let expected = format!("batches in one folder ({})", home.display());
            return Err(DataError::format(&shown, expected, "another folder"));
        }
        let mut content = Content {
            path: &shown,
            size: entry.size() as usize,
            reader: &mut entry,
            failure: &unreadable(path),
        };
        set.add(member, &mut content)?;
        progress(set.batches(), BATCHES);
    }
    // Only the end of the stream shows whether the archive is complete and its checksum correct.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(unreadable(path))?;
    let Some((_, set)) = found else {
        let expected = "the batch files of CIFAR-10";
        return Err(DataError::format(path, expected, "none of them"));
    };
    Ok((set.form(), set.finish(path)?))
}

/// An entry's path without `./`; refuses paths that lead out of the archive.
fn safe(archive: &Path, name: &Path) -> Result<PathBuf, DataError> {
    let mut path = PathBuf::new();
    for component in name.components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                let found = format!("the entry {name:?}");
                return Err(DataError::format(
                    archive,
                    "paths inside the archive",
                    found,
                ));
            }
        }
    }
    Ok(path)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> DataError + '_ {
    move |error| match error.kind() {
        _ if error.raw_os_error().is_some() => DataError::io(path)(error),
        ErrorKind::UnexpectedEof => not_whole(path, "one that ends early"),
        // The tar reader's messages quote the bytes that it could not parse.
        _ => not_whole(path, &error.to_string().replace(char::is_control, "?")),
    }
}

fn not_whole(path: &Path, found: &str) -> DataError {
    DataError::format(path, "a whole .tar.gz archive", found)
}

#[cfg(test)]
pub(crate) mod tests;
