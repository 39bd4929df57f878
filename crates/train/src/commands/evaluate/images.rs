//! Which images `mixup evaluate` takes: those of a set with a training part, or of a set of test images alone.

use std::path::Path;

use mixup_data::{CorruptedSet, KnownSet, SEVERITIES, SourceSamples, TestOnlySet};

use super::EvaluateArgs;
use super::corruption_table::Cells;
use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::test_only::{self, TestOnly};
use crate::run::watch::Watch;
use crate::run::weights_data::{self, WeightsSource, request};

/// The images to evaluate on.
pub(super) enum EvaluatedImages {
    /// One set of test images, and what it is called.
    One {
        images: SourceSamples,
        layout: String,
    },
    /// Several corruptions or severities.
    Corrupted(Cells),
}

/// The images that the arguments name.
///
/// # Errors
/// [`Failure`] if they cannot be read or are not for the network, or if an argument does not fit them.
pub(super) fn choose(
    args: &EvaluateArgs,
    weights: &Path,
    network: &LoadedNetwork,
    device: &SelectedDevice,
    watch: &dyn Watch,
) -> Result<EvaluatedImages, Failure> {
    let asked = args.data.data.as_ref();
    if let Some(known) = asked.and_then(test_only::known) {
        // Before a download of gigabytes.
        check_arguments(args, known)?;
        test_only::check_known(weights, network, args.force, watch)?;
    }
    let found = asked
        .map(|source| test_only::find(source, watch))
        .transpose()?;
    let Some(TestOnly { set, name, known }) = found.flatten() else {
        refuse_corruption(args, "a set of other images")?;
        let source = WeightsSource {
            asked,
            packed: args.data.packed_use(device),
            table: args.data.table.request(),
        };
        let data = weights_data::load(weights, network, source, args.force, watch)?;
        // The training images would only take memory.
        return Ok(EvaluatedImages::One {
            images: data.images.test,
            layout: data.layout,
        });
    };
    let check = |labels: &[u16]| match known {
        Some(_) => Ok(()),
        None => test_only::check_labels(weights, network, labels, watch),
    };
    match set {
        TestOnlySet::Corrupted(set) => {
            let corruptions: Vec<&str> = set.corruptions().collect();
            refuse_other_corruption(args, &corruptions)?;
            refuse_attack_on_several(args)?;
            check(set.labels())?;
            corrupted(args, set, name, network)
        }
        TestOnlySet::Pair(pair) => {
            refuse_corruption(args, &name)?;
            let images = test_only::read_pair(&pair, known, network)?;
            check(images.labels())?;
            Ok(EvaluatedImages::One {
                images: images.into(),
                layout: name,
            })
        }
    }
}

/// Checks the arguments for a known set of test images alone.
fn check_arguments(args: &EvaluateArgs, known: KnownSet) -> Result<(), Failure> {
    let Some(corruptions) = known.corruptions() else {
        return refuse_corruption(args, &known.to_string());
    };
    refuse_other_corruption(args, corruptions)?;
    refuse_attack_on_several(args)
}

/// Refuses a corruption that is none of those that the set has.
fn refuse_other_corruption(args: &EvaluateArgs, corruptions: &[&str]) -> Result<(), Failure> {
    match &args.corruption {
        Some(corruption) if !corruptions.contains(&corruption.as_str()) => Err(Failure::usage(
            format!(
                "--corruption: expected one of the corruptions {}, found {corruption}",
                corruptions.join(", ")
            ),
            "give one of them, or leave --corruption out for a table of all",
        )),
        _ => Ok(()),
    }
}

/// Refuses what only a set of corrupted images has.
fn refuse_corruption(args: &EvaluateArgs, found: &str) -> Result<(), Failure> {
    let flag = match (&args.corruption, args.severity) {
        (Some(_), _) => "--corruption",
        (None, Some(_)) => "--severity",
        (None, None) => return Ok(()),
    };
    Err(Failure::usage(
        format!("{flag}: expected a set of corrupted images, found {found}"),
        format!("give such a set, as in --data cifar10-c, or leave {flag} out"),
    ))
}

/// Refuses an attack on several corruptions or severities.
fn refuse_attack_on_several(args: &EvaluateArgs) -> Result<(), Failure> {
    let is_one = args.corruption.is_some() && args.severity.is_some();
    if args.attack.attack.is_none() || is_one {
        return Ok(());
    }
    Err(Failure::usage(
        "--attack: expected one set of images, found several corruptions or severities",
        "name one of each with --corruption and --severity, or leave --attack out",
    ))
}

fn corrupted(
    args: &EvaluateArgs,
    set: CorruptedSet,
    name: String,
    network: &LoadedNetwork,
) -> Result<EvaluatedImages, Failure> {
    let severities = match args.severity {
        Some(severity) => vec![usize::from(severity)],
        None => (1..=SEVERITIES).collect(),
    };
    if let (Some(corruption), [severity]) = (&args.corruption, &severities[..]) {
        return Ok(EvaluatedImages::One {
            images: set.read(corruption, *severity, &request(network))?.into(),
            layout: format!("{name}, {corruption}, severity {severity}"),
        });
    }
    let corruptions = match &args.corruption {
        Some(corruption) => vec![corruption.clone()],
        None => set.corruptions().map(str::to_owned).collect(),
    };
    Ok(EvaluatedImages::Corrupted(Cells {
        set,
        name,
        corruptions,
        severities,
    }))
}
