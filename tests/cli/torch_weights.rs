//! State dicts of `torch.save` wherever a weights file is taken.

use crate::scratch::Scratch;
use crate::torch_file::{archive, converted};

/// A run of one epoch, and its weights as the state dict `bare.pt` and as the checkpoint `whole.pth`.
fn with_files() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let weights = scratch.read("run/model.safetensors");
    scratch.write("bare.pt", converted(&weights, false));
    scratch.write("whole.pth", converted(&weights, true));
    scratch
}

#[test]
fn a_checkpoint_with_a_note_is_evaluated_like_the_run() {
    let scratch = with_files();
    let judged = |weights: &str| {
        let line = format!("evaluate --weights {weights} --data data --json");
        scratch.run(&line).succeeded()
    };
    let whole = judged("whole.pth");
    assert_eq!(whole.json(), judged("run").json());
    let note = "note: the file is a checkpoint, of which state_dict is taken";
    assert!(whole.stderr.contains(note), "{}", whole.stderr);
    // Without a note, other constants are assumed.
    let bare = judged("bare.pt");
    assert!(
        bare.stderr.contains("does not say how its cnn was trained"),
        "{}",
        bare.stderr
    );
}

#[test]
fn a_run_starts_from_a_state_dict() {
    let scratch = with_files();
    let start = |weights: &str, run: &str| {
        scratch.train(run, &format!("--epochs 1 --set network.start={weights}"));
        scratch.read(format!("{run}/model.safetensors"))
    };
    assert_eq!(
        start("bare.pt", "one"),
        start("run/model.safetensors", "two")
    );
}

#[test]
fn a_picture_is_predicted_by_a_checkpoint() {
    let scratch = with_files();
    let picture = image::RgbImage::from_pixel(32, 32, image::Rgb([200, 2, 3]));
    picture.save(scratch.path("a.png")).unwrap();
    let predicted = |weights: &str| {
        let line = format!("predict a.png --weights {weights} --csv -");
        scratch.run(&line).succeeded().stdout
    };
    assert_eq!(predicted("whole.pth"), predicted("run"));
}

#[test]
fn what_torch_wrote_otherwise_is_refused_with_a_way_out() {
    let scratch = Scratch::new();
    for (bytes, found, way_out) in [
        (
            archive(b"\x80\x02c__main__\nNet\n)\x81}b.", &[]),
            "found an object of __main__.Net",
            "torch.save(torch.load(\"net.pt\", map_location=\"cpu\", weights_only=False).state_dict(), \"state_dict.pt\")",
        ),
        (
            archive(b"\x80\x02}(X\x01\0\0\0aK\x01u.", &[]),
            "found a number under \"a\"",
            "save nothing but the state_dict() of the network with torch.save",
        ),
        (
            b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.".to_vec(),
            "found a pickle, as torch.save wrote it before PyTorch 1.6",
            "torch.save(torch.load(\"net.pt\", map_location=\"cpu\", weights_only=True), \"state_dict.pt\")",
        ),
        (
            b"PK\x03\x04 and no more".to_vec(),
            "found a file of torch.save with a damaged archive",
            "give a weights file of one of the networks here",
        ),
    ] {
        scratch.write("net.pt", bytes);
        let line = "evaluate --weights net.pt --data data";
        scratch.refused_for(line, &["net.pt: expected ", found, way_out]);
    }
}
