//! What the example `host` prints and how it exits, word for word: a wrong message is a diff.

#[test]
fn the_host_says_what_its_transcripts_say() {
    let examples = trycmd::cargo::compile_examples([]).expect("the examples compile");
    let host = examples.into_iter().filter(|(name, _)| name == "host");
    trycmd::TestCases::new().register_bins(host).case("tests/transcripts/*.toml");
}
