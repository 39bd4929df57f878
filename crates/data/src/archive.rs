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
pub(crate) mod tests {
    use std::fs;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;
    use crate::CIFAR10_CLASSES;
    use crate::official::tests::files;

    fn header(kind: EntryType, size: u64) -> Header {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(0o644);
        header
    }

    /// Adds an entry under a name that the writer itself would refuse.
    fn push(tar: &mut Builder<Vec<u8>>, name: &str, mut header: Header, bytes: &[u8]) {
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, bytes).expect("memory");
    }

    fn push_files(tar: &mut Builder<Vec<u8>>, folder: &str, files: &[(String, Vec<u8>)]) {
        for (name, bytes) in files {
            let header = header(EntryType::Regular, bytes.len() as u64);
            push(tar, &format!("{folder}{name}"), header, bytes);
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn tar(files: &[(String, Vec<u8>)]) -> Builder<Vec<u8>> {
        let mut tar = Builder::new(Vec::new());
        push(&mut tar, "batches/", header(EntryType::Directory, 0), b"");
        push(
            &mut tar,
            "batches/readme.html",
            header(EntryType::Regular, 2),
            b"hi",
        );
        push_files(&mut tar, "batches/", files);
        tar
    }

    fn finished(tar: Builder<Vec<u8>>) -> Vec<u8> {
        gzip(&tar.into_inner().expect("memory"))
    }

    /// A small official archive.
    pub(crate) fn archive(form: Form) -> Vec<u8> {
        finished(tar(&files(form)))
    }

    fn read_bytes(bytes: &[u8]) -> Result<(Form, ImageSet), String> {
        let folder = tempfile::tempdir().expect("a new folder");
        let path = folder.path().join("set.tar.gz");
        fs::write(&path, bytes).expect("a new file");
        let here = format!("{}/", folder.path().display());
        read(&path, &|_, _| {}).map_err(|error| error.to_string().replace(&here, ""))
    }

    fn message(bytes: &[u8]) -> String {
        read_bytes(bytes).expect_err("a bad archive")
    }

    #[test]
    fn both_archives_give_one_set_whatever_the_order_of_their_members() {
        let (form, set) = read_bytes(&archive(Form::Binary)).expect("a good archive");
        assert_eq!(form, Form::Binary);
        assert_eq!(set.train.len(), 15);
        assert_eq!(set.classes, CIFAR10_CLASSES);
        let mut reversed = files(Form::Python);
        reversed.reverse();
        let python = read_bytes(&finished(tar(&reversed)));
        assert_eq!(python, Ok((Form::Python, set)));
    }

    #[test]
    fn an_archive_cut_anywhere_says_so() {
        let whole = archive(Form::Binary);
        for cut in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
            let error = message(&whole[..cut]);
            let expected = "set.tar.gz: expected a whole .tar.gz archive, found ";
            assert!(error.starts_with(expected), "{cut}: {error}");
        }
        assert!(message(&whole[..whole.len() - 1]).ends_with("found one that ends early"));
        assert!(message(&whole[..whole.len() / 2]).ends_with("found one that ends early"));
    }

    #[test]
    fn a_tar_that_ends_within_a_member_says_so() {
        let tar = tar(&files(Form::Binary)).into_inner().expect("memory");
        let error = message(&gzip(&tar[..tar.len() / 2]));
        assert!(
            error.contains("expected a whole .tar.gz archive"),
            "{error}"
        );
    }

    #[test]
    fn a_wrong_checksum_is_an_error() {
        let mut bytes = archive(Form::Binary);
        let checksum = bytes.len() - 8;
        bytes[checksum] ^= 1;
        assert!(message(&bytes).starts_with("set.tar.gz: expected a whole .tar.gz archive"));
    }

    #[test]
    fn what_is_no_archive_says_so() {
        assert!(message(b"").ends_with("found an empty file"));
        assert!(message(b"hello").ends_with("found a file that is not gzip"));
        let text = message(&gzip(&b"hello\n".repeat(200)));
        assert!(text.contains("a whole .tar.gz archive"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn paths_out_of_the_archive_are_named() {
        for name in ["../../x", "batches/../../x", "/etc/x"] {
            let mut tar = tar(&files(Form::Binary));
            push(&mut tar, name, header(EntryType::Regular, 0), b"");
            assert_eq!(
                message(&finished(tar)),
                format!("set.tar.gz: expected paths inside the archive, found the entry {name:?}")
            );
        }
    }

    #[test]
    fn links_and_devices_are_errors() {
        for kind in [
            EntryType::Symlink,
            EntryType::Link,
            EntryType::Char,
            EntryType::Fifo,
        ] {
            let mut tar = tar(&[]);
            push(&mut tar, "batches/data_batch_1.bin", header(kind, 0), b"");
            let error = message(&finished(tar));
            let expected = "set.tar.gz/batches/data_batch_1.bin: expected a file or folder, found";
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_member_that_comes_twice_is_an_error() {
        let mut tar = tar(&files(Form::Binary));
        push_files(&mut tar, "./batches/", &files(Form::Binary)[..1]);
        assert_eq!(
            message(&finished(tar)),
            "set.tar.gz/batches/data_batch_1.bin: expected each file once, found it twice"
        );
    }

    #[test]
    fn batches_of_two_folders_or_two_forms_are_errors() {
        let mut two_folders = tar(&files(Form::Binary)[..3]);
        push_files(&mut two_folders, "other/", &files(Form::Binary)[3..]);
        assert!(message(&finished(two_folders)).contains("batches in one folder (batches)"));
        let mut two_forms = tar(&files(Form::Binary));
        push_files(&mut two_forms, "other/", &files(Form::Python));
        assert!(message(&finished(two_forms)).contains("both the binary and the Python layout"));
    }

    #[test]
    fn an_entry_that_claims_an_absurd_size_is_an_error() {
        for name in ["batches/data_batch_1.bin", "batches/notes"] {
            let mut tar = Builder::new(Vec::new());
            push(&mut tar, name, header(EntryType::Regular, 1 << 32), b"");
            let error = message(&finished(tar));
            assert!(
                error.ends_with("at most 67108864 bytes, found 4294967296"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_set_without_its_batches_is_an_error() {
        assert!(message(&finished(tar(&[]))).contains("the batch files of CIFAR-10"));
        let error = message(&finished(tar(&files(Form::Python)[1..])));
        assert!(error.ends_with("found no data_batch_1"), "{error}");
    }
}
