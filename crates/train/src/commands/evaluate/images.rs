//! Which images `mixup evaluate` takes: those of a set with a training part, or of a set of test images alone.

use std::path::Path;

use mixup_data::{CorruptedSet, SEVERITIES, SourceImages, TestOnlySet};

use super::EvaluateArgs;
use super::corruption_table::Cells;
use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::test_only::{self, TestOnly};
use crate::run::watch::Watch;
use crate::run::weights_data::{self, WeightsSource, request};

/// The images to evaluate on.
pub(super) enum Chosen {
    /// One set of test images, and what it is called.
    Images {
        images: SourceImages,
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
) -> Result<Chosen, Failure> {
    let asked = args.data.data.as_ref();
    let found = asked
        .map(|source| test_only::find(source, watch))
        .transpose()?;
    let Some(TestOnly { set, name }) = found.flatten() else {
        refuse_corruption(args, "a set of other images")?;
        let source = WeightsSource {
            asked,
            packed: args.data.packed_use(device),
            table: args.data.table.request(),
        };
        let data = weights_data::load(weights, network, source, args.force, watch)?;
        // The training images would only take memory.
        return Ok(Chosen::Images {
            images: data.images.test,
            layout: data.layout,
        });
    };
    match set {
        TestOnlySet::Corrupted(set) => {
            let classes = set.classes();
            let found = (classes.as_deref(), set.labels());
            test_only::check(weights, network, found, args.force, watch)?;
            corrupted(args, set, name, network)
        }
        pair @ TestOnlySet::Pair { .. } => {
            refuse_corruption(args, &name)?;
            let Some(read) = pair.read_pair(&request(network))? else {
                unreachable!("a pair of arrays is read as one");
            };
            let found = (read.classes.as_deref(), read.images.labels());
            test_only::check(weights, network, found, args.force, watch)?;
            Ok(Chosen::Images {
                images: read.images.into(),
                layout: name,
            })
        }
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

fn corrupted(
    args: &EvaluateArgs,
    set: CorruptedSet,
    name: String,
    network: &LoadedNetwork,
) -> Result<Chosen, Failure> {
    let severities = match args.severity {
        Some(severity) => vec![usize::from(severity)],
        None => (1..=SEVERITIES).collect(),
    };
    if let (Some(corruption), [severity]) = (&args.corruption, &severities[..]) {
        return Ok(Chosen::Images {
            images: set.read(corruption, *severity, &request(network))?.into(),
            layout: format!("{name}, {corruption}, severity {severity}"),
        });
    }
    if args.attack.attack.is_some() {
        return Err(Failure::usage(
            "--attack: expected one set of images, found several corruptions or severities",
            "name one of each with --corruption and --severity, or leave --attack out",
        ));
    }
    let corruptions = match &args.corruption {
        Some(corruption) => vec![corruption.clone()],
        None => set.corruptions().map(str::to_owned).collect(),
    };
    Ok(Chosen::Corrupted(Cells {
        set,
        name,
        corruptions,
        severities,
    }))
}
