//! Lists of names in an error.

/// The most names that an error lists.
const MAX_NAMED: usize = 12;

/// The first names, and how many more there are.
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    let first: Vec<&str> = names.iter().take(MAX_NAMED).map(AsRef::as_ref).collect();
    let first = first.join(", ");
    match names.len().saturating_sub(MAX_NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_names_are_shown() {
        let names: Vec<String> = (1..=14).map(|name| name.to_string()).collect();
        assert_eq!(listed(&names[..2]), "1, 2");
        assert_eq!(
            listed(&names),
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more"
        );
    }
}
