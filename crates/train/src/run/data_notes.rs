//! What a user may not expect of the images that were read, in words.

use mixup_data::{Fit, Images, Layout, OpenedSource, Part, Resize, TestOrigin, shown};

use crate::run::plural::{counted, in_short};

/// One line for each thing.
pub(crate) fn notes(opened: &OpenedSource) -> Vec<String> {
    let images = &opened.images;
    let counts = |part: &Images| part.class_counts(images.classes.len());
    notes_of(opened, &[counts(&images.train), counts(&images.test)])
}

/// As [`notes`], with the numbers of training and of test images of each class.
pub(crate) fn notes_of(opened: &OpenedSource, counts: &[Vec<usize>; 2]) -> Vec<String> {
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
    let lines = [
        size,
        place,
        parts(opened),
        columns(opened),
        alike(opened),
        untested(opened, counts),
    ];
    lines.into_iter().flatten().collect()
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

/// Which columns of a table are read, if nobody says so.
fn columns(opened: &OpenedSource) -> Option<String> {
    let [picture, label] = opened.guessed_columns.as_ref()?;
    Some(format!(
        "note: pictures are the column {}, labels the column {}",
        shown(picture),
        shown(label)
    ))
}

/// Which classes have names that differ only in capitals, as a folder that was written twice has.
fn alike(opened: &OpenedSource) -> Option<String> {
    let mut names: Vec<_> = opened.images.classes.iter().collect();
    names.sort_by_key(|name| name.to_lowercase());
    let pairs = names
        .windows(2)
        .filter(|pair| pair[0].to_lowercase() == pair[1].to_lowercase());
    let pairs: Vec<String> = pairs
        .map(|pair| format!("{} and {}", shown(pair[0]), shown(pair[1])))
        .collect();
    (!pairs.is_empty()).then(|| {
        format!(
            "note: classes whose names differ only in capitals are read as different ones: {}",
            in_short(&pairs)
        )
    })
}

/// Which classes have no test image, and why.
fn untested(opened: &OpenedSource, [train, test]: &[Vec<usize>; 2]) -> Option<String> {
    if !matches!(
        opened.layout,
        Layout::ClassFolders | Layout::Lists | Layout::Parquet
    ) {
        return None;
    }
    let images = &opened.images;
    let without = images.classes.iter().zip(train.iter().zip(test));
    let without = without.filter(|(_, (_, test))| **test == 0);
    let named: Vec<String> = without
        .map(|(class, (train, _))| format!("{} ({})", shown(class), counted(*train, "picture")))
        .collect();
    if named.is_empty() {
        return None;
    }
    let which = match named.len() {
        1 => "the class".into(),
        more => format!("{more} of {} classes:", images.classes.len()),
    };
    let names = in_short(&named);
    Some(match opened.test_origin {
        TestOrigin::Split(split) => format!(
            "note: split = {} takes no test image from {which} {names}; more pictures or a larger split may give one",
            split.share
        ),
        TestOrigin::Own | TestOrigin::OwnInPlaceOfSplit => {
            format!("note: there is no test image of {which} {names}")
        }
    })
}

#[cfg(test)]
mod tests;
