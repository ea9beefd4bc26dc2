//! "Every body returns for every input that was ever kept."

use std::{fs, path::PathBuf};

#[test]
fn every_kept_input_passes_its_body() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (target, body) in brainswap_fuzz::TARGETS {
        let mut files: Vec<PathBuf> = fs::read_dir(corpus.join(target))
            .expect("every target has a corpus")
            .map(|entry| entry.expect("the corpus can be listed").path())
            .collect();
        files.sort();
        assert!(files.len() >= 3, "{target} has {} inputs", files.len());
        for file in files {
            println!("{}", file.display());
            body(&fs::read(&file).expect("the corpus can be read"));
        }
    }
}

#[test]
fn every_folder_of_the_corpus_has_a_target() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut folders: Vec<String> = fs::read_dir(corpus)
        .expect("there is a corpus")
        .map(|entry| entry.expect("the corpus can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let targets: Vec<&str> = brainswap_fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(folders, targets);
}
