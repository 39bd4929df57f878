use std::fs;

use super::*;

/// Ends the three parts of a save; part `broken` fails.
fn save(checkpoints: &Checkpoints, epoch: usize, broken: Option<usize>) {
    let partial = checkpoints.shared.folder.join(PARTIAL);
    fs::create_dir_all(&partial).unwrap();
    for part in 0..PARTS {
        fs::write(partial.join(part.to_string()), "bytes").unwrap();
        let result = match broken {
            Some(broken) if broken == part => {
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                Err(Failure::file(&partial)(full))
            }
            _ => Ok(()),
        };
        checkpoints.shared.end_part(epoch, result);
    }
}

#[test]
fn a_save_replaces_the_epoch_before_once_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = Checkpoints::new(folder.path().join("checkpoint"));
    assert_eq!(checkpoints.last_epoch(), None);
    for epoch in 1..=3 {
        save(&checkpoints, epoch, None);
        checkpoints.wait().unwrap();
        assert_eq!(epochs(&checkpoints.shared.folder), [epoch]);
    }
}

#[test]
fn a_failed_part_leaves_the_epoch_before_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = Checkpoints::new(folder.path().join("checkpoint"));
    save(&checkpoints, 1, None);
    checkpoints.wait().unwrap();
    save(&checkpoints, 2, Some(1));
    let failure = checkpoints.wait().unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    assert_eq!(checkpoints.last_epoch(), Some(1));
    assert!(!checkpoints.shared.folder.join(PARTIAL).exists());
}
