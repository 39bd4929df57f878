use std::fs;

use super::*;

fn manifest_of(arms: &[&str]) -> Manifest {
    Manifest::new(
        arms.iter().map(|arm| (*arm).to_owned()).collect(),
        vec![],
        2,
    )
}

fn manifest() -> Manifest {
    manifest_of(&["mixup", "baseline"])
}

/// The message after the folder's path, and the hint.
fn refusal(manifest: &Manifest, folder: &Path) -> (String, String) {
    let failure = manifest.check(folder).unwrap_err();
    let message = failure.to_string();
    let prefix = format!("{}: ", folder.display());
    let message = message.strip_prefix(&prefix).unwrap().to_owned();
    (message, failure.hint())
}

#[test]
fn a_missing_folder_is_free() {
    let folder = tempfile::tempdir().unwrap();
    assert!(manifest().check(&folder.path().join("new")).is_ok());
}

#[test]
fn an_empty_folder_is_free() {
    let folder = tempfile::tempdir().unwrap();
    assert!(manifest().check(folder.path()).is_ok());
}

/// Another part of the comparison may be writing its manifest at this moment.
#[test]
fn a_manifest_that_is_being_written_leaves_the_folder_free() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("comparison.json.0123456789abcdef.new"),
        "",
    )
    .unwrap();
    assert!(manifest().check(folder.path()).is_ok());
}

#[test]
fn a_comparison_is_one_line_of_json() {
    let folder = tempfile::tempdir().unwrap();
    manifest().create(folder.path()).unwrap();
    let text = fs::read_to_string(folder.path().join("comparison.json")).unwrap();
    assert_eq!(
        text,
        "{\"arms\":[\"mixup\",\"baseline\"],\"pairs\":2,\"looks\":[]}\n"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn creating_a_comparison_again_keeps_its_reports() {
    let folder = tempfile::tempdir().unwrap();
    manifest().create(folder.path()).unwrap();
    manifest().record_report(folder.path(), 6).unwrap();
    manifest().create(folder.path()).unwrap();
    let found = Manifest::read(folder.path()).unwrap().unwrap();
    assert_eq!(found.reported_pairs, [6]);
}

#[test]
fn the_last_command_says_how_many_pairs_are_planned() {
    let folder = tempfile::tempdir().unwrap();
    let planned = |pairs| Manifest {
        planned_pairs: pairs,
        ..manifest()
    };
    let read = || Manifest::read(folder.path()).unwrap().unwrap();
    for pairs in [4, 2, 6] {
        planned(pairs).create(folder.path()).unwrap();
        assert_eq!(read().planned_pairs, pairs);
    }
    // A report before all of them are there is a look, too.
    assert_eq!(read().record_report(folder.path(), 3).unwrap(), [0; 0]);
    assert_eq!(read().record_report(folder.path(), 6).unwrap(), [3]);
}

#[test]
fn a_comparison_of_other_arms_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = manifest_of(&["wide", "baseline"]);
    other.create(folder.path()).unwrap();
    let (message, hint) = refusal(&manifest(), folder.path());
    assert_eq!(
        message,
        "expected a comparison of mixup and baseline or an empty folder, found one of wide and baseline"
    );
    assert_eq!(hint, "name another folder with --out");
}

#[test]
fn the_same_arms_in_the_other_order_get_their_own_hint() {
    let folder = tempfile::tempdir().unwrap();
    let swapped = manifest_of(&["baseline", "mixup"]);
    swapped.create(folder.path()).unwrap();
    let (message, hint) = refusal(&manifest(), folder.path());
    assert!(message.ends_with("found one of baseline and mixup"));
    assert_eq!(
        hint,
        "name the experiments, or the values of a sweep, in the comparison's order"
    );
}

#[test]
fn more_arms_against_the_same_baseline_extend_a_comparison() {
    let folder = tempfile::tempdir().unwrap();
    manifest().create(folder.path()).unwrap();
    manifest().record_report(folder.path(), 6).unwrap();
    for more in [
        &["mixup", "wide", "baseline"][..],
        &["a", "mixup", "wide", "b", "baseline"],
    ] {
        manifest_of(more).create(folder.path()).unwrap();
        let found = Manifest::read(folder.path()).unwrap().unwrap();
        assert_eq!(found.arms, more);
        assert_eq!(found.reported_pairs, [6]);
    }
}

#[test]
fn another_baseline_does_not_extend_a_comparison() {
    let folder = tempfile::tempdir().unwrap();
    manifest().create(folder.path()).unwrap();
    let other = manifest_of(&["mixup", "baseline", "wide"]);
    let (message, hint) = refusal(&other, folder.path());
    assert_eq!(
        message,
        "expected a comparison of mixup, baseline and wide or an empty folder, found one of mixup and baseline"
    );
    assert_eq!(hint, "name another folder with --out");
}

#[test]
fn fewer_arms_than_the_comparison_has_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    manifest_of(&["mixup", "wide", "baseline"])
        .create(folder.path())
        .unwrap();
    let (_, hint) = refusal(&manifest(), folder.path());
    assert_eq!(
        hint,
        "name all experiments of the comparison, or all values of the sweep, or another folder with --out"
    );
}

#[test]
fn what_the_command_line_changed_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let changed = Manifest::new(manifest().arms, vec!["batch_size=32".into()], 2);
    changed.create(folder.path()).unwrap();
    let text = fs::read_to_string(folder.path().join("comparison.json")).unwrap();
    assert!(text.contains(r#""set":["batch_size=32"]"#), "{text}");
    assert_eq!(Manifest::read(folder.path()).unwrap(), Some(changed));
}

#[test]
fn other_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let (message, hint) = refusal(&manifest(), folder.path());
    assert_eq!(
        message,
        "expected a comparison of mixup and baseline or an empty folder, found other files"
    );
    assert_eq!(hint, "name another folder with --out");
    assert!(manifest().create(folder.path()).is_err());
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (message, _) = refusal(&manifest(), &file);
    assert!(message.ends_with("found other files"));
}

#[test]
fn a_damaged_manifest_is_refused_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("comparison.json");
    fs::write(&file, "{\"arms\":").unwrap();
    let failure = Manifest::read(folder.path()).unwrap_err();
    let expected = format!("{}: expected a file as mixup writes it", file.display());
    assert!(failure.to_string().starts_with(&expected), "{failure}");
}

#[test]
fn a_manifest_of_the_first_version_has_no_reports() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("comparison.json");
    fs::write(file, r#"{"arms":["mixup","baseline"]}"#).unwrap();
    assert_eq!(
        Manifest::read(folder.path()).unwrap(),
        Some(Manifest {
            planned_pairs: 0,
            ..manifest()
        })
    );
}

#[test]
fn the_first_report_has_no_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let earlier = manifest().record_report(folder.path(), 6).unwrap();
    assert_eq!(earlier, [0; 0]);
}

#[test]
fn a_report_of_more_pairs_returns_the_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = manifest();
    manifest.record_report(folder.path(), 2).unwrap();
    manifest.record_report(folder.path(), 4).unwrap();
    assert_eq!(manifest.record_report(folder.path(), 6).unwrap(), [2, 4]);
}

#[test]
fn repeating_a_report_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = manifest();
    for pairs in [2, 6, 6] {
        manifest.record_report(folder.path(), pairs).unwrap();
    }
    let found = Manifest::read(folder.path()).unwrap().unwrap();
    assert_eq!(found.reported_pairs, [2, 6]);
}
