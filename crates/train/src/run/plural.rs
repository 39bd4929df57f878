//! Counts with their noun, and lists of names with a count, in correct English.

/// How many names a list has at most.
const NAMES: usize = 4;

/// `count` and its noun: `1 epoch`, `2 epochs`. For nouns whose plural only adds an "s".
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {}", plural(count, noun))
}

/// The noun alone in the number that `count` asks for: `epoch` for 1, else `epochs`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{noun}{ending}")
}

/// The first names, and how many there are more: `a, b, c, d and 2 more`.
pub(crate) fn in_short(names: &[String]) -> String {
    let first = names[..names.len().min(NAMES)].join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_names_is_shortened() {
        let names: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(String::from).into();
        assert_eq!(in_short(&names), "a, b, c, d and 2 more");
        assert_eq!(in_short(&names[..4]), "a, b, c, d");
        assert_eq!(in_short(&[]), "");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "epoch"), "1 epoch");
    }

    #[test]
    fn zero_is_plural() {
        assert_eq!(counted(0, "pair"), "0 pairs");
    }

    #[test]
    fn eleven_is_plural_although_it_ends_in_1() {
        assert_eq!(counted(11, "training image"), "11 training images");
    }

    #[test]
    fn a_noun_can_stand_away_from_its_count() {
        assert_eq!(plural(1, "seed"), "seed");
        assert_eq!(plural(2, "seed"), "seeds");
    }
}
