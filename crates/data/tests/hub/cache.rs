//! Files that are on this machine already.

use std::fs;
use std::path::Path;

use mixup_data::{HubSet, ImageRequest, ListOrigin};

use super::server::{COMMIT, Server, Set, sha256};
use super::{MORE, TEST, TRAIN, User, all, names, set, table};

/// What the hub's own library leaves of these files: blobs, and links to them.
#[cfg(unix)]
fn hub_cache(user: &User, set: &Set, files: &[&str]) {
    let folder = user.folder.path().join("hf/datasets--a--b");
    fs::create_dir_all(folder.join("blobs")).unwrap();
    fs::create_dir_all(folder.join("refs")).unwrap();
    fs::write(folder.join("refs/main"), COMMIT).unwrap();
    for (name, bytes) in set
        .files
        .iter()
        .filter(|(name, _)| files.contains(&name.as_str()))
    {
        let blob = folder.join("blobs").join(sha256(bytes));
        fs::write(&blob, bytes).unwrap();
        let link = folder.join("snapshots").join(COMMIT).join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&blob, link).unwrap();
    }
}

/// All paths below a folder.
#[cfg(unix)]
fn all_paths(folder: &Path) -> Vec<String> {
    let mut paths = vec![];
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() && !path.is_symlink() {
            paths.extend(all_paths(&path));
        }
        paths.push(path.display().to_string());
    }
    paths
}

#[cfg(unix)]
#[test]
fn the_cache_of_the_hubs_library_is_read_and_not_written() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let user = User::of(&server);
    hub_cache(&user, &set(), &[TRAIN, TEST]);
    let before = all_paths(&user.folder.path().join("hf"));
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    assert_eq!(
        server.paths("/resolve/").len(),
        1,
        "the file that is missing"
    );
    assert!(user.own(MORE).is_file() && !user.own(TRAIN).exists());
    assert_eq!(all_paths(&user.folder.path().join("hf")), before);
}

#[cfg(unix)]
#[test]
fn other_bytes_in_the_cache_of_the_hubs_library_are_passed_over() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let user = User::of(&server);
    let mut other = set();
    other.files[0].1[40] ^= 1;
    hub_cache(&user, &other, &[MORE]);
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    assert_eq!(server.paths("/resolve/").len(), 3);
}

#[cfg(unix)]
#[test]
fn without_a_network_the_cache_of_the_hubs_library_is_enough() {
    let server = Server::start(|_| panic!("no request may come"));
    let mut user = User::of(&server);
    user.settings.offline = Some("HF_HUB_OFFLINE");
    hub_cache(&user, &set(), &[TRAIN, MORE, TEST]);
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    // A part of the set is not taken for all of it.
    fs::remove_file(
        user.folder
            .path()
            .join("hf/datasets--a--b/snapshots")
            .join(COMMIT)
            .join(MORE),
    )
    .unwrap();
    let (said, _) = user.refused("hf:a/b");
    assert!(
        said.contains("expected 2 files of the split train"),
        "{said}"
    );
}

#[test]
fn without_a_network_an_unknown_set_is_refused_with_a_way_out() {
    let server = Server::start(|_| panic!("no request may come"));
    let mut user = User::of(&server);
    user.settings.offline = Some("HF_HUB_OFFLINE");
    let (said, hint) = user.refused("hf:a/b");
    assert_eq!(
        said,
        "hf:a/b: expected a set in the cache, as HF_HUB_OFFLINE allows no network, found none"
    );
    assert!(hint.contains("mixup data fetch hf:a/b"), "{hint}");
}

#[test]
fn without_a_network_files_that_are_missing_are_counted() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let mut user = User::of(&server);
    user.reds("hf:a/b").unwrap();
    fs::remove_file(user.own(TEST)).unwrap();
    user.settings.offline = Some("HF_HUB_OFFLINE");
    let (said, hint) = user.refused("hf:a/b");
    assert!(
        said.ends_with("allows no network, found 1 of 3 missing"),
        "{said}"
    );
    assert!(
        hint.contains(&format!("mixup data fetch hf:a/b@{COMMIT}")),
        "{hint}"
    );
}

