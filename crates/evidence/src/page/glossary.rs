//! The glossary: one line for each term of the page.

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
            p.small {
                "Written by mixup " (report.version)
                @if let Some(date) = &report.date { " on " (date) }
                "."
            }
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
                "How far single runs are from their mean (the sum of squares is divided by n − 1). It does not shrink with more runs.",
            ),
        ),
        (
            "95% interval",
            fixed(
                "Student’s t interval of the mean difference over pairs. If differences are about normal, 95 of 100 such intervals contain the true difference.",
            ),
        ),
        (
            "Sign-flip p",
            fixed(
                "Of all ways to swap the two arms within pairs, the share whose mean is at least as far from 0. It is exact, and never below 2 / 2ⁿ with n pairs.",
            ),
        ),
        (
            "Detectable difference",
            fixed(
                "The smallest true difference that a paired t-test at level 0.05 would find 8 times in 10, with so many pairs and this deviation.",
            ),
        ),
        (
            "McNemar’s test",
            fixed(
                "An exact binomial test of the images that only one of two networks got right: whether the two differ on these test images. It says nothing about other seeds.",
            ),
        ),
        (
            "Confidence",
            fixed(
                "The probability that a network gives to the class that it predicts. The section on calibration says how outputs become probabilities.",
            ),
        ),
        (
            "ECE",
            format!(
                "Expected calibration error: the mean distance between confidence and accuracy over {RELIABILITY_BINS} bins with equally many images."
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

/// The terms of attacks, which only some pages need.
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
