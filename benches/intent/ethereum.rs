//! `intent/ethereum`: a sign request, parsed, its signing root computed, and compared with the
//! one that it states.

use brainswap::{chain::Ethereum, ports::Chain as _};
use divan::{Bencher, black_box};

const NETWORK: [u8; 32] = [0x47; 32];

#[divan::bench(name = "intent/ethereum/block")]
fn block(bencher: Bencher<'_, '_>) {
    let root = hex(&[1; 32]);
    let header = format!(
        r#"{{"slot":"9800000","proposer_index":"7","parent_root":{root},"state_root":{root},"body_root":{root}}}"#
    );
    let block = format!(r#""beacon_block":{{"version":"ELECTRA","block_header":{header}}}"#);
    read(bencher, &request("BLOCK_V2", &block));
}

#[divan::bench(name = "intent/ethereum/attestation")]
fn attestation(bencher: Bencher<'_, '_>) {
    let root = hex(&[1; 32]);
    let checkpoint = |epoch: u64| format!(r#"{{"epoch":"{epoch}","root":{root}}}"#);
    let (source, target) = (checkpoint(306_249), checkpoint(306_250));
    let data = format!(
        r#"{{"slot":"9800000","index":"0","beacon_block_root":{root},"source":{source},"target":{target}}}"#
    );
    read(bencher, &request("ATTESTATION", &format!(r#""attestation":{data}"#)));
}

/// A request as validator clients send it, with its signing root.
fn request(kind: &str, payload: &str) -> String {
    let fork = r#"{"previous_version":"0x04000000","current_version":"0x05000000","epoch":"10"}"#;
    let network = hex(&NETWORK);
    let fork_info = format!(r#"{{"fork":{fork},"genesis_validators_root":{network}}}"#);
    let with =
        |stated: &str| format!(r#"{{"type":"{kind}","fork_info":{fork_info},{stated}{payload}}}"#);
    let silent = Ethereum::new(NETWORK).request(with("").as_bytes()).expect("a request");
    with(&format!(r#""signingRoot":{},"#, hex(&silent.signing_root())))
}

fn hex(bytes: &[u8]) -> String {
    format!("\"{}\"", const_hex::encode_prefixed(bytes))
}

fn read(bencher: Bencher<'_, '_>, message: &str) {
    let chain = Ethereum::new(NETWORK);
    bencher.bench_local(|| chain.read(black_box(message.as_bytes())).expect("it can be signed"));
}
