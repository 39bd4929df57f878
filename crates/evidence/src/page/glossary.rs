//! What each statistic means, a line each.

use maud::{Markup, html};

use crate::{RELIABILITY_BINS, Report};

pub(super) fn footer(report: &Report) -> Markup {
    html! {
        footer {
            h2 { "What the figures mean" }
            dl {
                @for (term, meaning) in terms() { dt { (term) } dd { (meaning) } }
                @if report.arms.iter().any(|arm| arm.robustness.is_some()) {
                    @for (term, meaning) in of_attacks() { dt { (term) } dd { (meaning) } }
                }
            }
            p.small { "Written by mixup " (report.version) "." }
        }
    }
}

fn terms() -> [(&'static str, String); 9] {
    let fixed = |text: &str| text.to_owned();
    [
        (
            "Point",
            fixed("One percentage point: from 70% to 71% is one point."),
        ),
        (
            "± and standard deviation",
            fixed(
                "How far single runs lie from their mean, divided by n − 1; it does not shrink with more runs.",
            ),
        ),
        (
            "95% interval",
            fixed(
                "Student’s t interval of the mean difference over pairs: of many such intervals, 95 in 100 hold the true difference, where differences are about normal.",
            ),
        ),
        (
            "Sign-flip p",
            fixed(
                "Of all ways to swap the two arms within pairs, the share with a mean at least as far from 0; exact, and never below 2 / 2ⁿ with n pairs.",
            ),
        ),
        (
            "Detectable difference",
            fixed(
                "The smallest true difference that a paired t-test at 0.05 would find 8 times in 10 with so many pairs and this deviation.",
            ),
        ),
        (
            "McNemar’s test",
            fixed(
                "Whether two trained networks differ on the same test images: an exact binomial test of the images that only one got right; it says nothing about other seeds.",
            ),
        ),
        (
            "Confidence",
            fixed(
                "A network’s probability of the class that it predicts; the section on calibration says how outputs become probabilities.",
            ),
        ),
        (
            "ECE",
            format!(
                "Expected calibration error: the mean distance of confidence and accuracy over {RELIABILITY_BINS} bins with equally many images."
            ),
        ),
        (
            "NLL and Brier score",
            fixed(
                "The mean of −ln of the true class’s probability, and the mean squared distance of all probabilities from the truth, from 0 to 2.",
            ),
        ),
    ]
}

/// Only where networks were attacked.
fn of_attacks() -> [(&'static str, &'static str); 2] {
    [
        (
            "ε",
            "The most that a pixel of an adversarial image may differ from the test image, in 1/255 of the pixel range; a change of 8/255 is hard to see.",
        ),
        (
            "FGSM and PGD",
            "The fast gradient sign method moves each pixel once by ε, the way that raises the network’s loss. Projected gradient descent takes several smaller steps from a random start, none farther than ε from the test image.",
        ),
    ]
}
