//! Loads a set of the Hugging Face hub.

use mixup_data::{HubPlan, HubSet, HubSettings, ImageRequest, ListOrigin, TableLook, shown};

use crate::failure::Failure;
use crate::run::data::{Loaded, read_with_bar};
use crate::run::plural::{counted, in_short};
use crate::run::watch::{Counted, Watch};

/// Reads the images of `set`, and downloads what is missing of it first: one file of each part, whose columns are
/// looked at, and then the others. The source that is recorded names the commit.
///
/// # Errors
/// [`Failure::Data`].
pub(super) fn load(
    set: &HubSet,
    request: &ImageRequest,
    watch: &dyn Watch,
) -> Result<Loaded, Failure> {
    let plan = set.plan(&HubSettings::from_env()?, request)?;
    if plan.origin() == ListOrigin::Snapshot {
        watch.say(
            "note: without a network, the files in the cache of the hub's own library are taken for all of the set; it may have more splits",
        );
    }
    let (missing, bytes) = plan.missing();
    if missing > 0 {
        for line in in_words(set, &plan) {
            watch.say(&line);
        }
        watch.say(&format!(
            "{} not here yet: downloading {}",
            match missing {
                1 => "1 file is".into(),
                more => format!("{more} files are"),
            },
            megabytes(bytes)
        ));
        let look = with_bar(bytes, &|progress| Ok(plan.look(request, progress)?), watch)?;
        if let Some(look) = look {
            watch.say(&columns_in_words(&look));
        }
        fetch(&plan, watch)?;
    }
    let source = plan.pinned().to_string();
    read_with_bar(source, &|progress| plan.open(request, progress), watch)
}

/// Whether the set can be read without a download.
pub(super) fn is_here(set: &HubSet, request: &ImageRequest) -> bool {
    HubSettings::from_env().is_ok_and(|settings| set.is_here(&settings, request))
}

/// Downloads the files of a plan that are missing in the cache, with a progress bar.
///
/// # Errors
/// [`Failure::Data`].
fn fetch(plan: &HubPlan, watch: &dyn Watch) -> Result<(), Failure> {
    let (_, bytes) = plan.missing();
    with_bar(bytes, &|progress| Ok(plan.fetch(progress)?), watch)
}

/// Takes the bytes so far, and how many there are.
pub(crate) type Progress<'p> = dyn Fn(u64, u64) + Sync + 'p;

/// Downloads with a progress bar over so many bytes.
///
/// # Errors
/// Those of `download`.
pub(crate) fn with_bar<T>(
    bytes: u64,
    download: &dyn Fn(&Progress<'_>) -> Result<T, Failure>,
    watch: &dyn Watch,
) -> Result<T, Failure> {
    let bar = watch.bar(Counted::Bytes, "downloading", bytes as usize);
    let result = download(&|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    result
}

/// What is read of a set: its revision, its splits and how large they are.
pub(crate) fn in_words(set: &HubSet, plan: &HubPlan) -> Vec<String> {
    let config = plan.config();
    let config = config.map_or_else(String::new, |config| {
        format!(", configuration {}", shown(config))
    });
    let mut lines = vec![format!(
        "{set} is at the revision {}{config}",
        plan.commit()
    )];
    for part in plan.parts() {
        lines.push(format!(
            "{} images: split {}, {}, {}",
            part.part,
            shown(&part.split),
            counted(part.files, "file"),
            megabytes(part.bytes)
        ));
    }
    if !plan.other_splits().is_empty() {
        let names: Vec<String> = plan.other_splits().iter().map(|name| shown(name)).collect();
        lines.push(format!("not read: {}", names.join(", ")));
    }
    lines
}

/// Such as `columns: pictures img, labels label with 10 classes (airplane, …)`.
fn columns_in_words(look: &TableLook) -> String {
    let classes = look.classes.as_ref().map_or_else(String::new, |classes| {
        let names: Vec<String> = classes.iter().map(|name| shown(name)).collect();
        format!(" with {} classes ({})", names.len(), in_short(&names))
    });
    let TableLook { picture, label, .. } = look;
    format!(
        "columns: pictures {}, labels {}{classes}",
        shown(picture),
        shown(label)
    )
}

/// Such as `143.6 MB`.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
