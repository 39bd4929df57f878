//! `mixup evaluate`: a weights file judged on the test images, as they are or attacked.

use mixup_data::{Images, MixupBatcher, MixupLoader, Normalisation};
use mixup_evidence::Outputs;
use serde::Serialize;

use crate::commands::arguments::{AttackArgs, AttackName, EvaluateArgs};
use crate::device::choose::{Chosen, DeviceChoice};
use crate::failure::Failure;
use crate::learn::attack::{Attack, Victim};
use crate::learn::evaluation::{Evaluation, evaluate};
use crate::learn::robustness::{LEVELS, SEED, accuracy_under};
use crate::run::data::{DataSource, Loaded};
use crate::run::loaded_network::Trained;
use crate::run::splits::attacked_sample;
use crate::run::watch::{Counted, Watch};
use crate::terminal::ui::{Ui, print_result};

/// Steps of PGD where none are asked for.
const PGD_STEPS: u32 = 10;

/// Judges the weights and prints images, loss and accuracy.
///
/// # Errors
/// Any [`Failure`].
pub fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    let ui = Ui::new(args.common.ui, args.common.json)?;
    let chosen = args.common.device.choose(DeviceChoice::Auto)?;
    // Checked before the data is read, which may take long.
    let trained = Trained::open(&args.weights, &chosen, &ui)?;
    let source = args.data.data.clone().unwrap_or(DataSource::Cifar10);
    let Loaded {
        images,
        layout,
        source,
    } = source.load(&ui)?;
    let classes = trained.classes;
    if images.classes.len() != classes {
        return Err(Failure::usage(
            format!(
                "{}: expected data with {classes} classes, found {} in {source}",
                args.weights.display(),
                images.classes.len(),
            ),
            "give the data that the network was trained on",
        ));
    }
    if trained.note.classes != images.classes {
        ui.say("note: the data's class names are not those that the network was trained on");
    }
    // Five sixths of the pixels, of no use here.
    drop(images.train);
    let judge = Judge {
        trained: &trained,
        device: &chosen,
        batch_size: args.batch_size as usize,
        ui: &ui,
    };
    let attacked = judge.attacked(&images.test, &args.attack)?;
    let result = judge.clean(images.test)?;
    let report = Report {
        evaluation: &result,
        attacked: attacked.as_ref(),
    };
    if args.common.json {
        let line = serde_json::to_string(&report).expect("numbers have a JSON form");
        print_result(&line);
    } else {
        report.print(&layout, trained.classifier.loss().outputs());
    }
    Ok(())
}

/// What judges test images.
struct Judge<'a> {
    trained: &'a Trained,
    device: &'a Chosen,
    batch_size: usize,
    ui: &'a Ui,
}

/// What an attack left.
#[derive(Serialize)]
struct Attacked {
    attack: &'static str,
    /// As a share of the pixel range.
    epsilon: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_size: Option<f64>,
    images: usize,
    /// Of these images as they are.
    clean_accuracy: f64,
    accuracy: f64,
}

