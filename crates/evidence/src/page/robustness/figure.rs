//! The chart of accuracy over ε: one curve for each arm and attack.

use maud::{Markup, html};

use super::{Attacked, Attacks, tables};
use crate::{
    Robustness,
    chart::{
        Alternative,
        curves::{Axes, LineStyle, Series, curves},
        ticks::Ticks,
    },
    page::{
        figure::Figure,
        format::{percent, percent_and_deviation},
    },
    robustness::{Attack, of_255},
};

/// The chart of all attacked arms.
pub(super) fn figure(arms: &[Attacked<'_>], attacks: Attacks) -> Markup {
    let all = || {
        Attack::BOTH
            .into_iter()
            .flat_map(|attack| arms.iter().map(move |one| (one, attack)))
    };
    let series: Vec<Series> = all().map(|(one, attack)| series(one, attack)).collect();
    let farthest = arms.iter().flat_map(|one| one.robustness.epsilons());
    let farthest = farthest.fold(0.0, f64::max);
    let axes = Axes {
        measure: "Predicted right, %",
        across: "ε, in 1/255 of the pixel range; 0: unchanged",
        ticks: Ticks::around([0.0, farthest], 4),
    };
    let says: Vec<String> = all().map(|(one, attack)| in_words(one, attack)).collect();
    let alternative = Alternative {
        id: "chart-robustness".to_owned(),
        title: "Share of the attacked images predicted right, by ε and attack".to_owned(),
        text: says.join(" "),
    };
    let figure = Figure {
        legend: legend(arms, attacks),
        chart: curves(&alternative, &axes, &series),
        caption: html! {
            "The share of images that each network still gets right, by how far each pixel may move. Each "
            "shape is a mean over the runs at an ε that was measured; thin lines are single runs."
        },
        table: tables::runs(arms),
    };
    figure.markup()
}

fn legend(arms: &[Attacked<'_>], attacks: Attacks) -> Markup {
    html! {
        ul.legend {
            @for one in arms {
                li {
                    (one.key.symbol())
                    @if attacks == Attacks::Different { " " span.note { (one.robustness.attack_in_words()) } }
                }
            }
            li { i.stroke aria-hidden="true" {} "PGD: solid, filled shapes" }
            li { i.stroke.dashed aria-hidden="true" {} "FGSM: dashed, outlined shapes" }
        }
    }
}

fn series(one: &Attacked<'_>, attack: Attack) -> Series {
    let runs = one
        .arm
        .runs
        .iter()
        .filter_map(|run| run.robustness.as_ref());
    Series {
        slot: one.key.slot,
        label: format!("{} {}", one.key.short, attack.name()),
        style: match attack {
            Attack::Fgsm => LineStyle::Dashed,
            Attack::Pgd => LineStyle::Points,
        },
        runs: runs.map(|run| curve(run, attack, |share| *share)).collect(),
        mean: curve(one.robustness, attack, |spread| spread.mean),
    }
}

/// Accuracy in percent at each ε, from the unchanged images at 0.
fn curve<T>(of: &Robustness<T>, attack: Attack, share: impl Fn(&T) -> f64) -> Vec<(f64, f64)> {
    let points = of.points.iter();
    let points = points.map(|point| (point.epsilon, share(attack.accuracy(point)) * 100.0));
    [(0.0, share(&of.clean) * 100.0)]
        .into_iter()
        .chain(points)
        .collect()
}

fn in_words(one: &Attacked<'_>, attack: Attack) -> String {
    let at = one.robustness.points.iter().map(|point| {
        let share = percent(attack.accuracy(point).mean);
        format!("{share} at ε {}", of_255(point.epsilon))
    });
    format!(
        "{} under {}: {} unchanged, {}.",
        one.arm.name,
        attack.name(),
        percent_and_deviation(&one.robustness.clean),
        at.collect::<Vec<_>>().join(", ")
    )
}
