//! Intent: what it costs to read a message, for each network, without signing it.

mod besu;
mod clique;
mod cometbft;
mod eos;
mod ethereum;
mod factom;
mod solana;

fn main() {
    divan::main();
}
