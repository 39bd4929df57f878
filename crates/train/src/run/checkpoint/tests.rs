use std::fs;

use super::*;

/// Ends the three parts of a save; part `broken` fails.
fn save(checkpoints: &Checkpoints, epoch: usize, broken: Option<usize>) {
    let partial = checkpoints.shared.folder.join(PARTIAL);
    fs::create_dir_all(&partial).unwrap();
    for (part, file) in [MODEL, OPTIMIZER, SCHEDULE].into_iter().enumerate() {
        fs::write(partial.join(file), "bytes").unwrap();
        let result = match broken {
            Some(broken) if broken == part => {
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                Err(Failure::file(&partial)(full))
            }
            _ => Ok(sha256(b"bytes")),
        };
        checkpoints.shared.end_part(epoch, file, result);
    }
}

/// The checkpoints of a run in `folder`.
fn checkpoints_in(folder: &Path) -> Checkpoints {
    for file in DESCRIBED {
        fs::write(folder.join(file), "as it began").unwrap();
    }
    let lock = Lock::take(&folder.join(".lock")).unwrap().unwrap();
    Checkpoints::new(folder, Arc::new(lock))
}

fn saved(checkpoints: &Checkpoints) -> Vec<usize> {
    let mut saved = epochs(&checkpoints.shared.folder).unwrap();
    saved.sort_unstable();
    saved
}

#[test]
fn a_save_replaces_the_epoch_before_once_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    assert_eq!(checkpoints.last_epoch().unwrap(), None);
    for epoch in 1..=3 {
        save(&checkpoints, epoch, None);
        checkpoints.wait().unwrap();
        assert_eq!(saved(&checkpoints), [epoch]);
    }
}

#[test]
fn a_failed_part_leaves_the_epoch_before_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    save(&checkpoints, 1, None);
    checkpoints.wait().unwrap();
    save(&checkpoints, 2, Some(1));
    let failure = checkpoints.wait().unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    assert_eq!(checkpoints.last_epoch().unwrap(), Some(1));
    assert!(!checkpoints.shared.folder.join(PARTIAL).exists());
}

/// A process was killed while it removed epoch 1 and while it saved epoch 3.
#[test]
fn what_a_killed_process_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    save(&checkpoints, 2, None);
    for left in ["epoch-1", PARTIAL] {
        let left = checkpoints.shared.folder.join(left);
        fs::create_dir(&left).unwrap();
        fs::write(left.join(MODEL), "bytes").unwrap();
    }
    let last = checkpoints.last_epoch().unwrap();
    assert_eq!(last, Some(2));
    checkpoints.keep_only(last).unwrap();
    assert_eq!(
        files::names_in(&checkpoints.shared.folder).unwrap(),
        ["epoch-2"]
    );
}

#[test]
fn a_later_epoch_that_lacks_a_part_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    save(&checkpoints, 1, None);
    fs::create_dir(checkpoints.shared.epoch(2)).unwrap();
    fs::write(checkpoints.shared.epoch(2).join(MODEL), "bytes").unwrap();
    assert_eq!(checkpoints.last_epoch().unwrap(), Some(1));
}

#[test]
fn a_checkpoint_has_the_digests_of_its_parts_and_of_what_belongs_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    checkpoints.note(Some(&sha256(b"best")), "rows").unwrap();
    save(&checkpoints, 1, None);
    let digests = checkpoints.digests(1).unwrap().unwrap();
    assert_eq!(digests.has_best(b"best"), Some(true));
    assert_eq!(digests.has_best(b"other"), Some(false));
    assert_eq!(digests.has_rows("rows"), Some(true));
    assert_eq!(digests.has_rows("row"), Some(false));
    let bytes = sha256(b"bytes");
    for file in [MODEL, OPTIMIZER, SCHEDULE] {
        assert_eq!(digests.0.of(file), Some(bytes.as_str()));
    }
}

#[test]
fn a_save_without_best_weights_has_no_digest_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    checkpoints.note(None, "rows").unwrap();
    save(&checkpoints, 1, None);
    assert_eq!(
        checkpoints.digests(1).unwrap().unwrap().has_best(b"any"),
        None
    );
}

/// The digest that the checkpoint of epoch 1 has of the run's experiment.
fn experiment_digest(checkpoints: &Checkpoints) -> Option<String> {
    let digests = checkpoints.digests(1).unwrap().unwrap();
    digests.0.of("../../experiment.toml").map(str::to_owned)
}

#[test]
fn a_run_that_is_described_anew_has_the_digests_of_its_new_files() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = checkpoints_in(folder.path());
    checkpoints.note(None, "rows").unwrap();
    save(&checkpoints, 1, None);
    assert_eq!(
        experiment_digest(&checkpoints),
        Some(sha256(b"as it began"))
    );
    let write = || {
        // A process that is killed now must not leave a digest of the old file.
        assert_eq!(experiment_digest(&checkpoints), None);
        fs::write(folder.path().join(EXPERIMENT), "longer").unwrap();
        Ok(())
    };
    checkpoints.describe_anew(1, write).unwrap();
    assert_eq!(experiment_digest(&checkpoints), Some(sha256(b"longer")));
}

#[cfg(unix)]
#[test]
fn nothing_is_saved_into_a_run_folder_that_was_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    fs::create_dir(&run).unwrap();
    let checkpoints = checkpoints_in(&run);
    save(&checkpoints, 1, None);
    fs::remove_dir_all(&run).unwrap();
    fs::create_dir(&run).unwrap();
    checkpoints.wait().unwrap();
    save(&checkpoints, 2, None);
    let failure = checkpoints.wait().unwrap_err();
    assert!(
        failure
            .to_string()
            .ends_with("found it removed or replaced"),
        "{failure}"
    );
    assert_eq!(checkpoints.last_epoch().unwrap(), None);
}

/// The run folder may be removed between the look at its lock and the first write.
#[test]
fn a_save_does_not_make_a_removed_run_folder_again() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    fs::create_dir(&run).unwrap();
    let checkpoints = checkpoints_in(&run);
    let partial = checkpoints.shared.make_partial().unwrap();
    assert!(partial.is_dir());
    assert_eq!(checkpoints.shared.make_partial().unwrap(), partial);
    fs::remove_dir_all(&run).unwrap();
    checkpoints.shared.make_partial().unwrap_err();
    assert!(!run.exists());
}
