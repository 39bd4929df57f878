use super::*;
use crate::files::{create_folder, names_in, read_text};

/// A folder for a test, and the path of a file in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    (folder, path)
}

#[test]
fn whole_files_replace_and_leave_nothing_else() {
    let (folder, path) = place();
    write_whole(&path, b"one").unwrap();
    write_whole(&path, b"two").unwrap();
    assert_eq!(read_text(&path).unwrap(), "two");
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing() {
    let (folder, path) = place();
    // A folder in its place cannot be replaced by a file.
    create_folder(&path.join("inside")).unwrap();
    let failure = write_whole(&path, b"one").unwrap_err();
    assert!(failure.to_string().starts_with(&path.display().to_string()));
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

#[test]
fn a_file_of_the_user_with_a_similar_name_stays() {
    for similar in [
        "a.new",
        "a.old.new",
        "b.0123456789abcdef.new",
        "a.0123456789abcdef",
    ] {
        let (folder, path) = place();
        let similar = folder.path().join(similar);
        fs::write(&similar, "mine").unwrap();
        write_whole(&path, b"one").unwrap();
        assert_eq!(read_text(&similar).unwrap(), "mine");
    }
}

#[test]
fn what_a_killed_process_left_is_removed_by_the_next_one() {
    let (folder, path) = place();
    fs::write(staging(&path), "left").unwrap();
    write_whole(&path, b"one").unwrap();
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

/// A new file that has its name from the start.
fn named(path: &Path, bytes: &[u8]) -> File {
    let refused = Failure::file(path);
    let mut fill = |file: &mut File| file.write_all(bytes).map_err(&refused);
    write_named(path, &mut fill, &refused).unwrap()
}

#[test]
fn content_that_could_not_be_written_leaves_the_old_file_alone() {
    let (folder, path) = place();
    write_whole(&path, b"one").unwrap();
    let failure = write_whole_by(&path, &mut |file| {
        file.write_all(b"half").map_err(Failure::file(&path))?;
        Err(Failure::Stopped)
    });
    assert!(matches!(failure, Err(Failure::Stopped)));
    assert_eq!(read_text(&path).unwrap(), "one");
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

#[test]
fn what_a_living_process_is_about_to_rename_stays() {
    let (folder, path) = place();
    let held = named(&folder.path().join("a.0123456789abcdef.new"), b"two");
    write_whole(&path, b"one").unwrap();
    assert_eq!(names_in(folder.path()).unwrap().len(), 2);
    drop(held);
    write_whole(&path, b"one").unwrap();
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

#[test]
fn many_writers_of_one_file_leave_one_of_their_contents() {
    let (folder, path) = place();
    let path = path.as_path();
    std::thread::scope(|scope| {
        for writer in 0..8_u8 {
            scope.spawn(move || {
                for _ in 0..20 {
                    write_whole(path, &[b'0' + writer; 100]).unwrap();
                }
            });
        }
    });
    let text = read_text(path).unwrap();
    assert!(text.len() == 100 && text.bytes().all(|byte| byte == text.as_bytes()[0]));
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

/// A disk without files that have no name, such as one on a network.
#[test]
fn a_file_with_a_name_from_the_start_has_the_same_content() {
    let (_folder, path) = place();
    named(&path, b"one");
    assert_eq!(read_text(&path).unwrap(), "one");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let (folder, path) = place();
    let link = folder.path().join("link");
    fs::write(&path, "one").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    write_whole(&link, b"two").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(read_text(&path).unwrap(), "two");
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = place();
    fs::write(&path, "one").unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    write_whole(&path, b"two").unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_permissions_of_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    write_whole(&path, b"a").unwrap();
    let usual = folder.path().join("usual");
    fs::write(&usual, "b").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&usual));
}

#[track_caller]
fn assert_left(other: &str, is_left: bool) {
    assert_eq!(
        is_left_of("run.json", OsStr::new(other)),
        is_left,
        "{other}"
    );
}

#[test]
fn what_a_killed_process_leaves_is_known_by_its_name() {
    let staging = staging(Path::new("run.json"));
    assert_left(staging.to_str().unwrap(), true);
    assert_left("run.json.new", true);
}

#[test]
fn other_names_are_not_taken_for_it() {
    for other in [
        "run.json",
        "run.json.old",
        "my-run.json.new",
        "run.jsonl.new",
    ] {
        assert_left(other, false);
    }
}
