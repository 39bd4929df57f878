//! The order of names that hold numbers: `seed-2` before `seed-10`.

/// A key by which names are sorted as people sort them.
pub(crate) fn natural_order(name: &str) -> Vec<(u64, String)> {
    let mut key = vec![];
    let mut rest = name;
    while !rest.is_empty() {
        let end = |is_part: fn(char) -> bool, text: &str| {
            text.find(|character| !is_part(character))
                .unwrap_or(text.len())
        };
        let (words, after) = rest.split_at(end(|character| !character.is_ascii_digit(), rest));
        let (digits, after) = after.split_at(end(|character| character.is_ascii_digit(), after));
        // A number too large for the type sorts last, which is where it belongs.
        let number = digits
            .parse()
            .unwrap_or(if digits.is_empty() { 0 } else { u64::MAX });
        key.push((0, words.to_owned()));
        key.push((number, String::new()));
        rest = after;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = [
            "b",
            "seed-10",
            "seed-2",
            "a-1b",
            "a-1a",
            "seed-99999999999999999999",
            "1",
        ];
        names.sort_by_key(|name| natural_order(name));
        assert_eq!(
            names,
            [
                "1",
                "a-1a",
                "a-1b",
                "b",
                "seed-2",
                "seed-10",
                "seed-99999999999999999999"
            ]
        );
    }
}
