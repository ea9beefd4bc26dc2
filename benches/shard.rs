//! Shard: what dealing, checking and combining cost, next to the library's bare arithmetic.

use brainswap::{
    HostCard, HostId, Lanes, Nonce, Position, PublicKey,
    authority::KeyWeight,
    charter::{Charter, Permissions},
    document::Envelope,
    evidence::{Approved, Signed},
    identity::{Epoch, Genesis, LaneSpec, Mode, Network},
    key::{KeyKind, SecretKey},
    shard::{
        About, Combination, Custodian, Date, Dealt, Entropy, Location, Memory, Plan, Purpose,
        Restored, Secret, Share, Unseal, deal,
    },
};
use curve25519_dalek::{RistrettoPoint, Scalar};
use divan::{Bencher, black_box};
use vsss_rs::{
    DefaultShare, IdentifierPrimeField, ReadableShareSet as _, ValuePrimeField,
    shamir::create_shares_from_polynomial_in_place,
};

type Slot = DefaultShare<IdentifierPrimeField<Scalar>, ValuePrimeField<Scalar>>;

fn main() {
    divan::main();
}

/// 3 of 5 locations, in each 2 of 3 custodians; with sealing, and with the check of every share.
#[divan::bench(name = "shard/deal/3-of-5x2-of-3")]
fn dealing(bencher: Bencher<'_, '_>) {
    let (secret, plan) = (secret(), plan());
    bencher.bench_local(|| {
        let made = deal(black_box(&secret), &plan, about(), entropy()).expect("it is dealt");
        assert_eq!(made.shares.len(), 15);
        made
    });
}

/// With the check of every share, and with opening the vault.
#[divan::bench(name = "shard/combine/3-of-5x2-of-3")]
fn combining(bencher: Bencher<'_, '_>) {
    let made = deal(&secret(), &plan(), about(), entropy()).expect("it is dealt");
    let request = request(&made);
    let memory = Memory::new(about().date);
    let chosen = [0, 2, 6, 7, 13, 14].map(|at| made.shares[at].to_bytes());
    bencher.bench_local(|| {
        let mut combination =
            Combination::begin(&made.generation, &made.vault, &request, &memory).expect("begun");
        for bytes in &chosen {
            let share = Share::from_bytes(black_box(bytes)).expect("a share");
            combination.add(share).expect("it is right");
        }
        combination.open().expect("it opens")
    });
}

#[divan::bench(name = "shard/check/one")]
fn checking(bencher: Bencher<'_, '_>) {
    let made = deal(&secret(), &plan(), about(), entropy()).expect("it is dealt");
    bencher.bench_local(|| made.generation.check(black_box(&made.shares[7])).expect("it is right"));
}

/// The same arithmetic by vsss-rs alone: shares and commitments, nothing checked or sealed.
#[divan::bench(name = "vsss-rs/deal/3-of-5x2-of-3")]
fn bare_dealing(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let outer = split(black_box(Scalar::from(7_u64)), 3, 5);
        let leaves: Vec<_> = outer.iter().map(|share| split(share.value.0, 2, 3)).collect();
        let commitments = (0..3 + 5 * 2_u64).map(|at| RistrettoPoint::mul_base(&Scalar::from(at)));
        (leaves, commitments.collect::<Vec<_>>())
    });
}

/// The same interpolations by vsss-rs alone.
#[divan::bench(name = "vsss-rs/combine/3-of-5x2-of-3")]
fn bare_combining(bencher: Bencher<'_, '_>) {
    let outer = split(Scalar::from(7_u64), 3, 5);
    let leaves: Vec<_> = outer.iter().map(|share| split(share.value.0, 2, 3)).collect();
    bencher.bench_local(|| {
        let inner = leaves.iter().zip(&outer).take(3).map(|(leaves, place)| {
            let value = leaves[..2].to_vec().combine().expect("two shares");
            Slot { identifier: place.identifier, value }
        });
        let number = inner.collect::<Vec<_>>().combine().expect("three shares");
        assert_eq!(number.0, Scalar::from(7_u64));
    });
}

fn split(secret: Scalar, threshold: usize, count: u64) -> Vec<Slot> {
    let slot = |identifier, value| Slot {
        identifier: IdentifierPrimeField(identifier),
        value: IdentifierPrimeField(value),
    };
    let mut polynomial = vec![slot(Scalar::ZERO, secret)];
    polynomial.resize(threshold, slot(Scalar::from(11_u64), Scalar::ZERO));
    let mut shares = vec![Slot::default(); usize::try_from(count).expect("a count")];
    let ids = (1..=count).map(|at| IdentifierPrimeField(Scalar::from(at)));
    create_shares_from_polynomial_in_place(&polynomial, threshold, ids, &mut shares)
        .expect("they are made");
    shares
}

fn secret() -> Secret {
    Secret::of_key(&SecretKey::generate(KeyKind::Ed25519).expect("a key"))
}

fn entropy() -> Entropy {
    Entropy::generate().expect("random bytes")
}

fn about() -> About {
    let date: Date = "2026-11-20".parse().expect("a day");
    About { label: "a validator".into(), identity: None, charter: None, date }
}

fn plan() -> Plan {
    let custodian = |location: u8, at: u8| Custodian {
        name: format!("custodian {location}.{at}"),
        key: key(16 * location + at).public_key(),
        recipients: vec![format!("recipient {location}.{at}")],
    };
    let location = |number: u8| Location {
        name: format!("location {number}"),
        threshold: 2,
        custodians: (1..=3).map(|at| custodian(number, at)).collect(),
    };
    Plan { threshold: 3, locations: (1..=5).map(location).collect() }
}

fn key(number: u8) -> SecretKey {
    let seed = [number; 32];
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
    let stated = PublicKey::Ed25519(public);
    SecretKey::import(KeyKind::Ed25519, &seed.to_vec().into(), &stated).expect("a key")
}

fn request(made: &Dealt) -> Approved<Unseal> {
    let date = about().date;
    let request = Unseal {
        set: made.generation.set(),
        manifest: made.generation.id(),
        identity: None,
        purpose: Purpose::Restore,
        recipient: None,
        software: None,
        nonce: Nonce::from_bits(1),
        from: date,
        until: date,
        note: String::new(),
    };
    let mut envelope = Envelope::of(&request).expect("a document");
    key(200).sign_document(&mut envelope);
    let signed = Signed::verify(&envelope).expect("it is signed");
    signed.approve([(&charter() as _, 0)]).expect("it is approved")
}

fn charter() -> Charter {
    let host = HostId::from_bytes([1; 32]);
    let genesis = Genesis {
        network: Network { chain: "cometbft".into(), id: "bench".into() },
        public_key: key(1).public_key(),
        lanes: vec![LaneSpec { name: "vote".into(), floored: false }],
        from: Lanes::from(vec![Position::START]),
        history: Restored::HISTORY,
        to: host,
        epoch: Epoch {
            roster: vec![HostCard { name: "a".into(), host, recipient: "a".into() }],
            limit: Lanes::from(vec![Position::END]),
            witnesses: vec![],
            mode: Mode::Direct,
        },
        permissions: Permissions::flat(
            1,
            vec![KeyWeight { key: key(200).public_key(), weight: 1 }],
        ),
    };
    let id = Envelope::of(&genesis).expect("a document").id();
    Charter::begin(&genesis, id).expect("it begins")
}
