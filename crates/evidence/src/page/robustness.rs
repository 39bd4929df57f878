//! The section on accuracy under attack.
//!
//! # Source
//! Mixup helps against one step along the gradient, and hardly against several: Zhang et al., "mixup: Beyond
//! empirical risk minimization", 2018. Hidden gradients look like robustness: Athalye, Carlini and Wagner,
//! "Obfuscated gradients give a false sense of security", 2018.

mod figure;
mod tables;

use maud::{Markup, html};

use super::{Section, format::counted, key::Key};
use crate::{Arm, Comparison, MeanDifference, Report, Robustness, Spread};

/// An arm that was attacked.
struct Attacked<'a> {
    arm: &'a Arm,
    key: &'a Key,
    robustness: &'a Robustness<Spread>,
}

/// Whether all arms were attacked in the same way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attacks {
    /// On as many images, with as many steps, at the same ε.
    Same,
    /// Not so: the legend says how each arm was attacked.
    Different,
}

/// The section, if an arm was attacked.
pub(super) fn section(report: &Report, keys: &[Key]) -> Option<Section> {
    let arms = report.arms.iter().zip(keys).filter_map(|(arm, key)| {
        let robustness = arm.robustness.as_ref()?;
        Some(Attacked {
            arm,
            key,
            robustness,
        })
    });
    let arms: Vec<Attacked<'_>> = arms.collect();
    let first = arms.first()?.robustness;
    let is_like_first = |one: &Attacked<'_>| first.was_attacked_like(one.robustness);
    let attacks = if arms.iter().all(is_like_first) {
        Attacks::Same
    } else {
        Attacks::Different
    };
    let body = html! {
        p { (what(first, attacks)) }
        p {
            "FGSM alone overrates a network whose gradients are only hidden, so PGD is shown as well. PGD is "
            "no proof either: a stronger attack may leave less. Mixup is known to help against one step, "
            "but hardly against many."
        }
        (figure::figure(&arms, attacks))
        (tables::accuracies(&arms).markup())
        (differences(report))
    };
    Some(Section {
        id: "robustness",
        title: "Misleading images",
        body,
    })
}

/// The attacks in words, as far as they are the same for all arms.
fn what(first: &Robustness<Spread>, attacks: Attacks) -> String {
    let (images, steps) = match attacks {
        Attacks::Same => (
            counted(first.images, "test image"),
            counted(first.pgd_steps, "step"),
        ),
        Attacks::Different => ("test images".to_owned(), "several steps".to_owned()),
    };
    format!(
        "After its last epoch, each network was shown {images} that were changed to mislead it, each \
         pixel by at most ε: adversarial images. FGSM takes one step along the gradient of the network’s \
         own loss (without an ε in its logarithm, which would hide the gradient). PGD takes {steps} from \
         a random start."
    )
}

/// The arms against the baseline, if they were attacked in the same way.
fn differences(report: &Report) -> Markup {
    let compared = report.comparisons.iter().filter_map(|comparison| {
        let robustness = comparison.robustness.as_ref()?;
        Some((comparison, robustness))
    });
    let compared: Vec<(&Comparison, &Robustness<MeanDifference>)> = compared.collect();
    let others = report.comparisons.iter();
    let others = others.filter(|comparison| comparison.robustness.is_none());
    let differences: usize = compared.iter().map(|(_, of)| 2 * of.points.len()).sum();
    let has_intervals = compared.iter().any(|(_, of)| of.clean.interval.is_some());
    html! {
        @for (comparison, robustness) in &compared { (tables::differences(comparison, robustness).markup()) }
        @if !compared.is_empty() {
            p.small {
                "Above 0, the arm is right on more of the images than the baseline. This is exploratory: the "
                "verdict uses the unchanged test images."
                @if has_intervals {
                    " There are " (counted(differences, "difference")) " under attack. Each interval covers 95% "
                    "on its own, so without any true difference one of them leaves out 0 more often than 1 "
                    "time in 20."
                }
            }
        }
        @for comparison in others {
            @if let Some(why) = not_compared(report, comparison) { p.small { (why) } }
        }
    }
}

/// Why two arms are not compared here. `None` if neither was attacked.
fn not_compared(report: &Report, comparison: &Comparison) -> Option<String> {
    let names = [&comparison.arm, &comparison.baseline];
    let of = names.map(|name| {
        let arm = report.arms.iter().find(|arm| arm.name == *name);
        (name, arm.and_then(|arm| arm.robustness.as_ref()))
    });
    if of.iter().all(|(_, robustness)| robustness.is_none()) {
        return None;
    }
    let attacked = of.map(|(name, of)| match of {
        Some(robustness) => format!("{name} on {}", robustness.attack_in_words()),
        None => format!("{name} not at all"),
    });
    Some(format!(
        "{} and {} are not compared here, because they were attacked in different ways: {}.",
        names[0],
        names[1],
        attacked.join("; ")
    ))
}
