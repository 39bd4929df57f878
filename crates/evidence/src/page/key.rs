//! How the page names an arm and tells it apart: colour, shape, and a short name for charts.

use maud::{Markup, html};

use crate::{Arm, chart::marker};

/// A name this long still fits beside a line.
const SHORT: usize = 11;

/// One arm's name and signs.
pub(crate) struct Key {
    /// The experiment's name.
    pub(crate) name: String,
    /// The name in charts: the name itself, or a letter where a name is too long for them.
    pub(crate) short: String,
    /// Colour and shape; the baseline's are always the same.
    pub(crate) slot: usize,
}

impl Key {
    /// Of all arms, in their order.
    pub(crate) fn for_arms(arms: &[Arm]) -> Vec<Self> {
        let fits = arms.iter().all(|arm| arm.name.chars().count() <= SHORT);
        let keys = arms.iter().enumerate().map(|(index, arm)| Self {
            name: arm.name.clone(),
            short: if fits {
                arm.name.clone()
            } else {
                letter(index)
            },
            // The baseline, the last, takes the first.
            slot: (index + 1) % arms.len(),
        });
        keys.collect()
    }

    /// Of the arm with this name, or the last.
    pub(crate) fn named<'a>(keys: &'a [Self], name: &str) -> Option<&'a Self> {
        keys.iter().find(|key| key.name == name).or(keys.last())
    }

    /// Shape and name in the arm's colour; with its letter, where charts use that.
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

/// A, B, …, Z, then A1 and so on.
fn letter(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

/// All arms by name, but only where charts use letters for them: names need no explanation.
pub(crate) fn letters(keys: &[Key]) -> Markup {
    if keys.iter().all(|key| key.short == key.name) {
        return html! {};
    }
    legend(keys, &vec![String::new(); keys.len()])
}

/// All arms, with a note each.
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
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(letter(0), "A");
        assert_eq!(letter(27), "B1");
    }
}
