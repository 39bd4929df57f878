//! The page as a whole: what it must hold, whatever the report.

use std::collections::BTreeSet;

use crate::{
    Confusion, Outputs, Report,
    example::{Size, examples, report},
    page,
};

const USUAL: Size = Size {
    arms: 2,
    runs: 5,
    epochs: 30,
    classes: 10,
};

/// Reports of every size that the page must bear.
fn sizes() -> Vec<(&'static str, Size)> {
    let with = |arms, runs, epochs, classes| Size {
        arms,
        runs,
        epochs,
        classes,
    };
    vec![
        ("usual", USUAL),
        ("one-arm", with(1, 3, 30, 10)),
        ("one-run", with(1, 1, 1, 2)),
        ("one-pair", with(2, 1, 3, 10)),
        ("one-epoch", with(2, 3, 1, 2)),
        ("six-arms", with(6, 4, 30, 10)),
        ("many", with(2, 20, 200, 100)),
        ("300 classes", with(3, 2, 3, 300)),
    ]
}

fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let values = page.split(&start).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

/// Asserts that a page is whole and asks no host.
pub(crate) fn check(name: &str, page: &str) {
    assert!(
        !page.contains("http://") && !page.contains("https://") && !page.contains("//cdn"),
        "{name} names a host"
    );
    for forbidden in ["<script", "@import", "url(", "NaN", "inf ", " src=\"/"] {
        assert!(!page.contains(forbidden), "{name} holds {forbidden}");
    }
    let ids = attributes(page, "id");
    let unique: BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "{name} has ids twice");
    for labels in attributes(page, "aria-labelledby") {
        for id in labels.split(' ') {
            assert!(unique.contains(&id), "{name} lacks {id}");
        }
    }
    for href in attributes(page, "href") {
        let target = href.strip_prefix('#');
        assert!(
            href == "data:," || target.is_some_and(|id| unique.contains(&id)),
            "{name} links to {href}"
        );
    }
    for svg in page.split("<svg").skip(1) {
        let svg = svg.split("</svg>").next().unwrap();
        assert!(svg.starts_with(" role=\"img\""), "{name}: {svg}");
        for part in ["<title id=\"", "<desc id=\""] {
            let text = svg.split(part).nth(1).unwrap().split(['>', '<']).nth(1);
            assert!(!text.unwrap().trim().is_empty(), "{name}: empty {part}");
        }
    }
    for tag in page.split('<').filter(|tag| !tag.starts_with("style")) {
        let tag = tag.split('>').next().unwrap();
        let classes = tag.matches(" class=\"").count();
        assert!(
            classes <= 1,
            "{name}: a browser drops the second class of {tag}"
        );
    }
    assert_eq!(page.matches("<h1").count(), 1, "{name}");
    let labels = attributes(page, "aria-label");
    assert_eq!(
        labels.len(),
        labels.iter().collect::<BTreeSet<_>>().len(),
        "{name} names two regions alike: {labels:?}"
    );
}

#[test]
fn every_size_is_whole_and_asks_no_host() {
    for (name, size) in sizes() {
        check(name, &page(&report(size), &examples(8)));
    }
}

#[test]
fn every_chart_has_its_table() {
    let page = page(&report(USUAL), &[]);
    let figures: Vec<_> = page.split("<figure>").skip(1).collect();
    assert_eq!(figures.len(), page.matches("<svg").count());
    for figure in figures {
        let figure = figure.split("</figure>").next().unwrap();
        assert!(figure.contains("<svg") && figure.contains("<details>"));
        assert!(figure.contains("<tbody><tr>"), "a table without rows");
    }
}

#[test]
fn long_trainings_stay_below_two_megabytes() {
    let many = Size {
        arms: 2,
        runs: 20,
        epochs: 200,
        classes: 100,
    };
    let length = page(&report(many), &examples(8)).len();
    assert!(length < 2_000_000, "{length} bytes");
}