/// A list that somebody has written over.
#[test]
fn a_damaged_list_in_the_cache_is_asked_for_again() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let user = User::of(&server);
    user.reds("hf:a/b").unwrap();
    let list = user.own_folder().join(format!("{COMMIT}.json"));
    for text in ["", "{", "{\"commit\":\"x\",\"files\":[]}"] {
        fs::write(&list, text).unwrap();
        assert_eq!(user.reds("hf:a/b").unwrap(), all());
    }
    assert_eq!(server.paths("/tree/").len(), 4);
}

/// Two hubs may have different files under one commit.
#[test]
fn each_hub_has_a_cache_of_its_own() {
    let files = set();
    let one = Server::start(move |request| files.answer(request));
    let other = Set::new(&[
        (TRAIN, table(7, &[0, 1])),
        (MORE, table(9, &[0])),
        (TEST, table(8, &[1])),
    ]);
    let other = Server::start(move |request| other.answer(request));
    let mut user = User::of(&one);
    assert_eq!(user.reds("hf:a/b").unwrap(), all());
    user.settings.endpoint.clone_from(&other.url);
    assert_eq!(user.reds("hf:a/b").unwrap(), [vec![7, 8, 9], vec![8]]);
}

#[test]
fn wrong_bytes_in_the_cache_are_replaced_if_all_files_are_verified() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let user = User::of(&server);
    user.reds("hf:a/b").unwrap();
    let plan = user.plan("hf:a/b").unwrap();
    assert_eq!(plan.fetch_verified(&|_, _| {}).unwrap(), 0);
    let path = user.own(TRAIN);
    let good = fs::read(&path).unwrap();
    let mut wrong = good.clone();
    wrong[40] ^= 1;
    fs::write(&path, &wrong).unwrap();
    // Its length alone is right.
    assert_eq!(plan.missing().0, 0);
    assert_eq!(plan.fetch_verified(&|_, _| {}).unwrap(), 1);
    assert_eq!(fs::read(&path).unwrap(), good);
    assert_eq!(server.paths("/resolve/").len(), 4);
}

#[test]
fn a_folder_takes_what_is_in_the_cache_and_right() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let user = User::of(&server);
    user.reds("hf:a/b").unwrap();
    let plan = user.plan("hf:a/b").unwrap();
    let place = user.folder.path().join("place");
    plan.fetch_to(&place, &|_, _| {}).unwrap();
    assert_eq!(server.paths("/resolve/").len(), 3);
    assert_eq!(names(&place.join("data")).len(), 3);
    fs::remove_dir_all(&place).unwrap();
    let mut wrong = fs::read(user.own(TEST)).unwrap();
    wrong[40] ^= 1;
    fs::write(user.own(TEST), wrong).unwrap();
    plan.fetch_to(&place, &|_, _| {}).unwrap();
    assert_eq!(server.paths("/resolve/").len(), 4);
    let (_, right) = &set().files[1];
    assert!(fs::read(place.join(TEST)).unwrap() == *right);
}

#[cfg(unix)]
#[test]
fn a_list_of_the_hubs_library_is_no_list_of_the_hub() {
    let files = set();
    let server = Server::start(move |request| files.answer(request));
    let mut user = User::of(&server);
    hub_cache(&user, &set(), &[TRAIN, MORE, TEST]);
    let set = HubSet::parse("hf:a/b").unwrap().unwrap();
    let request = ImageRequest::default();
    assert!(
        !set.is_here(&user.settings, &request),
        "the hub may have more"
    );
    user.settings.offline = Some("TRANSFORMERS_OFFLINE");
    assert!(set.is_here(&user.settings, &request));
    assert_eq!(user.plan("hf:a/b").unwrap().origin(), ListOrigin::Snapshot);
    let (said, hint) = user.refused("hf:a/other");
    assert!(said.contains("as TRANSFORMERS_OFFLINE allows"), "{said}");
    assert!(hint.starts_with("unset TRANSFORMERS_OFFLINE,"), "{hint}");
    user.settings.offline = None;
    let plan = user.plan("hf:a/b").unwrap();
    assert_eq!(plan.origin(), ListOrigin::Hub);
    assert!(set.is_here(&user.settings, &request));
}
