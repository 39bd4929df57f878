//! The section on images that networks are wrong about.

use maud::{Markup, html};

use super::{
    Section,
    format::{counted, decimal, grouped},
    mixes::image,
};
use crate::mistakes::{TellingImage, Who};
use crate::{MistakeGroup, Report};

/// How many groups are in sight. The others unfold.
const IN_SIGHT: usize = 2;

/// The section, if the runs keep such images.
pub(super) fn section(report: &Report) -> Option<Section> {
    if report.mistakes.is_empty() {
        return None;
    }
    let compares = |group: &MistakeGroup| matches!(group.who, Who::One { .. });
    let body = html! {
        p {
            "Test images after the last epoch. Each has its class and, below, the wrong class that a network predicts "
            "with its probability. Of several runs, it is the one that is surest. A run keeps pictures of its surest "
            "mistakes, and only these are shown."
            @if report.mistakes.iter().any(compares) {
                " They are examples, not evidence: two sets of seeds of the same experiment would also differ on many "
                "images."
            }
        }
        @for (place, group) in report.mistakes.iter().enumerate() {
            @if place < IN_SIGHT && compares(group) || report.mistakes.len() == 1 {
                h3 { (title(&group.who)) }
                (content(group, report.data.test_images))
            } @else {
                details {
                    summary { (title(&group.who)) }
                    (content(group, report.data.test_images))
                }
            }
        }
    };
    Some(Section {
        id: "mistakes",
        title: "Mistakes",
        body,
    })
}

fn title(who: &Who) -> String {
    match who {
        Who::OfArm { arm } => format!("The surest mistakes of {arm}"),
        Who::One {
            right,
            wrong,
            pairs: 1,
            ..
        } => format!("{right} is right, {wrong} is wrong"),
        Who::One { right, wrong, .. } => {
            format!("Most runs of {right} are right, most of {wrong} wrong")
        }
    }
}

fn content(group: &MistakeGroup, test_images: usize) -> Markup {
    html! {
        @if let Who::One { images, .. } = group.who {
            p.small {
                "That holds for " (grouped(images)) " of " (counted(test_images, "test image")) ". "
                (pictures(group))
            }
        }
        @if !group.images.is_empty() {
            ul.mistakes { @for one in &group.images { li { (card(one, &group.who)) } } }
        }
    }
}

/// How many of a group's images have a picture, and are shown.
fn pictures(group: &MistakeGroup) -> String {
    let Who::One {
        images,
        pictured,
        wrong,
        ..
    } = &group.who
    else {
        return String::new();
    };
    let shown = group.images.len();
    match pictured {
        _ if *images == 0 => String::new(),
        None => format!("The runs of {wrong} keep no pictures."),
        Some(0) => format!("None of them is among the mistakes that {wrong} is surest of."),
        Some(pictured) if shown == *pictured => {
            format!("These are the {} with a picture.", grouped(*pictured))
        }
        Some(pictured) => format!(
            "These are {shown} of the {} with a picture.",
            grouped(*pictured)
        ),
    }
}

fn card(one: &TellingImage, who: &Who) -> Markup {
    let [class, predicted] = &one.classes;
    // Without breaks, so that no number stands alone on a line.
    let of = |count: usize| format!("{count}\u{a0}of\u{a0}{}", one.runs);
    let counts = match (who, one.right) {
        _ if one.runs == 1 => vec![],
        (Who::One { right, wrong, .. }, Some(count)) => vec![
            format!("{right} right: {}", of(count)),
            format!("{wrong} wrong: {}", of(one.wrong)),
        ],
        _ => vec![format!("wrong: {} runs", of(one.wrong))],
    };
    let probability = 100.0 * f64::from(one.probability);
    html! {
        @if !one.picture.is_empty() {
            (image(&one.picture, &format!("Test image {}: {class}", one.image)))
        }
        p { b { (class) } }
        p { (predicted) " " (decimal(probability, 1)) "%" }
        @for count in counts { p.target { (count) } }
        p.target { "image " (one.image) }
    }
}

#[cfg(test)]
mod tests;
