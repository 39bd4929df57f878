//! The report page: one HTML file that needs no other file.

mod calibration;
mod classes;
mod confusion;
mod corruptions;
mod curves;
mod data_table;
mod figure;
mod format;
mod gap;
mod glossary;
mod key;
mod mistakes;
mod mixes;
mod opening;
mod pairs;
mod repeat;
mod robustness;
mod settings;
mod sweep;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::printable::printable_lines;
use crate::{MixedPair, Report};
use key::Key;

/// The most classes whose accuracies and confusion the page shows in full.
pub(crate) const MOST_CLASSES_ON_PAGE: usize = 50;

/// Colours, type and layout, for light, dark and paper.
const STYLE: &str = include_str!("page/style.css");

/// The report as one HTML file, with `examples` as mixed images.
///
/// The file contains its style, charts and images. A browser opens it from disk without a network. It has
/// no script. All names and texts of the report are escaped, and control characters in them are shown.
pub fn page(report: &Report, examples: &[MixedPair]) -> String {
    let keys = Key::for_arms(&report.arms);
    let sections = [
        Some(opening::section(report, &keys)),
        sweep::section(report, &keys),
        Some(curves::section(report, &keys)),
        pairs::section(report, &keys),
        Some(calibration::section(report, &keys)),
        robustness::section(report, &keys),
        corruptions::section(report),
        Some(classes::section(report, &keys)),
        Some(confusion::section(report, &keys)),
        mistakes::section(report),
        Some(gap::section(report, &keys)),
        Some(mixes::section(examples)),
        Some(settings::section(report, &keys)),
        Some(repeat::section(report, &keys)),
    ];
    let sections: Vec<Section> = sections.into_iter().flatten().collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (report.title) }
                // Without it browsers look for a favicon next to the file.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the report" }
                header.top {
                    p.eyebrow {
                        "Mixup report"
                        @if let Some(date) = &report.date { ", " time datetime=(date) { (date) } }
                    }
                    h1 { (report.title) }
                    p.data { (data_line(report)) }
                }
                nav aria-label="Sections" {
                    ul {
                        @for section in &sections {
                            li { a href={ "#" (section.id) } { (section.title) } }
                        }
                    }
                }
                main id="content" tabindex="-1" {
                    @for section in &sections {
                        section id=(section.id) aria-labelledby={ (section.id) "-heading" } {
                            h2 id={ (section.id) "-heading" } { (section.title) }
                            (section.body)
                        }
                    }
                }
                (glossary::footer(report))
            }
        }
    };
    printable_lines(&page.into_string())
}

/// One section of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

fn data_line(report: &Report) -> String {
    let data = &report.data;
    let held_out = match data.validation_images {
        0 => String::new(),
        images => format!(", {} held out to validate", format::grouped(images)),
    };
    format!(
        "{}. {} images trained on{held_out}, {} tested on.",
        data.name,
        format::grouped(data.training_images),
        format::grouped(data.test_images)
    )
}

#[cfg(test)]
pub(crate) mod tests;
