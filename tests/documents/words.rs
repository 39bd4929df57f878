//! Words that the house does not use, because a plainer word says the same.

use crate::{files, read};

/// The words and phrases. They are put together here, so that this file does not contain them.
fn forbidden() -> Vec<String> {
    [
        ["be", "side"],
        ["gone ", "on with"],
        ["goes ", "on with"],
        ["none ", "where"],
        ["who", "ever"],
        ["like", "wise"],
    ]
    .map(|parts| parts.concat())
    .into()
}

/// The text as one line of words in lower case, so that a phrase is found across lines and comments.
fn flat(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start();
        line.trim_start_matches(['/', '!', '#', '>']).to_lowercase()
    });
    let words = lines.collect::<Vec<_>>().join(" ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where `phrase` stands in `text` as whole words, with some words around it.
fn found<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let at = text.match_indices(phrase).map(|(at, _)| at);
    let mut whole = at.filter(|&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !is_letter(before) && !is_letter(after)
    });
    let at = whole.next()?;
    let start = text[..at]
        .rfind(' ')
        .map_or(0, |space| text[..space].rfind(' ').unwrap_or(0));
    let rest = &text[at..];
    let end = rest
        .char_indices()
        .nth(phrase.len() + 20)
        .map_or(text.len(), |(end, _)| at + end);
    Some(&text[start..end])
}

#[test]
fn no_source_or_document_has_a_forbidden_word() {
    let mut mentions = vec![];
    for path in files(".", &[".rs", ".md", ".toml"]) {
        let text = flat(&read(&path));
        for phrase in forbidden() {
            if let Some(words) = found(&text, &phrase) {
                mentions.push(format!("{path}: {words}"));
            }
        }
    }
    assert!(mentions.is_empty(), "{mentions:#?}");
}

#[test]
fn a_phrase_is_found_across_the_lines_of_a_comment() {
    let phrase = &forbidden()[3];
    let (first, second) = phrase.split_once(' ').unwrap();
    let text = flat(&format!("/// a {}\n/// {second} b\n", first.to_uppercase()));
    assert!(found(&text, phrase).is_some(), "{text}");
}

#[test]
fn a_longer_word_is_not_a_forbidden_one() {
    let phrase = &forbidden()[0];
    assert_eq!(found(&format!("{phrase}s"), phrase), None);
}
