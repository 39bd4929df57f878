//! Sets of test images alone, such as CIFAR-10.1 and CIFAR-10-C, on which a trained network is judged.

use std::path::Path;

use mixup_data::{ArrayPair, CIFAR10_CLASSES, DataError, Images, KnownSet, TestOnlySet, test_only};

use crate::failure::Failure;
use crate::run::data::{DataSource, downloaded, note_namesake, or_download_anew};
use crate::run::loaded_network::LoadedNetwork;
use crate::run::watch::Watch;
use crate::run::weights_data::{check_classes, request};

/// A set of test images alone, and what it is called.
pub(crate) struct TestOnly {
    /// The set.
    pub set: TestOnlySet,
    /// Its name, or what kind it is of.
    pub name: String,
    /// Which known set it is. Only these have names of classes: arrays have none.
    pub known: Option<KnownSet>,
}

/// The known set of test images alone that `source` names; `None` for any other source.
pub(crate) fn known(source: &DataSource) -> Option<KnownSet> {
    match source {
        DataSource::Known(known) => known.is_test_only().then_some(*known),
        DataSource::Path(_)
        | DataSource::Hub(_)
        | DataSource::Synthetic
        | DataSource::SyntheticShapes => None,
    }
}

/// The set of test images alone that `source` names; `None` for any other source. Downloads a known one that is not in
/// the cache.
///
/// # Errors
/// [`Failure`] if the set cannot be downloaded, read or used.
pub(crate) fn find(source: &DataSource, watch: &dyn Watch) -> Result<Option<TestOnly>, Failure> {
    if let Some(known) = known(source) {
        return downloaded_set(known, watch).map(Some);
    }
    let DataSource::Path(path) = source else {
        return Ok(None);
    };
    let set = match test_only(path) {
        // Reading the path as a set to train on says more.
        Err(DataError::Missing { .. }) => None,
        found => found?,
    };
    Ok(set.map(|set| {
        let name = match set {
            TestOnlySet::Pair(_) => "NumPy arrays",
            TestOnlySet::Corrupted(_) => "corrupted images",
        };
        TestOnly {
            set,
            name: name.into(),
            known: None,
        }
    }))
}

fn downloaded_set(known: KnownSet, watch: &dyn Watch) -> Result<TestOnly, Failure> {
    note_namesake(known.word(), &format!("the download of {known}"), watch);
    let place = downloaded(known, false, watch)?;
    let found = test_only(&place).and_then(|found| {
        let expected = format!("the files of {known}");
        found.ok_or_else(|| DataError::Format {
            path: place.clone(),
            expected,
            found: "others".into(),
            hint: None,
        })
    });
    let set = found.map_err(|error| or_download_anew(known, false, error.into()))?;
    Ok(TestOnly {
        set,
        name: known.to_string(),
        known: Some(known),
    })
}

/// Reads a pair of arrays in the form that the network takes. `known` is the set that it is of.
///
/// # Errors
/// [`Failure::Data`] if the arrays are damaged or do not fit together.
pub(crate) fn read_pair(
    pair: &ArrayPair,
    known: Option<KnownSet>,
    network: &LoadedNetwork,
) -> Result<Images, Failure> {
    let read = pair.read(&request(network)).map_err(Failure::from);
    read.map_err(|failure| match known {
        Some(known) => or_download_anew(known, false, failure),
        None => failure,
    })
}

/// Checks that a known set of test images alone is for the network whose weights lie at `weights`. All of them have the
/// classes of CIFAR-10.
///
/// # Errors
/// As [`check_classes`].
pub(crate) fn check_known(
    weights: &Path,
    network: &LoadedNetwork,
    any_names: bool,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    network.image_shape(weights)?;
    let classes = CIFAR10_CLASSES.map(str::to_owned);
    check_classes(weights, network, &classes, any_names, watch)
}

/// Checks that a set of arrays without names of classes is for the network whose weights lie at `weights`. Its labels
/// count as those of the network, and a line says so.
///
/// # Errors
/// [`Failure::Usage`] if a label is not one of the network's.
pub(crate) fn check_labels(
    weights: &Path,
    network: &LoadedNetwork,
    labels: &[u16],
    watch: &dyn Watch,
) -> Result<(), Failure> {
    let highest = labels.iter().copied().max().unwrap_or(0);
    if usize::from(highest) >= network.classes {
        return Err(Failure::usage(
            format!(
                "{}: expected data with labels from 0 to {}, found {highest}",
                weights.display(),
                network.classes - 1
            ),
            "give data with the classes that the network was trained on with --data",
        ));
    }
    watch.say(&format!(
        "note: the arrays have no names of classes, so their labels, up to {highest}, count as those of the network, \
         which has {} classes",
        network.classes
    ));
    Ok(())
}
