//! The colour, shape and short name of each arm on the page.

use maud::{Markup, html};

use crate::{Arm, chart::marker};

/// The longest name, in characters, that fits next to a line of a chart.
const SHORT: usize = 11;

/// The name, colour and shape of one arm.
pub(crate) struct Key {
    /// The experiment's name.
    pub(crate) name: String,
    /// The name in charts: the name itself, or a letter if some arm's name is too long for charts.
    pub(crate) short: String,
    /// Decides colour and shape. The baseline always has the same ones.
    pub(crate) slot: usize,
}

impl Key {
    /// The keys of all arms, in their order.
    pub(crate) fn for_arms(arms: &[Arm]) -> Vec<Self> {
        let fits = arms.iter().all(|arm| arm.name.chars().count() <= SHORT);
        let keys = arms.iter().enumerate().map(|(index, arm)| Self {
            name: arm.name.clone(),
            short: if fits {
                arm.name.clone()
            } else {
                letter(index)
            },
            // The baseline is the last arm and has the first slot.
            slot: (index + 1) % arms.len(),
        });
        keys.collect()
    }

    /// The key of the arm with this name, or else the last.
    pub(crate) fn named<'a>(keys: &'a [Self], name: &str) -> Option<&'a Self> {
        keys.iter().find(|key| key.name == name).or(keys.last())
    }

    /// Shape and name in the arm's colour, with its letter if charts use letters.
    pub(crate) fn symbol(&self) -> Markup {
        html! {
            span class={ "key " (marker::colour(self.slot)) } {
                span.glyph aria-hidden="true" { (marker::glyph(self.slot)) }
                @if self.short != self.name { b { (self.short) } " " }
                span.name { (self.name) }
            }
        }
    }
}

/// A, B, …, Z, A1, B1, …
fn letter(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

/// A legend of all arms if charts use letters for them. Names need no legend.
pub(crate) fn letters(keys: &[Key]) -> Markup {
    if keys.iter().all(|key| key.short == key.name) {
        return html! {};
    }
    legend(keys, &vec![String::new(); keys.len()])
}

/// A legend of all arms, with a note for each.
pub(crate) fn legend(keys: &[Key], notes: &[String]) -> Markup {
    html! {
        ul.legend {
            @for (key, note) in keys.iter().zip(notes) {
                li {
                    (key.symbol())
                    @if !note.is_empty() { " " span.note { (note) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