impl Judge<'_> {
    fn loader(&self, images: Images, normalisation: &Normalisation) -> MixupLoader {
        let device = &self.device.device;
        let batcher = MixupBatcher::new(images, self.trained.classes, normalisation, device);
        MixupLoader::in_order(batcher, self.batch_size).filled(self.device.tunes_to_shapes())
    }

    /// The images as they are.
    fn clean(&self, images: Images) -> Result<Evaluation, Failure> {
        let labels = images.labels().to_vec();
        let loader = self.loader(images, &self.trained.note.normalisation);
        let bar = self.ui.bar(Counted::Images, "evaluating", labels.len());
        let result = evaluate(&self.trained.classifier, &loader, &labels, &|done| {
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        result
    }

    /// The images as the attack changes them, where one is asked for.
    fn attacked(&self, images: &Images, args: &AttackArgs) -> Result<Option<Attacked>, Failure> {
        let (Some(name), Some(epsilon)) = (args.attack, args.epsilon) else {
            return Ok(None);
        };
        let foreign = [
            ("--steps", args.steps.is_some()),
            ("--step-size", args.step_size.is_some()),
            ("--attack-seed", args.attack_seed.is_some()),
        ];
        if let (AttackName::Fgsm, Some((flag, _))) = (name, foreign.iter().find(|(_, is)| *is)) {
            return Err(Failure::usage(
                format!("{flag}: expected no such flag for fgsm, which takes one step, found one"),
                "leave it out, or attack with pgd",
            ));
        }
        let steps = args.steps.unwrap_or(PGD_STEPS) as usize;
        let seed = args.attack_seed.unwrap_or(SEED);
        let attack = match (name, args.step_size) {
            (AttackName::Fgsm, _) => Attack::Fgsm { epsilon },
            (AttackName::Pgd, None) => Attack::pgd(epsilon, steps),
            (AttackName::Pgd, Some(step_size)) => Attack::Pgd {
                epsilon,
                steps,
                step_size,
            },
        };
        let count = args.attack_images.map_or(images.len(), |n| n as usize);
        let images = attacked_sample(images, self.trained.classes, count);
        let count = images.len();
        let loader = self.loader(images, &Normalisation::NONE);
        let Trained {
            classifier, note, ..
        } = self.trained;
        let victim = Victim::new(classifier, &note.normalisation, &self.device.device);
        let bar = self.ui.bar(Counted::Images, "attacking", 2 * count);
        let accuracy = |attack, before: usize| {
            accuracy_under(&victim, attack, seed, &loader, &|done| {
                bar.set_position((before + done) as u64);
            })
        };
        let clean = accuracy(None, 0);
        let attacked = accuracy(Some(attack), count);
        bar.finish_and_clear();
        let (steps, step_size) = match attack {
            Attack::Fgsm { .. } => (None, None),
            Attack::Pgd {
                steps, step_size, ..
            } => (Some(steps), Some(step_size)),
        };
        Ok(Some(Attacked {
            attack: match name {
                AttackName::Fgsm => "fgsm",
                AttackName::Pgd => "pgd",
            },
            epsilon,
            steps,
            step_size,
            images: count,
            clean_accuracy: clean?,
            accuracy: attacked?,
        }))
    }
}

/// What `mixup evaluate --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    evaluation: &'a Evaluation,
    #[serde(skip_serializing_if = "Option::is_none")]
    attacked: Option<&'a Attacked>,
}

impl Report<'_> {
    /// The same in words.
    fn print(&self, layout: &str, outputs: Outputs) {
        let measures = &self.evaluation.measures;
        print_result(&format!(
            "{:.2}% of {} test images right, loss {:.4} ({layout})",
            100.0 * measures.accuracy,
            measures.images,
            self.evaluation.loss,
        ));
        let of = match outputs {
            Outputs::Sigmoid => "of the normalised outputs: ",
            Outputs::Softmax => "",
        };
        print_result(&format!(
            "{of}NLL {:.4}, Brier score {:.4}, calibration error {:.2}%",
            measures.nll,
            measures.brier,
            100.0 * measures.ece
        ));
        if let Some(attacked) = self.attacked {
            let levels = |share: f64| format!("{}/255", (share * LEVELS * 1e6).round() / 1e6);
            let how = match (attacked.steps, attacked.step_size) {
                (Some(steps), Some(size)) => {
                    format!("PGD, {steps} steps of {} from a random start", levels(size))
                }
                _ => "FGSM".into(),
            };
            print_result(&format!(
                "{:.2}% of {} right under {how}, epsilon {}; {:.2}% of them as they are",
                100.0 * attacked.accuracy,
                attacked.images,
                levels(attacked.epsilon),
                100.0 * attacked.clean_accuracy,
            ));
        }
    }
}