#[test]
fn a_thousand_classes_stay_below_one_megabyte() {
    let many = Size {
        arms: 2,
        runs: 5,
        epochs: 30,
        classes: 1000,
    };
    let page = page(&report(many), &[]);
    check("1000 classes", &page);
    assert!(page.len() < 600_000, "{} bytes", page.len());
    assert!(page.contains("Most confused classes") && page.contains("classes.csv"));
}

#[test]
fn names_and_texts_are_escaped() {
    let evil = "<img src=x onerror=\"alert('1')\"> & co";
    let mut report = report(USUAL);
    report.title = evil.to_owned();
    report.arms[0].name = evil.to_owned();
    report.comparisons[0].arm = evil.to_owned();
    report.comparisons[0].headline = evil.to_owned();
    report.classes[3] = evil.to_owned();
    report.marks.push(evil.to_owned());
    report.left_out[0].run = evil.to_owned();
    report.settings[0].values[0] = Some(evil.to_owned());
    report.repeat.push(evil.to_owned());
    let mut pairs = examples(1);
    pairs[0].target[0].0 = evil.to_owned();
    pairs[0].first = "\" onload=\"alert(1)".to_owned();
    let page = page(&report, &pairs);
    check("evil", &page);
    assert!(!page.contains("<img src=x") && !page.contains("\" onload=\""));
    assert!(page.contains("&lt;img src=x onerror=&quot;"));
}

#[test]
fn the_table_of_classes_has_the_paired_differences() {
    let page = page(&report(USUAL), &[]);
    let section = page.split("id=\"classes\"").nth(1).unwrap();
    let section = section.split("</section>").next().unwrap();
    assert!(section.contains("Difference, points"));
    let report = report(USUAL);
    let difference = report.comparisons[0].classes[0].unwrap();
    let (low, high) = difference.interval.unwrap();
    let cell = format!(
        "{:+.2} ({:+.2} to {:+.2})",
        100.0 * difference.mean,
        100.0 * low,
        100.0 * high
    );
    assert!(section.contains(&cell.replace('-', "−")), "{cell}");
}

#[test]
fn equal_differences_of_a_class_have_no_interval() {
    let mut report = report(USUAL);
    let comparisons = report.comparisons.iter_mut();
    for difference in comparisons.flat_map(|one| &mut one.classes).flatten() {
        difference.mean = 0.25;
        difference.interval = Some((0.25, 0.25));
    }
    let page = page(&report, &[]);
    assert!(page.contains(">+25.00</td>") && !page.contains("+25.00 to"));
}

#[test]
fn what_is_absent_is_said() {
    let size = |arms, runs| Size {
        arms,
        runs,
        ..USUAL
    };
    let one_arm = page(&report(size(1, 3)), &[]);
    assert!(one_arm.contains("There is one arm, so nothing is compared"));
    assert!(one_arm.contains("This report shows no mixed images"));
    assert!(!one_arm.contains("chart-verdict") && !one_arm.contains("Where they differ"));

    let one_pair = page(&report(size(2, 1)), &[]);
    assert!(one_pair.contains("One pair: no interval can be given"));
    assert!(one_pair.contains("with one pair there is no interval"));
    assert!(!one_pair.contains("±</td>"));

    let mut unpaired = report(size(2, 3));
    unpaired.comparisons.clear();
    assert!(page(&unpaired, &[]).contains("there are no pairs and nothing is compared"));
}

#[test]
fn training_losses_carry_their_warning() {
    let page = page(&report(USUAL), &[]);
    let figure = page.split("chart-training-loss-desc").last().unwrap();
    let figure = figure.split("</figure>").next().unwrap();
    assert!(figure.contains("Do not compare arms here."));
    assert!(figure.contains("even a perfect model does not reach 0"));
}

#[test]
fn confidence_is_explained_by_the_outputs_that_there_are() {
    let mut report = report(USUAL);
    let texts = |report: &Report| {
        let page = page(report, &[]);
        let found = [
            "The networks end in one sigmoid for each class",
            "The networks end in a softmax",
            "Those of mixup end in a softmax over the classes, so that their outputs sum to 1. Those of \
             baseline end in one sigmoid for each class",
            "so these can be compared",
        ];
        found.map(|text| page.contains(text))
    };
    assert_eq!(texts(&report), [true, false, false, true]);
    report.arms[0].outputs = Outputs::Softmax;
    assert_eq!(texts(&report), [false, false, true, false]);
    report.arms[1].outputs = Outputs::Softmax;
    assert_eq!(texts(&report), [false, true, false, true]);
}

