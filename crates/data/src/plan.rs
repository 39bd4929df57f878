//! The random choices of one epoch: order, partners and λ.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::{Beta, Distribution};

use crate::DataError;
use crate::random::{Purpose, seek, stream};

/// Which training images are mixed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Selection {
    /// Those whose index in the training set is a multiple of this number and not 0 (the article: 5).
    Every(usize),
    /// Each one with this probability, drawn anew every epoch.
    Probability(f64),
}

/// How images are mixed: λ ~ Beta(α, α), for the images of a [`Selection`].
///
/// # Source
/// Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018, equation 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mixing {
    beta: Option<Beta<f64>>,
    selection: Selection,
}

/// Where Beta(α, α) can still be drawn in f64 without losing itself in rounding.
const ALPHA_RANGE: std::ops::RangeInclusive<f64> = 1e-3..=1e6;

impl Mixing {
    /// Mixing with λ ~ Beta(`alpha`, `alpha`); an `alpha` of 0 mixes nothing.
    ///
    /// # Errors
    /// [`DataError::Setting`] where `alpha` is neither 0 nor within 0.001 to 1,000,000, an `every` is
    /// 0, or a probability lies outside `[0, 1]`.
    pub fn new(alpha: f64, selection: Selection) -> Result<Self, DataError> {
        let refuse = |setting, expected, found: String| DataError::Setting {
            setting,
            expected,
            found,
        };
        match selection {
            Selection::Every(0) => {
                return Err(refuse("every", "a whole number from 1", "0".into()));
            }
            Selection::Probability(p) if !(0.0..=1.0).contains(&p) => {
                return Err(refuse("probability", "a number from 0 to 1", p.to_string()));
            }
            _ => {}
        }
        let expected = "0 (no mixing) or a finite number from 0.001 to 1000000";
        let beta = match alpha {
            0.0 => None,
            alpha if !ALPHA_RANGE.contains(&alpha) => {
                return Err(refuse("alpha", expected, alpha.to_string()));
            }
            alpha => Some(
                Beta::new(alpha, alpha).map_err(|e| refuse("alpha", expected, e.to_string()))?,
            ),
        };
        Ok(Self { beta, selection })
    }
}

/// What happens to one image in one epoch: λ of it is mixed with 1 − λ of its partner.
///
/// An image that is not mixed is its own partner, with λ = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// Index of the image.
    pub image: u32,
    /// Index of the image that it is mixed with.
    pub partner: u32,
    /// The share of the image, in `[0, 1]`.
    pub lambda: f64,
}

impl Draw {
    fn unmixed(image: u32) -> Self {
        Self {
            image,
            partner: image,
            lambda: 1.0,
        }
    }
}

/// The random choices of one epoch, in the order in which the images are visited.
///
/// A pure function of seed, epoch, number of images and [`Mixing`]: it does not depend on batch
/// size, device, or on where a run was interrupted. Order and partners do not depend on the mixing's
/// α, so a baseline run visits the images in the order of the mixup run with its seed.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPlan {
    draws: Vec<Draw>,
}

impl EpochPlan {
    /// Draws the choices of `epoch` for a training set of `images` images.
    ///
    /// # Panics
    /// Where there are more than `u32::MAX` images.
    pub fn draw(seed: u64, epoch: u64, images: usize, mixing: &Mixing) -> Self {
        let mut draws = Self::in_order(images).draws;
        if let Some(beta) = mixing.beta {
            let mut selection = stream(seed, Purpose::Selection, epoch);
            let mut partners = stream(seed, Purpose::Partner, epoch);
            let mut lambdas = stream(seed, Purpose::Lambda, epoch);
            for (index, draw) in draws.iter_mut().enumerate() {
                let mixed = match mixing.selection {
                    Selection::Every(step) => index != 0 && index % step == 0,
                    Selection::Probability(probability) => {
                        seek(&mut selection, index);
                        selection.random_bool(probability)
                    }
                };
                if mixed {
                    seek(&mut partners, index);
                    seek(&mut lambdas, index);
                    draw.partner = partners.random_range(0..images as u32);
                    draw.lambda = beta.sample(&mut lambdas);
                }
            }
        }
        draws.shuffle(&mut stream(seed, Purpose::Order, epoch));
        Self { draws }
    }

    /// Every image once, in its own order, unmixed: how a split is evaluated.
    ///
    /// # Panics
    /// Where there are more than `u32::MAX` images.
    pub fn in_order(images: usize) -> Self {
        let images = u32::try_from(images).expect("at most u32::MAX images");
        Self {
            draws: (0..images).map(Draw::unmixed).collect(),
        }
    }

    /// These images in this order, unmixed.
    pub fn of(images: &[u32]) -> Self {
        Self {
            draws: images.iter().copied().map(Draw::unmixed).collect(),
        }
    }

    /// The choices, one an image, in visiting order.
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn article() -> Mixing {
        Mixing::new(0.2, Selection::Every(5)).unwrap()
    }

    fn none() -> Mixing {
        Mixing::new(0.0, Selection::Every(1)).unwrap()
    }

