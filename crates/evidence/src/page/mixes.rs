//! Mixed images, to look at.

use maud::{Markup, html};

use super::{Section, format::decimal};
use crate::MixedPair;

pub(super) fn section(examples: &[MixedPair]) -> Section {
    let body = if examples.is_empty() {
        html! { p { "No mixed images were kept with these runs, so none are shown." } }
    } else {
        html! {
            p {
                "An image, its partner, what became of them, and the soft label that the network was told. "
                "λ is the first image’s share: of every pixel, or, where a rectangle of the partner is "
                "pasted in, of the pixels that stay. Pairs of one run’s first epoch, each from the middle "
                "of an equal part of its λ, from low to high."
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
    let (first, partner) = classes(pair);
    let share = decimal(pair.lambda, 2);
    let rest = decimal(1.0 - pair.lambda, 2);
    // Smoothed labels give every class a little: named are those of the pair.
    let (named, others): (Vec<_>, Vec<_>) = match &pair.classes {
        Some(known) => pair
            .target
            .iter()
            .partition(|(class, _)| known.contains(class)),
        None => (pair.target.iter().collect(), vec![]),
    };
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
            (image(&pair.first, &format!("First image{}", of(first))))
            (image(&pair.partner, &format!("Partner{}", of(partner))))
            (image(&pair.mixed, &format!("Their mix: {share} of the first, {rest} of the partner")))
        }
        p.lambda { "λ = " (share) }
        // The words next to it say the same.
        div.bar aria-hidden="true" {
            @for (_, share) in &pair.target {
                i style=(format!("flex-grow:{:.4}", share.clamp(0.0, 1.0))) {}
            }
        }
        p.target { (target.join(" · ")) }
    }
}

fn image(png: &str, alternative: &str) -> Markup {
    html! { img src={ "data:image/png;base64," (png) } alt=(alternative) width="32" height="32"; }
}

fn of(class: Option<&str>) -> String {
    class.map_or_else(String::new, |class| format!(": {class}"))
}

/// The class of the first image and of the partner, as far as the pair or its soft label tells.
fn classes(pair: &MixedPair) -> (Option<&str>, Option<&str>) {
    if let Some([first, partner]) = &pair.classes {
        return (Some(first), Some(partner));
    }
    match pair.target.as_slice() {
        [(only, _)] if pair.lambda >= 1.0 => (Some(only), None),
        [(only, _)] if pair.lambda <= 0.0 => (None, Some(only)),
        [(only, _)] => (Some(only), Some(only)),
        [(larger, _), (smaller, _)] if pair.lambda > 0.5 => (Some(larger), Some(smaller)),
        [(larger, _), (smaller, _)] if pair.lambda < 0.5 => (Some(smaller), Some(larger)),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(lambda: f64, target: &[(&str, f64)]) -> MixedPair {
        let target = target
            .iter()
            .map(|(class, share)| ((*class).to_owned(), *share));
        MixedPair {
            first: String::new(),
            partner: String::new(),
            mixed: String::new(),
            lambda,
            target: target.collect(),
            classes: None,
        }
    }

    #[test]
    fn a_smoothed_label_names_the_pair_s_classes_and_sums_up_the_others() {
        let shares = [("cat", 0.63), ("dog", 0.28), ("frog", 0.05), ("ship", 0.04)];
        let mut smoothed = pair(0.7, &shares);
        for (classes, words) in [
            (["cat", "dog"], "cat 0.63 · dog 0.28 · others 0.09"),
            (["cat", "cat"], "cat 0.63 · others 0.37"),
        ] {
            smoothed.classes = Some(classes.map(str::to_owned));
            let page = card(&smoothed).into_string();
            assert!(page.contains(words), "{page}");
        }
    }

    #[test]
    fn a_pair_that_knows_its_classes_tells_them() {
        let mut printed = pair(0.3, &[("cat", 0.3), ("dog", 0.3)]);
        printed.classes = Some(["dog".to_owned(), "cat".to_owned()]);
        assert_eq!(classes(&printed), (Some("dog"), Some("cat")));
    }

    #[test]
    fn the_larger_share_is_the_first_only_above_a_half() {
        let larger = pair(0.7, &[("cat", 0.7), ("dog", 0.3)]);
        assert_eq!(classes(&larger), (Some("cat"), Some("dog")));
        let smaller = pair(0.3, &[("dog", 0.7), ("cat", 0.3)]);
        assert_eq!(classes(&smaller), (Some("cat"), Some("dog")));
    }

    #[test]
    fn an_image_without_a_share_has_no_known_class() {
        assert_eq!(classes(&pair(1.0, &[("cat", 1.0)])), (Some("cat"), None));
        assert_eq!(
            classes(&pair(0.4, &[("cat", 1.0)])),
            (Some("cat"), Some("cat"))
        );
    }
}
