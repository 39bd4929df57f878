use super::*;

const STAGES: [&str; 3] = ["stem", "layer1", "layer2"];

fn mixing(table: &str) -> Result<Mixing, SettingError> {
    let table: MixingTable = toml::from_str(table).unwrap();
    table.mixing(10, 8, &STAGES)
}

#[test]
fn keys_left_out_of_the_table_mean_mixup_of_the_article() {
    let found = mixing("alpha = 0.2\nevery = 5").unwrap();
    assert_eq!(found, Mixing::new(0.2, Selection::Every(5)).unwrap());
}

#[test]
fn every_key_comes_through() {
    let found = mixing(
        "method = \"cutmix\"\nalpha = 1.0\nprobability = 0.5\nlambda = \"batch\"\nfolded = true\n\
         partner = \"batch\"\ntargets = \"as-printed\"\noff_for_last = 3",
    );
    let mut expected = Mixing::new(1.0, Selection::Probability(0.5)).unwrap();
    expected.method = Method::CutMix;
    expected.lambda_per = LambdaPer::Batch;
    expected.folded = true;
    expected.partner = Partner::Batch;
    expected.targets = Targets::AsPrinted;
    expected.last_epoch = Some(7);
    assert_eq!(found.unwrap(), expected);
}

#[test]
fn what_would_mix_nothing_unseen_is_refused() {
    let never = mixing("alpha = 1.0\nevery = 1\noff_for_last = 10").unwrap_err();
    assert_eq!(
        never.to_string(),
        "mixing.off_for_last: expected fewer than the 10 epochs, found 10"
    );
    let off = mixing("alpha = 0.0\nevery = 1\noff_for_last = 10").unwrap();
    assert_eq!(off.last_epoch, Some(0));
    let table = "alpha = 1.0\nevery = 1\npartner = \"batch\"";
    let table: MixingTable = toml::from_str(table).unwrap();
    let alone = table.mixing(10, 1, &STAGES).unwrap_err();
    assert!(
        alone
            .to_string()
            .starts_with("mixing.partner: expected \"set\""),
        "{alone}"
    );
}

#[test]
fn layers_are_what_enters_the_next_stage() {
    let manifold = |layers: &str| {
        mixing(&format!(
            "method = \"manifold\"\nalpha = 2.0\nevery = 1\npartner = \"batch\"\n{layers}"
        ))
    };
    let found = manifold("layers = [\"layer1\", \"input\"]").unwrap();
    assert_eq!(
        found.method,
        Method::Manifold(Stages::new(vec![0, 2]).unwrap())
    );
    for (layers, message) in [
        ("", "expected some of input, stem, layer1 for method"),
        (
            "layers = [\"layer2\"]",
            "expected some of input, stem, layer1, found \"layer2\"",
        ),
        ("layers = [\"stem\", \"stem\"]", "expected each layer once"),
    ] {
        let error = manifold(layers).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    let error = mixing("alpha = 1.0\nevery = 1\nlayers = [\"input\"]").unwrap_err();
    assert!(
        error.to_string().contains("unless method is \"manifold\""),
        "{error}"
    );
    let whole_set = "method = \"manifold\"\nalpha = 1.0\nevery = 1\nlayers = [\"input\"]";
    let error = mixing(whole_set).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("mixing.partner: expected \"batch\""),
        "{error}"
    );
}
