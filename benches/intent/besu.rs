//! `intent/besu`: messages of QBFT, decoded, checked for their one encoding, and hashed.

use brainswap::{
    chain::{
        Besu,
        besu::{Form, Header, Message, Prepared, Protocol, View},
    },
    ports::Chain as _,
};
use divan::{Bencher, black_box};

/// Block 7528 of a real QBFT network, without its seals.
/// Source: datachainlab/besu-qbft-elc, `elc/src/header.rs`.
const HEADER: [&str; 3] = [
    "f90273a00af93e70b1c6d3974a88a42eb70bb61adbd523bfac0c83027ba4637c52746a0fa01dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d4934794ee3353e587cfa91625a1adaef308a726de3803d3a0166ed98eea93ab2b6f6b1a425526994adc2d675bf9a0d77d600ed1e02d8f77dfa056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421b90100",
    "00000000000000000000000000000000",
    "01821d688347b76080846640618bb87cf87aa00000000000000000000000000000000000000000000000000000000000000000f85494647bfdd19655e51e69d35454ff3a92f8828e630294a5c8416b9d13417b45b45ada76408f39d1e504ef94b92e91f4dcc9d28503be521afa2a8fbf3c1acf6094ee3353e587cfa91625a1adaef308a726de3803d3c001c0a063746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365880000000000000000",
];

fn header() -> Vec<u8> {
    let [before, zeros, after] = HEADER; // between them the bloom, 256 zeros
    let digits = [before, &zeros.repeat(16), after].concat();
    const_hex::decode(digits).expect("hexadecimal digits")
}

fn read(bencher: Bencher<'_, '_>, message: &[u8]) {
    let chain = Besu::new(Protocol::Qbft);
    bencher.bench_local(|| chain.read(black_box(message)).expect("it can be signed"));
}

fn view(round: u32) -> View {
    View::new(7528, round).expect("it is one")
}

#[divan::bench(name = "intent/besu/proposal")]
fn proposal(bencher: Bencher<'_, '_>) {
    let mut payload = vec![0x82, 0x1d, 0x68, 0x01];
    payload.extend(list(&[header(), vec![0xc0, 0xc0]].concat()));
    payload.push(0x80);
    read(bencher, &list(&[vec![0x12], list(&payload)].concat()));
}

#[divan::bench(name = "intent/besu/prepare")]
fn prepare(bencher: Bencher<'_, '_>) {
    read(bencher, &Message::prepare(Protocol::Qbft, view(1), [0x55; 32]).to_preimage());
}

#[divan::bench(name = "intent/besu/commit")]
fn commit(bencher: Bencher<'_, '_>) {
    let mut seal = [1; 65];
    seal[64] = 0;
    let commit = Message::commit(Protocol::Qbft, view(1), [0x55; 32], seal).expect("a seal");
    read(bencher, &commit.to_preimage());
}

#[divan::bench(name = "intent/besu/commit_seal")]
fn commit_seal(bencher: Bencher<'_, '_>) {
    let header = Header::from_rlp(Protocol::Qbft, Form::Whole, &header()).expect("a header");
    read(bencher, &Message::commit_seal(header).expect("no seals").to_preimage());
}

#[divan::bench(name = "intent/besu/round_change")]
fn round_change(bencher: Bencher<'_, '_>) {
    let prepared = Prepared { round: 0, block: [0x55; 32], certificate: None };
    let change = Message::round_change(Protocol::Qbft, view(1), Some(prepared));
    read(bencher, &change.expect("a round above").to_preimage());
}

/// An RLP list of up to 64 KiB.
fn list(fields: &[u8]) -> Vec<u8> {
    let length = u16::try_from(fields.len()).expect("a short list").to_be_bytes();
    let head: &[u8] = match fields.len() {
        short @ 0..56 => &[0xc0 + short as u8],
        56..256 => &[0xf8, length[1]],
        _ => &[0xf9, length[0], length[1]],
    };
    [head, fields].concat()
}
