use std::fs;
use std::path::Path;

use mixup_evidence::ChosenBy;

use super::*;
use crate::comparison::example::ExampleRun;
use crate::run::epoch_row::HeldOut;

fn row(epoch: usize) -> EpochRow {
    EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: 0.25,
        held_out: HeldOut::new(ChosenBy::Validation, 0.125, 0.75),
        learning_rate: Some(0.001),
        seconds: 1.0,
        cpu_seconds: None,
        images_per_second: 64.0,
    }
}

/// The events in the file of the run at `path`.
fn events(path: &Path) -> Vec<Event> {
    let bytes = fs::read(path.join(EVENTS)).unwrap();
    let (records, length) = framing::whole_records(&bytes);
    assert_eq!(length, bytes.len());
    let events = records.iter().map(|data| Event::decode(*data).unwrap());
    events.collect()
}

fn steps(path: &Path) -> Vec<i64> {
    events(path).iter().map(|event| event.step).collect()
}

/// A folder for a run, and the run in it after `epochs` epochs.
fn begun(epochs: usize) -> (tempfile::TempDir, RunFolder) {
    let parent = tempfile::tempdir().unwrap();
    let run = ExampleRun::new("mixup", 1).begun(&parent.path().join("run"), epochs);
    (parent, run)
}

fn rows(epochs: usize) -> Vec<EpochRow> {
    (1..=epochs).map(row).collect()
}

#[test]
fn an_epoch_has_its_figures() {
    let (_parent, run) = begun(0);
    let log = EventLog::open(&run, &[], &[]).unwrap();
    log.add(&row(1)).unwrap();
    let events = events(run.path());
    assert_eq!(events[0].file_version.as_deref(), Some("brain.Event:2"));
    let summary = events[1].summary.as_ref().unwrap();
    let figures = summary
        .values
        .iter()
        .map(|value| (value.tag.as_str(), value.simple_value.unwrap()));
    let expected = [
        ("loss/train", 0.5),
        ("loss/validation", 0.125),
        ("accuracy/train", 0.25),
        ("accuracy/validation", 0.75),
        ("learning_rate", 0.001),
        ("images_per_second", 64.0),
    ];
    assert_eq!(figures.collect::<Vec<_>>(), expected);
    assert!(events[1].wall_time > 1.7e9);
}

#[test]
fn a_resumed_run_goes_on_in_the_same_file() {
    let (_parent, run) = begun(2);
    EventLog::open(&run, &[], &[])
        .unwrap()
        .add(&row(1))
        .unwrap();
    // Killed between the row of epoch 2 and its event.
    let log = EventLog::open(&run, &rows(2), &[]).unwrap();
    log.add(&row(3)).unwrap();
    assert_eq!(steps(run.path()), [0, 1, 2, 3]);
}

#[test]
fn a_run_of_an_earlier_version_gets_a_file_with_all_its_epochs() {
    let (_parent, run) = begun(3);
    EventLog::open(&run, &rows(3), &[]).unwrap();
    assert_eq!(steps(run.path()), [0, 1, 2, 3]);
}

#[test]
fn a_record_that_is_not_whole_is_written_again() {
    let (_parent, run) = begun(2);
    EventLog::open(&run, &rows(2), &[]).unwrap();
    let path = run.path().join(EVENTS);
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        EventLog::open(&run, &rows(2), &[]).unwrap();
        assert_eq!(steps(run.path()), [0, 1, 2], "{length}");
    }
}

/// The file was deleted while the run trained, or a program has damaged it.
#[test]
fn a_file_that_lacks_its_start_or_an_epoch_is_made_again() {
    let (_parent, run) = begun(3);
    let path = run.path().join(EVENTS);
    let event = |step| {
        records_of(&[Event {
            file_version: None,
            ..super::event(step)
        }])
    };
    let version = records_of(&begin(&[], &[]));
    let no_start = [event(1), event(2), event(3)].concat();
    let no_epoch = [version.clone(), event(1), event(3)].concat();
    let no_event = [version, framing::record(b"\xff\xff")].concat();
    for bytes in [vec![], no_start, no_epoch, no_event, b"text".to_vec()] {
        fs::write(&path, &bytes).unwrap();
        EventLog::open(&run, &rows(3), &[]).unwrap();
        assert_eq!(steps(run.path()), [0, 1, 2, 3]);
    }
}

#[test]
fn a_file_that_is_deleted_while_the_run_trains_stays_away_until_it_is_resumed() {
    let (_parent, run) = begun(2);
    let log = EventLog::open(&run, &rows(1), &[]).unwrap();
    fs::remove_file(run.path().join(EVENTS)).unwrap();
    log.add(&row(2)).unwrap();
    assert!(!run.path().join(EVENTS).exists());
    EventLog::open(&run, &rows(2), &[]).unwrap();
    assert_eq!(steps(run.path()), [0, 1, 2]);
}

#[test]
fn mixes_are_pictures_with_their_label() {
    let png = image_bytes(5, 3);
    let pair = MixedPair {
        first: String::new(),
        partner: String::new(),
        mixed: STANDARD.encode(&png),
        lambda: 0.7,
        target: vec![("cat".into(), 0.7), ("dog".into(), 0.3)],
        classes: ["cat".into(), "dog".into()],
    };
    let (_parent, run) = begun(0);
    EventLog::open(&run, &[], std::slice::from_ref(&pair)).unwrap();
    // A resumed run does not show them again.
    EventLog::open(&run, &[], &[pair]).unwrap();
    let events = events(run.path());
    assert_eq!(events.len(), 2);
    let [value] = &events[1].summary.as_ref().unwrap().values[..] else {
        panic!("one picture");
    };
    let image = value.image.as_ref().unwrap();
    assert_eq!(
        (value.tag.as_str(), image.width, image.height),
        ("mixed/1", 5, 3)
    );
    assert_eq!(image.png, png);
    let words = &value.metadata.as_ref().unwrap().description;
    assert_eq!(words, "λ = 0.70; label: 0.70 cat, 0.30 dog");
}

/// A grey PNG file of this size.
fn image_bytes(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    image::GrayImage::new(width, height)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn a_removed_run_folder_stays_removed() {
    let (_parent, run) = begun(0);
    let log = EventLog::open(&run, &[], &[]).unwrap();
    fs::remove_dir_all(run.path()).unwrap();
    let failure = log.add(&row(1)).unwrap_err();
    assert!(
        failure
            .to_string()
            .ends_with("found it removed or replaced"),
        "{failure}"
    );
    assert!(!run.path().exists());
}
