//! Intent: what it costs to read a message, for each network, without signing it.

mod clique;

fn main() {
    divan::main();
}
