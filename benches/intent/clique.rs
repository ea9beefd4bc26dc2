//! `intent/clique`: a block header, decoded, checked for its one encoding, and hashed.

use brainswap::{
    chain::{Clique, Policy, clique::Header},
    ports::Chain as _,
};
use divan::{Bencher, black_box};

/// Headers of Goerli as they were published, with their source.
const GOERLI: &str = include_str!("../../examples/swap/data/goerli.txt");

#[divan::bench(name = "intent/clique/header")]
fn header(bencher: Bencher<'_, '_>) {
    let line = GOERLI.lines().rfind(|line| !line.starts_with('#')).expect("a header");
    let published = line.rsplit(' ').next().and_then(|hex| const_hex::decode(hex).ok());
    let sealed = Header::from_rlp(&published.expect("hexadecimal digits")).expect("a header");
    let message = sealed.unsealed();
    let chain = Clique::new(Policy::OnePerNumber);
    bencher.bench_local(|| chain.read(black_box(&message)).expect("it can be sealed"));
}