#[test]
fn attacked_arms_are_shown_and_alike_ones_compared() {
    let size = Size { arms: 6, ..USUAL };
    let page = page(&report(size), &[]);
    let section = page.split("id=\"robustness\"").nth(1).unwrap();
    let section = section.split("</section>").next().unwrap();
    let curves = |class: &str| section.matches(class).count();
    // Five of six arms, each line of runs and of means.
    assert_eq!(curves(" dashed\"><path class=\"run\""), 5);
    assert_eq!(curves("class=\"hollow\""), 5);
    assert_eq!(curves("class=\"dot\""), 5);
    assert!(section.contains("adversarial images") && section.contains("exploratory"));
    let compared = "on the attacked images, over 5 pairs";
    assert!(section.contains(&format!("mixup-all minus baseline {compared}")));
    assert!(!section.contains(&format!("wide minus baseline {compared}")));
    assert!(section.contains("wide not at all; baseline on 1,000 images, PGD of 10 steps"));
    assert!(section.contains("alpha-1 on 1,000 images, PGD of 20 steps"));
    // Three arms are compared, at four ε and under two attacks.
    assert!(section.contains("There are 24 differences under attack"));
    assert!(!section.contains(" p ") && !section.contains("Shown"));
}

#[test]
fn where_no_arm_was_attacked_nothing_is_said_of_it() {
    let mut report = report(USUAL);
    for arm in &mut report.arms {
        arm.robustness = None;
    }
    report.comparisons[0].robustness = None;
    let page = page(&report, &[]);
    check("unattacked", &page);
    for absent in ["adversarial", "FGSM", "#robustness"] {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[test]
fn equal_arms_and_classes_without_images_are_drawn() {
    let mut equal = report(USUAL);
    let name = equal.arms[0].name.clone();
    equal.arms[0] = equal.arms[1].clone();
    equal.arms[0].name = name;
    for pair in &mut equal.comparisons[0].pairs {
        pair.difference = 0.0;
    }
    let last = &mut equal.comparisons[0].last;
    last.mean = 0.0;
    last.interval = Some((0.0, 0.0));
    last.detectable = Some(0.0);
    for arm in &mut equal.arms {
        arm.classes[2] = None;
        let mut confusion = Confusion::new(10);
        for cell in arm.confusion.cells().filter(|cell| cell.label != 2) {
            confusion
                .add(cell.label, cell.predicted, cell.images)
                .unwrap();
        }
        arm.confusion = confusion;
    }
    let page = page(&equal, &[]);
    check("equal", &page);
    assert!(page.contains("The two are equal."));
    assert!(page.contains("no test images"));
}

#[test]
fn losses_that_are_not_finite_break_nothing() {
    let mut diverged: Report = report(USUAL);
    for epoch in &mut diverged.arms[0].runs[0].epochs {
        epoch.train_loss = f64::NAN;
        epoch.held_out_loss = f64::INFINITY;
    }
    diverged.arms[0].nll.mean = f64::INFINITY;
    diverged.arms[0].nll.deviation = Some(f64::NAN);
    let page = page(&diverged, &[]);
    check("diverged", &page);
    assert!(page.contains("not finite"));
}

#[test]
fn a_hostile_name_of_a_class_is_escaped_in_the_alternative_texts() {
    let evil = "</desc><script>alert(1)</script>";
    let mut report = report(USUAL);
    report.classes[0] = evil.to_owned();
    let page = page(&report, &[]);
    check("evil class", &page);
    assert!(page.contains("&lt;/desc&gt;&lt;script&gt;"));
}

#[test]
fn a_hostile_class_of_a_mixed_pair_is_escaped() {
    let mut pairs = examples(1);
    pairs[0].classes[0] = "\"><script>".to_owned();
    let page = page(&report(USUAL), &pairs);
    check("evil pair", &page);
    assert!(page.contains("First image: &quot;&gt;&lt;script&gt;"));
}

#[test]
fn the_words_of_the_page_are_explained_once() {
    let page = page(&report(USUAL), &[]);
    assert_eq!(
        page.matches("An arm is all runs of one experiment.")
            .count(),
        1
    );
    let explained = page.find("An arm is all runs").unwrap();
    assert!(explained < page.find("At a glance").unwrap());
}

#[test]
fn random_labels_are_pointed_out() {
    let mut report = report(USUAL);
    let words = "Some labels of the training images are random";
    assert!(!page(&report, &[]).contains(words));
    report.arms[0].random_labels = 0.2;
    assert!(page(&report, &[]).contains(words));
}

#[test]
fn losses_of_different_functions_are_not_to_be_compared() {
    let mut report = report(USUAL);
    let words = "they were trained with different losses";
    assert!(!page(&report, &[]).contains(words));
    report.arms[0].loss_function = "cross-entropy".to_owned();
    assert!(page(&report, &[]).contains(words));
}

#[test]
fn arms_of_unequal_numbers_of_runs_have_all_their_curves() {
    let mut report = report(USUAL);
    report.arms[0].runs.truncate(2);
    let page = page(&report, &[]);
    check("unequal", &page);
    assert!(page.contains("mixup, seed 2") && !page.contains("mixup, seed 3"));
    assert!(page.contains("baseline, seed 5"));
}

#[test]
fn a_single_comparison_has_a_column_of_differences() {
    let page_of = |size| page(&report(size), &[]);
    let one = page_of(USUAL);
    let glance = &one[one.find("At a glance").unwrap()..];
    let last = &report(USUAL).comparisons[0].last;
    let (low, high) = last.interval.unwrap();
    let written = |share: f64| crate::words::signed(100.0 * share, 2);
    let cell = format!(
        "<td>{} ({} to {})</td>",
        written(last.mean),
        written(low),
        written(high)
    );
    assert!(glance.contains(&cell), "{cell}");
    let several = page_of(Size { arms: 3, ..USUAL });
    assert!(!several.contains("<th scope=\"col\">Difference</th>"));
}

#[test]
fn without_a_comparison_nothing_is_said_of_verdicts_and_pairs() {
    let alone = page(&report(Size { arms: 1, ..USUAL }), &[]);
    check("alone", &alone);
    assert!(alone.contains(">Result</a>"));
    for title in ["Verdict", "Pair by pair"] {
        assert!(!alone.contains(&format!(">{title}<")), "{title}");
    }
}

#[test]
fn the_experiments_are_in_the_page() {
    let mut report = report(USUAL);
    report.arms[0].experiment = "epochs = 7 # <b>\n".into();
    report.arms[1].experiment = String::new();
    let page = page(&report, &[]);
    check("experiments", &page);
    assert!(page.contains("epochs = 7 # &lt;b&gt;"));
    assert_eq!(page.matches("<summary>The experiment of ").count(), 1);
}

#[test]
fn a_learning_rate_is_drawn_if_it_changes() {
    let mut report = report(USUAL);
    let drawn = |report: &Report| page(report, &[]).contains("chart-learning-rate");
    assert!(drawn(&report));
    for rate in [Some(0.001), None] {
        for arm in &mut report.arms {
            let runs = arm.runs.iter_mut();
            runs.flat_map(|run| &mut run.epochs)
                .for_each(|epoch| epoch.learning_rate = rate);
        }
        assert!(!drawn(&report));
    }
}

#[test]
fn two_findings_are_in_sight_and_the_others_unfold() {
    let mut report = report(USUAL);
    let findings =
        ["first", "second", "third", "fourth"].map(|word| format!("The {word} finding."));
    report.comparisons[0].findings = findings.to_vec();
    let page = page(&report, &[]);
    let at = |text: &str| page.find(text).unwrap();
    let fold = at("<summary>Further findings</summary>");
    assert!(at(&findings[0]) < at(&findings[1]) && at(&findings[1]) < fold);
    assert!(fold < at(&findings[2]) && at(&findings[2]) < at(&findings[3]));
}
