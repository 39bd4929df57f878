//! Counts with their noun, in correct English.

/// `count` and its noun: `1 epoch`, `2 epochs`. For nouns whose plural only adds an "s".
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {}", plural(count, noun))
}

/// The noun alone in the number that `count` asks for: `epoch` for 1, else `epochs`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

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
