use tempfile::TempDir;

use super::*;
use crate::run::file_names::RUN;

/// A folder with empty files of these names.
fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    folder
}

/// The failure of the folder, with the hint.
fn refused(folder: &Path) -> String {
    let failure = weights_place(folder).unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    format!("{failure}\n{}", failure.hint())
}

#[test]
fn a_file_is_taken_as_it_is_named() {
    let folder = folder(&["weights.safetensors"]);
    let file = folder.path().join("weights.safetensors");
    let place = weights_place(&file).unwrap();
    assert_eq!((place.file, place.note), (file, None));
}

#[test]
fn where_nothing_lies_the_list_of_runs_is_offered() {
    let folder = folder(&["other.safetensors"]);
    let said = refused(&folder.path().join("weights.safetensors"));
    assert!(said.contains("found nothing there\n"), "{said}");
    assert!(
        said.ends_with("lists the runs in the folder runs"),
        "{said}"
    );
}

#[test]
fn a_finished_run_that_lost_its_weights_is_not_resumed() {
    let run = folder(&[RUN, SUMMARY, BEST]);
    let said = refused(run.path());
    assert!(
        said.contains("which a finished run has, found none"),
        "{said}"
    );
    assert!(said.ends_with("best.safetensors"), "{said}");
    let run = folder(&[RUN, SUMMARY]);
    let said = refused(run.path());
    assert!(said.ends_with("or train it again"), "{said}");
}

#[test]
fn a_run_has_the_weights_of_its_last_epoch_and_offers_the_best() {
    let run = folder(&[RUN, MODEL, BEST]);
    let place = weights_place(run.path()).unwrap();
    assert_eq!(place.file, run.path().join(MODEL));
    let note = place.note.unwrap();
    assert!(
        note.contains("model.safetensors, of the last epoch"),
        "{note}"
    );
    assert!(note.ends_with("best.safetensors"), "{note}");
}

#[test]
fn a_folder_that_is_no_run_knows_no_epoch() {
    let folder = folder(&[MODEL]);
    let note = weights_place(folder.path()).unwrap().note.unwrap();
    assert!(note.ends_with("model.safetensors"), "{note}");
}

#[test]
fn a_run_that_is_not_finished_offers_its_best_weights() {
    let run = folder(&[RUN, BEST]);
    let said = refused(run.path());
    assert!(said.contains("found one that is not finished"), "{said}");
    assert!(
        said.contains("best.safetensors; or resume with: mixup train --resume"),
        "{said}"
    );
    let run = folder(&[RUN]);
    assert!(!refused(run.path()).contains("best"));
}

#[test]
fn a_comparison_offers_its_first_run() {
    let comparison = folder(&[
        "b/seed-1/model.safetensors",
        "a/seed-2/model.safetensors",
        "a/seed-10/none",
    ]);
    let said = refused(comparison.path());
    let run = comparison.path().join("a/seed-2");
    assert!(
        said.ends_with(&format!("such as {}", quoted(&run))),
        "{said}"
    );
}

#[test]
fn another_folder_is_refused() {
    let said = refused(folder(&["notes.txt"]).path());
    assert!(
        said.contains("found a folder without model.safetensors"),
        "{said}"
    );
    assert!(said.ends_with("the folder of a finished run"), "{said}");
}