    fn by_image(plan: &EpochPlan) -> Vec<Draw> {
        let mut draws = plan.draws().to_vec();
        draws.sort_by_key(|draw| draw.image);
        draws
    }

    #[test]
    fn the_article_mixes_multiples_of_five_but_not_image_zero() {
        for draw in EpochPlan::draw(1, 1, 1000, &article()).draws() {
            if draw.image % 5 != 0 || draw.image == 0 {
                assert_eq!(*draw, Draw::unmixed(draw.image));
            } else {
                assert!((0.0..=1.0).contains(&draw.lambda));
            }
        }
    }

    #[test]
    fn baseline_and_mixup_share_their_order() {
        let order = |mixing| -> Vec<u32> {
            let plan = EpochPlan::draw(3, 2, 500, &mixing);
            plan.draws().iter().map(|draw| draw.image).collect()
        };
        assert_eq!(order(article()), order(none()));
    }

    #[test]
    fn alpha_zero_is_the_baseline() {
        let off = Mixing::new(0.0, Selection::Every(5)).unwrap();
        let baseline = EpochPlan::draw(1, 1, 100, &none());
        assert_eq!(EpochPlan::draw(1, 1, 100, &off), baseline);
    }

    #[test]
    fn every_epoch_and_seed_draws_anew() {
        let plan = EpochPlan::draw(1, 1, 200, &article());
        assert_eq!(plan, EpochPlan::draw(1, 1, 200, &article()));
        for other in [
            EpochPlan::draw(1, 2, 200, &article()),
            EpochPlan::draw(2, 1, 200, &article()),
        ] {
            assert_ne!(by_image(&plan), by_image(&other));
            assert_ne!(plan.draws()[..20], other.draws()[..20]);
        }
    }

    #[test]
    fn an_image_s_draw_does_not_depend_on_which_others_are_mixed() {
        let all = Mixing::new(0.2, Selection::Every(1)).unwrap();
        let fifth = by_image(&EpochPlan::draw(1, 1, 300, &article()));
        let every = by_image(&EpochPlan::draw(1, 1, 300, &all));
        for index in (5..300).step_by(5) {
            assert_eq!(fifth[index], every[index]);
        }
    }

    /// Var Beta(α, α) = 1 / (4 (2α + 1)); four standard errors of a sample of 40,000.
    #[test]
    fn lambda_has_the_moments_of_its_beta() {
        for alpha in [0.1, 0.2, 1.0, 4.0] {
            let mixing = Mixing::new(alpha, Selection::Every(1)).unwrap();
            let plan = EpochPlan::draw(11, 1, 40_001, &mixing);
            let mixed: Vec<f64> = plan
                .draws()
                .iter()
                .filter(|draw| draw.image != 0)
                .map(|draw| draw.lambda)
                .collect();
            let count = mixed.len() as f64;
            let mean = mixed.iter().sum::<f64>() / count;
            let variance = mixed.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / count;
            let expected = 1.0 / (4.0 * (2.0 * alpha + 1.0));
            assert!(
                (mean - 0.5).abs() < 4.0 * (expected / count).sqrt(),
                "α {alpha}: mean {mean}"
            );
            assert!(
                (variance / expected - 1.0).abs() < 0.03,
                "α {alpha}: variance {variance}"
            );
        }
    }

    #[test]
    fn partners_are_uniform_over_the_whole_set() {
        let mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
        let mut tens = [0_u32; 10];
        for draw in EpochPlan::draw(5, 1, 20_000, &mixing).draws() {
            tens[draw.partner as usize / 2000] += 1;
        }
        for count in tens {
            assert!((1830..=2170).contains(&count), "{tens:?}");
        }
    }

    #[test]
    fn impossible_settings_are_refused_by_name() {
        let message = |alpha, selection| Mixing::new(alpha, selection).unwrap_err().to_string();
        for alpha in [-1.0, f64::INFINITY, f64::NAN, 1e-9, -0.001] {
            assert!(message(alpha, Selection::Every(5)).starts_with("alpha: expected 0"));
        }
        assert!(message(0.2, Selection::Every(0)).starts_with("every:"));
        assert!(message(0.2, Selection::Probability(1.5)).starts_with("probability:"));
        assert!(message(0.2, Selection::Probability(f64::NAN)).starts_with("probability:"));
    }

    proptest! {
        #[test]
        fn a_plan_visits_every_image_once_with_lambda_in_range(
            seed: u64,
            epoch in 0_u64..1000,
            images in 1_usize..300,
            exponent in -3.0_f64..6.0,
            probability in 0.0_f64..=1.0,
        ) {
            let selection = Selection::Probability(probability);
            let mixing = Mixing::new(10_f64.powf(exponent), selection).unwrap();
            let plan = by_image(&EpochPlan::draw(seed, epoch, images, &mixing));
            prop_assert_eq!(plan.len(), images);
            for (index, draw) in plan.iter().enumerate() {
                prop_assert_eq!(draw.image as usize, index);
                prop_assert!((draw.partner as usize) < images);
                prop_assert!((0.0..=1.0).contains(&draw.lambda));
            }
        }
    }
}
