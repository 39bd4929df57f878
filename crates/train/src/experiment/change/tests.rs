use super::*;

fn change(text: &str) -> Change {
    text.parse().unwrap()
}

fn refusal(text: &str) -> String {
    text.parse::<Change>().unwrap_err()
}

/// The value after `key=`.
fn value(text: &str) -> Value {
    change(&format!("key={text}")).value().unwrap().clone()
}

#[test]
fn a_change_has_a_dotted_key_and_keeps_its_text() {
    let change = change(" mixing.alpha = 0.2 ");
    assert_eq!(change.key(), "mixing.alpha");
    assert_eq!(change.value(), Some(&Value::Float(0.2)));
    assert_eq!(change.to_string(), "mixing.alpha = 0.2");
}

#[test]
fn values_are_those_of_toml() {
    assert_eq!(value("3"), Value::Integer(3));
    assert_eq!(value("1e-3"), Value::Float(1e-3));
    assert_eq!(value("true"), Value::Boolean(true));
    assert_eq!(value("\"a = b\""), Value::String("a = b".into()));
    assert_eq!(
        value("[8, 16]"),
        Value::Array(vec![Value::Integer(8), Value::Integer(16)])
    );
}

#[test]
fn a_word_needs_no_quotes() {
    for word in ["resnet20", "cnn-bn", "one-cycle", "bf16", "as-printed"] {
        assert_eq!(value(word), Value::String(word.into()));
    }
}

/// A shell takes the quotes away.
#[test]
fn words_in_a_list_need_no_quotes() {
    let words = ["input", "conv11"].map(|word| Value::String(word.into()));
    assert_eq!(value("[input, conv11]"), Value::Array(words.into()));
}

#[test]
fn a_number_may_lack_the_zero_before_its_point() {
    assert_eq!(value(".5"), Value::Float(0.5));
    assert_eq!(value("-.5"), Value::Float(-0.5));
}

#[test]
fn no_value_leaves_the_key_out() {
    assert_eq!(change("mixing.every=").value(), None);
}

#[test]
fn only_the_first_equals_sign_ends_the_key() {
    assert_eq!(value("\"a=b\""), Value::String("a=b".into()));
}

#[test]
fn what_is_no_change_says_what_one_looks_like() {
    for text in [
        "mixing.alpha",
        "=1",
        "mixing.=1",
        ".alpha=1",
        "a b=1",
        "[a]=1",
    ] {
        let expected = format!("expected KEY=VALUE, such as mixing.alpha=0.2, found {text}");
        assert_eq!(refusal(text), expected);
    }
}

#[test]
fn a_value_in_no_known_form_is_refused() {
    for text in ["a=1 2", "a=\"open", "a=[1", "a=?", "a=1\nb = 2"] {
        let said = refusal(text);
        assert!(said.starts_with("expected a number, true, false"), "{said}");
    }
}

/// Neither a key nor a list can be so deep that it fills the stack.
#[test]
fn what_is_very_deep_is_refused() {
    let key = vec!["a"; 50_000].join(".");
    assert!(refusal(&format!("{key}=1")).starts_with("expected KEY=VALUE"));
    let list = ["[".repeat(50_000), "]".repeat(50_000)].concat();
    assert!(refusal(&format!("a={list}")).starts_with("expected a number"));
}

#[test]
fn several_values_for_one_run_are_refused_with_both_ways_out() {
    let said = refusal("mixing.alpha=0.1,0.2");
    assert!(said.contains("found several: 0.1,0.2"), "{said}");
    assert!(
        said.contains("brackets") && said.contains("mixup sweep"),
        "{said}"
    );
}

#[test]
fn several_values_are_several_changes_of_one_key() {
    let texts = |text: &str| -> Vec<String> {
        let changes = Change::several(text).unwrap();
        changes.iter().map(ToString::to_string).collect()
    };
    assert_eq!(texts("a.b=1,2"), ["a.b=1", "a.b=2"]);
    assert_eq!(texts("w=[1,2],[3,4]"), ["w=[1,2]", "w=[3,4]"]);
    assert_eq!(texts("w=\"a,b\""), ["w=\"a,b\""]);
    assert_eq!(texts("w="), ["w="]);
}

#[test]
fn a_missing_value_among_several_is_refused() {
    for text in ["a=1,,2", "a=1,", "a=,1"] {
        let said = Change::several(text).unwrap_err();
        assert!(
            said.starts_with("expected a value between two commas"),
            "{said}"
        );
    }
}

proptest::proptest! {
    /// Whatever is typed is a change or an error in words.
    #[test]
    fn any_text_is_read_without_a_panic(text in ".*") {
        let _ = text.parse::<Change>();
        let _ = Change::several(&text);
    }
}
