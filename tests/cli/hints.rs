//! Hints that are commands, and what names may do to a screen.

use std::fs;

use crate::scratch::Scratch;

#[test]
fn a_run_folder_with_a_space_is_quoted_in_the_hint() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --epochs 1 --ui none --out";
    let run = |out: &str| {
        let mut command = scratch.command(line);
        command.arg(out);
        Scratch::finish(line, command)
    };
    run("it's my run").succeeded();
    let said = run("it's my run").failed_with(2);
    let hint = r"resume it: mixup train --resume 'it'\''s my run'; or";
    assert!(said.contains(hint), "{said}");
}

/// One blank fewer would name another folder.
#[test]
fn two_blanks_in_a_path_stay_two() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "train/dog", "dev/cat"]);
    std::fs::rename(scratch.path("classes"), scratch.path("my  set")).unwrap();
    let mut command = scratch.command("data check");
    command.arg("my  set");
    let said = Scratch::finish("data check", command).failed_with(2);
    assert!(said.contains("mv 'my  set/dev' 'my  set/test'"), "{said}");
}

#[test]
fn a_missing_picture_is_no_question_of_data() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    fs::create_dir(scratch.path("folder")).unwrap();
    scratch.write("text.png", "no picture");
    for picture in ["nothing.png", "folder", "text.png"] {
        let line = format!("predict {picture} --weights run/model.safetensors");
        let said = scratch.refused(&line);
        assert!(!said.contains("--data") && said.contains("PNG"), "{said}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_no_question_of_resuming() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.write("file", "");
    let said = scratch.refused("report run --out file/report");
    assert!(!said.contains("--resume"), "{said}");
    assert!(said.contains("choose another folder with --out"), "{said}");
}

#[test]
fn names_in_an_error_cannot_act_on_the_screen() {
    let scratch = Scratch::new();
    let line = "train --data data";
    let mut command = scratch.command(line);
    command.arg("a\u{1b}[31m\u{7}\u{202e}.toml");
    let said = Scratch::finish(line, command).failed_with(2);
    let shown = r"error: a\u001b[31m\u0007\u202e.toml: ";
    assert!(said.starts_with(shown), "{said}");
    let mut command = scratch.command("train");
    command.args(["--no\u{7}"]);
    let ended = Scratch::finish("train", command);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("unexpected argument"));
    assert!(!ended.stderr.contains('\u{7}'), "{}", ended.stderr);
}

/// Class folders can have any name.
#[cfg(unix)]
#[test]
fn names_of_classes_cannot_act_on_the_screen() {
    let scratch = Scratch::new();
    let place = |split: &str| format!("{split}/c\u{1b}[31mat");
    scratch.class_folders(&[&place("train"), &place("test"), "train/dog", "test/dog"]);
    for flags in ["", "--json"] {
        let said = scratch
            .run(&format!("data check classes {flags}"))
            .succeeded();
        assert!(said.stdout.contains(r"c\u001b[31mat"), "{}", said.stdout);
        assert!(!said.stdout.contains('\u{1b}'), "{}", said.stdout);
    }
    let line = "train tiny.toml --data classes --out run --epochs 1";
    scratch.run(line).succeeded();
    scratch.run("report run").succeeded();
    let page = String::from_utf8(scratch.read("run/report.html")).unwrap();
    assert!(!page.contains('\u{1b}') && page.contains(r"c\u001b[31mat"));
}

#[test]
fn no_error_is_longer_than_a_screen() {
    let scratch = Scratch::new();
    let long = "ε".repeat(50_000);
    scratch.write("tiny.toml", format!("\"{long}\" = 1\n"));
    let said = scratch.refused("train tiny.toml --data data --out run");
    let error = said.lines().next().unwrap();
    assert!(error.starts_with("error: tiny.toml:1: "), "{error}");
    assert!(error.contains(" characters left out) …"), "{error}");
    assert!(error.chars().count() <= 2000, "{}", error.chars().count());
    let line = format!("train --{long}");
    let ended = scratch.run(&line);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .lines()
            .all(|line| line.chars().count() <= 2000)
    );
}

#[test]
fn a_run_file_that_is_not_utf8_is_damaged() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    fs::remove_file(scratch.path("run/summary.json")).unwrap();
    for file in ["run/run.json", "run/metrics.jsonl"] {
        let whole = scratch.read(file);
        let mut damaged = whole.clone();
        damaged[10] = 0xff;
        scratch.write(file, damaged);
        let said = scratch.run("train --resume run --ui none").failed_with(2);
        assert!(said.contains("expected UTF-8 text"), "{said}");
        assert!(
            said.contains("hint: start the run anew in another folder"),
            "{said}"
        );
        scratch.write(file, whole);
    }
}

#[test]
fn thousands_of_threads_are_bounded_with_a_note() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --out many --epochs 1 --ui none";
    let mut command = scratch.command(line);
    command.env("RAYON_NUM_THREADS", "5000");
    let ended = Scratch::finish(line, command).succeeded();
    let cores = std::thread::available_parallelism().unwrap().get();
    let note = format!(
        "note: RAYON_NUM_THREADS asks for 5000 threads; {} are started, 4 for each core\n",
        4 * cores
    );
    assert_eq!(ended.stderr, note);
    scratch.train("usual", "--epochs 1");
    assert_eq!(
        scratch.read("many/model.safetensors"),
        scratch.read("usual/model.safetensors")
    );
}
