//! The command lines in a document's shell blocks.

/// The lines of the shell blocks, without comments. A line that ends with a backslash continues in the next.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut found = vec![];
    let mut inside = None;
    for line in text.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (inside, fence) {
            (None, Some(language)) => inside = Some(["sh", "bash"].contains(&language)),
            (Some(_), Some(_)) => inside = None,
            (Some(true), None) => found.push(line.to_owned()),
            _ => {}
        }
    }
    let joined = found.join("\n").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(ToOwned::to_owned).collect()
}

/// The words of a line; quotes keep words together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(ToOwned::to_owned));
        }
    }
    words
}

/// What `mixup` is called with, if the line calls it, by name or by `cargo run`.
pub(crate) fn arguments(line: &str) -> Option<Vec<String>> {
    let words = words(line);
    let is_variable = |word: &&String| word.contains('=') && !word.starts_with('-');
    let variables = words.iter().take_while(is_variable).count();
    let words = &words[variables..];
    match words.first()?.as_str() {
        "mixup" => Some(words[1..].to_vec()),
        "cargo" if words.get(1)? == "run" => {
            let at = words.iter().position(|word| word == "--")?;
            Some(words[at + 1..].to_vec())
        }
        _ => None,
    }
}

/// Something that the reader has to supply: a word in capitals, a variable, or an ellipsis.
pub(crate) fn is_placeholder(word: &str) -> bool {
    let is_capital = |character: char| character.is_ascii_uppercase() || "/_".contains(character);
    let has_letter = word.chars().any(|character| character.is_ascii_uppercase());
    word.contains(['$', '…']) || has_letter && word.chars().all(is_capital)
}

/// The same word with a value in place of a number that the reader supplies.
pub(crate) fn filled(word: &str) -> String {
    let word = word.replace("$SLURM_ARRAY_TASK_ID", "2");
    match word.as_str() {
        "N" | "SEED" => "2".to_owned(),
        "I/N" => "1/2".to_owned(),
        "E" => "2/255".to_owned(),
        _ => word,
    }
}

#[test]
fn lines_are_those_of_shell_blocks_without_comments() {
    let text = "a\n```sh\n# b\nc \\\n  d\n```\n```toml\ne\n```\n```bash\nf\n```\n";
    assert_eq!(lines(text), ["c    d", "f"]);
}

#[test]
fn the_arguments_of_mixup_are_found_after_variables_and_after_cargo_run() {
    let expected = Some(vec!["report".to_owned(), "two words".to_owned()]);
    assert_eq!(arguments("mixup report \"two words\""), expected);
    assert_eq!(arguments("A=1 mixup report \"two words\""), expected);
    let cargo = "cargo run --release --features wgpu -- report \"two words\"";
    assert_eq!(arguments(cargo), expected);
    assert_eq!(arguments("cargo test"), None);
}

#[test]
fn capitals_variables_and_ellipses_are_placeholders() {
    for word in ["DATA", "I/N", "$PEER", "…", "N"] {
        assert!(is_placeholder(word), "{word}");
    }
    for word in ["train", "2/255", "--data", "Two", "/"] {
        assert!(!is_placeholder(word), "{word}");
    }
}
