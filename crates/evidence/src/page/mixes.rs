//! The section with mixed images.

use base64::{Engine, engine::general_purpose::STANDARD};
use maud::{Markup, html};

use super::{Section, format::decimal};
use crate::MixedPair;

pub(super) fn section(examples: &[MixedPair]) -> Section {
    let body = if examples.is_empty() {
        html! { p { "This report shows no mixed images: the runs keep none, or pictures were left out." } }
    } else {
        html! {
            p {
                "An image, its partner, their mix, and the soft label that the network was trained with. λ is "
                "the first image’s share of every pixel, or, if a rectangle of the partner was pasted in, the "
                "share of the pixels that remain. The pairs are from the first epoch of one run. They are "
                "typical of its values of λ, from low to high."
            }
            ul.mixes { @for example in examples { li { (card(example)) } } }
        }
    };
    Section {
        id: "mixes",
        title: "Mixed images",
        body,
    }
}

fn card(pair: &MixedPair) -> Markup {
    let [first, partner] = &pair.classes;
    let share = decimal(pair.lambda, 2);
    let rest = decimal(1.0 - pair.lambda, 2);
    // A smoothed label gives every class a share. Only the pair's classes are named.
    let (named, others): (Vec<_>, Vec<_>) = pair
        .target
        .iter()
        .partition(|(class, _)| pair.classes.contains(class));
    let mut target: Vec<String> = named
        .iter()
        .map(|(class, share)| format!("{class} {}", decimal(*share, 2)))
        .collect();
    if !others.is_empty() {
        let total: f64 = others.iter().map(|(_, share)| share).sum();
        target.push(format!("others {}", decimal(total, 2)));
    }
    html! {
        div.sum {
            (image(&pair.first, &format!("First image: {first}")))
            (image(&pair.partner, &format!("Partner: {partner}")))
            (image(&pair.mixed, &format!("Their mix: {share} of the first, {rest} of the partner")))
        }
        p.lambda { "λ = " (share) }
        // The text below has the same numbers.
        div.bar aria-hidden="true" {
            @for (_, share) in &pair.target {
                i style=(format!("flex-grow:{:.4}", share.clamp(0.0, 1.0))) {}
            }
        }
        p.target { (target.join(" · ")) }
    }
}

pub(super) fn image(png: &str, alternative: &str) -> Markup {
    let (width, height) = size(png).unwrap_or((32, 32));
    let source = format!("data:image/png;base64,{png}");
    if (width, height) == (32, 32) {
        return html! { img src=(source) alt=(alternative) width="32" height="32"; };
    }
    let largest = width.max(height);
    // Small images grow by a whole number, so that all their pixels stay equal.
    let shown = match LARGEST / largest {
        0 => (width * LARGEST / largest).max(1),
        times => width * times,
    };
    html! {
        img.smooth[largest > LARGEST] src=(source) alt=(alternative) width=(width) height=(height)
            style=(format!("width:{shown}px;max-width:100%"));
    }
}

/// The longer side of an image on the page, in CSS pixels.
const LARGEST: u64 = 128;

/// Width and height of a PNG file in Base64, from its header. `None` if it has no such header.
fn size(png: &str) -> Option<(u64, u64)> {
    // 32 letters hold 24 bytes: a signature, the name of the first block, and the two numbers.
    let bytes = STANDARD.decode(png.get(..32)?).ok()?;
    let number = |at: usize| {
        Some(u64::from(u32::from_be_bytes(
            bytes.get(at..at + 4)?.try_into().ok()?,
        )))
    };
    let size = (number(16)?, number(20)?);
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n");
    (is_png && size.0 > 0 && size.1 > 0).then_some(size)
}

#[cfg(test)]
mod tests;
