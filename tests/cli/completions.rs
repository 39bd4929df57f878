//! Completions of command lines, and manual pages.

use crate::scratch::Scratch;

#[test]
fn every_shell_has_a_script_that_knows_the_commands() {
    let scratch = Scratch::new();
    for shell in ["bash", "zsh", "fish"] {
        let said = scratch.run(&format!("completions {shell}")).succeeded();
        for word in ["train", "compare", "resume", "device"] {
            assert!(said.stdout.contains(word), "{shell}: {word}");
        }
        assert_eq!(said.stderr, "");
    }
}

#[test]
fn an_unknown_shell_is_refused_with_those_that_are_known() {
    let ended = Scratch::new().run("completions tcsh");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("bash"), "{}", ended.stderr);
}

/// The script is what bash reads, and completes the name of a command.
#[cfg(unix)]
#[test]
#[ignore = "needs bash"]
fn tool_kit_bash_completes_a_command() {
    let scratch = Scratch::new();
    let script = scratch.run("completions bash").succeeded().stdout;
    scratch.write("mixup.bash", script);
    let line = "source ./mixup.bash; COMP_WORDS=(mixup comp); COMP_CWORD=1; _mixup mixup comp mixup; echo ${COMPREPLY[*]}";
    let ended = std::process::Command::new("bash")
        .args(["-c", line])
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(said.trim(), "compare completions");
}

#[test]
fn the_manual_page_is_printed_and_the_pages_of_all_commands_are_written() {
    let scratch = Scratch::new();
    let page = scratch.run("man").succeeded().stdout;
    assert!(page.contains(".TH mixup 1"), "{page}");
    let said = scratch.run("man --out pages/man1").succeeded().stdout;
    let pages = scratch.names("pages/man1");
    assert!(
        said.starts_with(&format!("{} pages: ", pages.len())),
        "{said}"
    );
    for name in ["mixup.1", "mixup-train.1", "mixup-data-check.1"] {
        assert!(pages.iter().any(|page| page == name), "{pages:?}");
    }
    assert_eq!(scratch.read("pages/man1/mixup.1"), page.into_bytes());
}

#[test]
fn pages_are_not_written_over_a_file() {
    let scratch = Scratch::new();
    scratch.write("file", "");
    scratch.refused_for(
        "man --out file",
        &["file", "choose another folder with --out"],
    );
}
