//! The names of Imagenette's classes, which its folders call by WordNet's numbers.

/// The classes of Imagenette in the order of their folders.
const IMAGENETTE: [(&str, &str); 10] = [
    ("n01440764", "tench"),
    ("n02102040", "English springer"),
    ("n02979186", "cassette player"),
    ("n03000684", "chain saw"),
    ("n03028079", "church"),
    ("n03394916", "French horn"),
    ("n03417042", "garbage truck"),
    ("n03425413", "gas pump"),
    ("n03445777", "golf ball"),
    ("n03888257", "parachute"),
];

/// Gives the classes of Imagenette their names. Other sets keep the names of their folders.
///
/// Runs of version 0.2.0 and before have recorded WordNet's numbers.
pub fn name_classes(classes: &mut [String]) {
    let is_imagenette = classes.len() == IMAGENETTE.len()
        && classes
            .iter()
            .zip(IMAGENETTE)
            .all(|(class, (wnid, _))| class == wnid);
    if is_imagenette {
        for (class, (_, name)) in classes.iter_mut().zip(IMAGENETTE) {
            name.clone_into(class);
        }
    }
}

/// Whether two lists of class names mean the same classes. Version 0.2.0 and before called those of Imagenette by
/// WordNet's numbers.
pub fn are_same_classes(one: &[String], other: &[String]) -> bool {
    let named = |classes: &[String]| {
        let mut classes = classes.to_vec();
        name_classes(&mut classes);
        classes
    };
    one == other || named(one) == named(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Vec<String> {
        IMAGENETTE.map(|(wnid, _)| wnid.to_owned()).into()
    }

    #[test]
    fn imagenette_has_readable_names_and_its_old_ones_mean_the_same() {
        let mut classes = numbers();
        name_classes(&mut classes);
        assert_eq!(classes[0], "tench");
        assert_eq!(classes[9], "parachute");
        assert!(are_same_classes(&classes, &numbers()));
        assert!(are_same_classes(&numbers(), &numbers()));
        classes.reverse();
        assert!(!are_same_classes(&classes, &numbers()));
    }

    #[test]
    fn other_sets_keep_their_names() {
        let mut some = numbers();
        some.pop();
        let before = some.clone();
        name_classes(&mut some);
        assert_eq!(some, before);
    }
}
