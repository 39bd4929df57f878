//! Sets of test images alone, such as CIFAR-10.1 and CIFAR-10-C, on which a trained network is judged.

use std::path::Path;

use mixup_data::{DataError, TestOnlySet, test_only};

use crate::failure::Failure;
use crate::run::data::{DataSource, downloaded, note_namesake};
use crate::run::loaded_network::LoadedNetwork;
use crate::run::watch::Watch;
use crate::run::weights_data::check_classes;

/// A set of test images alone, and what it is called.
pub(crate) struct TestOnly {
    /// The set.
    pub set: TestOnlySet,
    /// Its name, or what kind it is of.
    pub name: String,
}

/// The set of test images alone that `source` names; `None` for any other source. Downloads a known one that is not in
/// the cache.
///
/// # Errors
/// [`Failure`] if the set cannot be downloaded, read or used.
pub(crate) fn find(source: &DataSource, watch: &dyn Watch) -> Result<Option<TestOnly>, Failure> {
    match source {
        DataSource::Known(known) if known.is_test_only() => {
            note_namesake(known.word(), &format!("the download of {known}"), watch);
            let place = downloaded(*known, false, watch)?;
            let Some(set) = test_only(&place)? else {
                let word = known.word();
                return Err(Failure::usage(
                    format!(
                        "{}: expected the files of {known}, found others",
                        place.display()
                    ),
                    format!("download it anew with: mixup data fetch {word}"),
                ));
            };
            let name = known.to_string();
            Ok(Some(TestOnly { set, name }))
        }
        DataSource::Path(path) => {
            let set = match test_only(path) {
                // Reading the path as a set to train on says more.
                Err(DataError::Missing { .. }) => None,
                found => found?,
            };
            Ok(set.map(|set| {
                let name = match set {
                    TestOnlySet::Pair { .. } => "NumPy arrays",
                    TestOnlySet::Corrupted(_) => "corrupted images",
                };
                let name = name.into();
                TestOnly { set, name }
            }))
        }
        DataSource::Known(_) | DataSource::Hub(_) | DataSource::Synthetic => Ok(None),
    }
}

/// Checks that such a set is for the network whose weights lie at `weights`. Without names, its labels count as those of
/// the network, and a line says so.
///
/// # Errors
/// [`Failure::Usage`] if it has other classes than the network by their number or, unless `any_names`, by their names.
pub(crate) fn check(
    weights: &Path,
    network: &LoadedNetwork,
    (classes, labels): (Option<&[String]>, &[u16]),
    any_names: bool,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    if let Some(classes) = classes {
        return check_classes(weights, network, classes, any_names, watch);
    }
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
    watch.say(
        "note: the arrays have no names of classes, so their labels count as those of the network",
    );
    Ok(())
}
