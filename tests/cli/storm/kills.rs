//! Runs and comparisons that are killed, and then continued by the same command or by `--resume`.

use std::time::Instant;

use super::chance::Chance;
use super::moments::{Moment, Watched, kill_at, moment};
use super::{tree, tries};
use crate::scratch::Scratch;

/// Moments of a run that are worth aiming at. Some pass too quickly to be hit every time.
const AIMS: [Moment; 17] = [
    Moment::There(".lock"),
    Moment::There("experiment.toml"),
    Moment::There("run.json"),
    Moment::There("mixed.json"),
    Moment::There("checkpoint/partial"),
    Moment::There("checkpoint/epoch-1"),
    Moment::There("checkpoint/epoch-3"),
    Moment::Replaced("metrics.jsonl"),
    Moment::Replaced("best.safetensors"),
    Moment::There("model.safetensors"),
    Moment::There("predictions.csv"),
    Moment::There("evaluation.json"),
    Moment::There("summary.json"),
    Moment::Passing(30),
    Moment::TwoCheckpoints,
    Moment::TwoCheckpoints,
    Moment::HalfACheckpoint,
];

/// How often one run is killed at most before it may end.
const IN_A_ROW: usize = 4;

/// The command that continues the run: it is just started again if it was killed before it was one.
fn next(scratch: &Scratch, run: &str) -> String {
    if scratch.path(run).join("run.json").exists() {
        format!("train --resume {run} --ui none")
    } else {
        format!("train tiny.toml --data data --epochs 4 --ui none --out {run}")
    }
}

#[test]
fn a_storm_of_kills_leaves_whole_runs() {
    let scratch = Scratch::new();
    let start = Instant::now();
    scratch.run(&next(&scratch, "whole")).succeeded();
    let whole = start.elapsed();
    let stays = tree::paths(&scratch.path("whole"));
    let mut chance = Chance::new(1);
    let (goal, mut killed) = (tries(10, 4), 0);
    for attempt in 0.. {
        let run = format!("run-{attempt}");
        let mut moments = vec![];
        for _ in 0..=chance.below(IN_A_ROW) {
            let moment = moment(&mut chance, whole, &AIMS);
            let folder = scratch.path(&run);
            let stays = &stays;
            let watched = Watched { folder, stays };
            let hit = kill_at(&scratch, &next(&scratch, &run), &moment, &watched);
            killed += usize::from(hit);
            moments.push(moment);
            if scratch.path(&run).join("summary.json").exists() {
                break;
            }
        }
        let ended = scratch.run(&next(&scratch, &run));
        if ended.code != Some(0) {
            // The kill came after the last file.
            let said = ended.failed_with(2);
            assert!(
                said.contains("found one that has all its 4 epochs"),
                "{moments:?}: {said}"
            );
        }
        tree::assert_paths(&scratch.path(&run), &stays, &format!("{moments:?}"));
        scratch.assert_same_runs("whole", &run);
        if killed >= goal {
            println!("train: {killed} kills of {} runs", attempt + 1);
            return;
        }
        std::fs::remove_dir_all(scratch.path(&run)).unwrap();
        assert!(attempt < 10 * goal, "{killed} kills in {attempt} runs");
    }
}

#[test]
fn a_storm_of_kills_leaves_a_whole_comparison() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line = |out: &str| {
        format!(
            "compare tiny.toml plain.toml --data data --epochs 2 --trials 2 --ui none --out {out}"
        )
    };
    let start = Instant::now();
    scratch.run(&line("whole")).succeeded();
    let whole = start.elapsed();
    let stays = tree::paths(&scratch.path("whole"));
    let aims = [
        Moment::There("comparison.json"),
        Moment::There("tiny/seed-1/run.json"),
        Moment::There("plain/seed-1/experiment.toml"),
        Moment::There("plain/seed-2/checkpoint/epoch-1"),
        Moment::There("plain/seed-2/summary.json"),
        Moment::There("report.json"),
        Moment::There("runs.csv"),
        Moment::There("report.html"),
        Moment::Replaced("comparison.json"),
        Moment::Passing(60),
        Moment::Passing(60),
        Moment::TwoCheckpoints,
    ];
    let mut chance = Chance::new(2);
    let (goal, mut killed) = (tries(8, 4), 0);
    for attempt in 0.. {
        let out = format!("both-{attempt}");
        let mut moments = vec![];
        for _ in 0..=chance.below(IN_A_ROW) {
            let moment = moment(&mut chance, whole, &aims);
            let folder = scratch.path(&out);
            let stays = &stays;
            let watched = Watched { folder, stays };
            killed += usize::from(kill_at(&scratch, &line(&out), &moment, &watched));
            moments.push(moment);
        }
        scratch.run(&line(&out)).succeeded();
        tree::assert_paths(&scratch.path(&out), &stays, &format!("{moments:?}"));
        crate::compare::assert_same(&scratch, "whole", &out, &[1, 2]);
        if killed >= goal {
            println!("compare: {killed} kills of {} comparisons", attempt + 1);
            return;
        }
        std::fs::remove_dir_all(scratch.path(&out)).unwrap();
        assert!(
            attempt < 10 * goal,
            "{killed} kills in {attempt} comparisons"
        );
    }
}
