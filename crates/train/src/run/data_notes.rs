//! What a user may not expect of the images that were read, in words.

use mixup_data::{Fit, OpenedSource, Part, Resize, shown};

/// One line for each thing.
pub(crate) fn notes(opened: &OpenedSource) -> Vec<String> {
    let size = match opened.fit {
        Fit::Default(resize) => Some(format!(
            "note: every picture is {} to {}x{}; an experiment can ask for more: size = 64 under [data]",
            done(resize),
            opened.shape.height,
            opened.shape.width
        )),
        Fit::Own | Fit::Asked(_) => None,
    };
    let place = opened.within.as_ref();
    let place = place.map(|within| format!("note: the images are those in {}", shown(within)));
    size.into_iter().chain(place).chain(parts(opened)).collect()
}

/// What is done to pictures of other sizes.
fn done(resize: Resize) -> &'static str {
    match resize {
        Resize::Squash => "squashed",
        Resize::Crop => "cut and reduced",
        Resize::Pad => "reduced, with black borders,",
    }
}

/// Which folders play another part than their names say, or a part that not every set has.
fn parts(opened: &OpenedSource) -> Option<String> {
    let usual = [(Part::Train, "train"), (Part::Test, "test")];
    let unusual = opened
        .parts
        .iter()
        .filter(|(part, name)| !usual.contains(&(*part, name)));
    let unusual: Vec<String> = unusual
        .map(|(part, name)| format!("{} holds the {part} images", shown(name)))
        .collect();
    (!unusual.is_empty()).then(|| format!("note: {}", unusual.join(", ")))
}
