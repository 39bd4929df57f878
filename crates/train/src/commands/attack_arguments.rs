//! `--attack` and the flags that describe the attack.

use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::learn::attack::Attack;
use crate::learn::robustness::SEED;
use crate::run::evaluate_weights::AttackedImages;

/// Default steps of PGD.
const PGD_STEPS: u32 = 10;

/// `--attack` and the flags that describe the attack.
#[derive(Clone, Debug, Args)]
pub struct AttackArgs {
    /// Change the images to mislead the network, and report how many it still gets right: fgsm takes
    /// one step along the sign of the gradient, pgd many from a random start
    #[arg(long, value_enum, value_name = "ATTACK", requires = "epsilon")]
    pub attack: Option<AttackName>,
    /// How far a pixel may be changed, as a share of its range, such as 2/255
    #[arg(long, value_name = "E", value_parser = share_of_range, requires = "attack")]
    pub epsilon: Option<f64>,
    /// Steps of pgd [default: 10]
    #[arg(
        long,
        value_name = "N",
        requires = "attack",
        value_parser = clap::value_parser!(u32).range(1..=10_000)
    )]
    pub steps: Option<u32>,
    /// How far a step of pgd goes, such as 0.5/255 [default: 2.5 epsilon / steps]
    #[arg(long, value_name = "E", value_parser = share_of_range, requires = "attack")]
    pub step_size: Option<f64>,
    /// The seed of pgd's random start [default: 1]
    #[arg(long, value_name = "SEED", requires = "attack")]
    pub attack_seed: Option<u64>,
    /// Attack only this many test images, a stratified draw [default: all]
    #[arg(
        long,
        value_name = "N",
        requires = "attack",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub attack_images: Option<u32>,
}

/// The attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AttackName {
    /// Fast gradient sign method.
    Fgsm,
    /// Projected gradient descent.
    Pgd,
}

impl AttackArgs {
    /// The attack that the flags describe; none without `--attack`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a flag belongs to pgd and the attack is fgsm.
    pub fn requested(&self) -> Result<Option<AttackedImages>, Failure> {
        let (Some(name), Some(epsilon)) = (self.attack, self.epsilon) else {
            return Ok(None);
        };
        let steps = self.steps.unwrap_or(PGD_STEPS) as usize;
        let attack = match (name, self.step_size) {
            (AttackName::Fgsm, _) => {
                self.check_fgsm()?;
                Attack::Fgsm { epsilon }
            }
            (AttackName::Pgd, None) => Attack::pgd(epsilon, steps),
            (AttackName::Pgd, Some(step_size)) => Attack::Pgd {
                epsilon,
                steps,
                step_size,
            },
        };
        Ok(Some(AttackedImages {
            attack,
            seed: self.attack_seed.unwrap_or(SEED),
            count: self.attack_images.map(|images| images as usize),
        }))
    }

    /// Refuses the flags of pgd.
    fn check_fgsm(&self) -> Result<(), Failure> {
        let flags = [
            ("--steps", self.steps.is_some()),
            ("--step-size", self.step_size.is_some()),
            ("--attack-seed", self.attack_seed.is_some()),
        ];
        match flags.iter().find(|(_, is_given)| *is_given) {
            None => Ok(()),
            Some((flag, _)) => Err(Failure::usage(
                format!("{flag}: expected no such flag for fgsm, which takes one step, found one"),
                "leave it out, or attack with pgd",
            )),
        }
    }
}

/// A share of the pixel range: a number from 0 to 1, or a fraction such as `2/255`.
fn share_of_range(text: &str) -> Result<f64, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let share = match text.split_once('/') {
        Some((above, below)) => number(above).zip(number(below)).map(|(a, b)| a / b),
        None => number(text),
    };
    match share {
        Some(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a share of the pixel range from 0 to 1, such as 2/255".into()),
    }
}

#[cfg(test)]
mod tests;
