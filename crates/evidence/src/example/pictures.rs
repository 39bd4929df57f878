//! Mixed pairs with made-up pictures.

use super::CIFAR;
use crate::{MistakeGroup, MixedPair, TellingImage, Who};

/// Mixed pairs, all with the same pictures.
pub(crate) fn examples(count: usize) -> Vec<MixedPair> {
    let [first, partner, mixed] = PNGS.map(str::to_owned);
    let pair = |index: usize| MixedPair {
        first: first.clone(),
        partner: partner.clone(),
        mixed: mixed.clone(),
        lambda: 0.7,
        target: vec![
            (CIFAR[index % 10].to_owned(), 0.7),
            (CIFAR[(index + 3) % 10].to_owned(), 0.3),
        ],
        classes: [CIFAR[index % 10], CIFAR[(index + 3) % 10]].map(str::to_owned),
    };
    (0..count).map(pair).collect()
}

/// Images that networks are wrong about: a group of each kind.
pub(super) fn mistakes() -> Vec<MistakeGroup> {
    let image = |right| TellingImage {
        image: 17,
        run: "runs/baseline/seed-1".to_owned(),
        picture: PNGS[0].to_owned(),
        classes: [CIFAR[3], "<b>&\"dog\""].map(str::to_owned),
        probability: 0.98,
        right,
        wrong: 4,
        runs: 5,
    };
    let all = |arm: &str| MistakeGroup {
        who: Who::OfArm {
            arm: arm.to_owned(),
        },
        images: vec![image(None); 3],
    };
    let one = MistakeGroup {
        who: Who::One {
            right: "mixup".to_owned(),
            wrong: "baseline".to_owned(),
            pairs: 5,
            images: 116,
            pictured: Some(22),
        },
        images: vec![image(Some(5)); 8],
    };
    vec![one, all("mixup"), all("baseline")]
}

/// A disc, a chequerboard, and 0.7 times the one plus 0.3 times the other: PNG, 32x32 pixels.
const PNGS: [&str; 3] = [
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAOklEQVR42mPQCLChKWIYtWDUgmFiwbMewmjUAupbQIyhxFg2asGoBaMWjFpAiQWjxfXgsmC02UJTBAAD7BhdBQ/bwQAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAOklEQVR42mP48OE1VhQ17Q5WRKp6hlELRi0YAhZQyyBc6kctGLVgKFgwWlSMWjBqwWh9MGrBqAVABAA1By6If1eUSQAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAWklEQVR42mNIaSjEisxTc7AiUtUzjFowasEQsIAYg16uQqA9/TlYES6LRy0g3wJkQ4mxAFnNqAWkWYArcogxCJfFROXkUQtGLRhEFowW10PDAkoaA6MWEFQPANUqn/wHLpZqAAAAAElFTkSuQmCC",
];
