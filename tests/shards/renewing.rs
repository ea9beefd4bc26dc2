//! Refresh, reshare and repair: new shares for the same key, which nobody forms on the way.

use super::*;
use brainswap::{document::Envelope, evidence::Approved};

/// What every seat gets from these deals.
fn parcels_for(deals: &[(Envelope, Vec<Parcel>)], seat: Seat) -> Vec<Parcel> {
    let all = deals.iter().flat_map(|(_, parcels)| parcels);
    all.filter(|parcel| parcel.to() == seat)
        .map(|parcel| Parcel::from_bytes(&parcel.to_bytes()).unwrap())
        .collect()
}

fn checked(
    deals: &[(Envelope, Vec<Parcel>)],
    base: &Generation,
    request: &Approved<Renewal>,
) -> Vec<CheckedDeal> {
    let read = |(envelope, _): &(Envelope, Vec<Parcel>)| {
        CheckedDeal::read(envelope, base, request).unwrap()
    };
    deals.iter().map(read).collect()
}

/// A refresh by two dealers.
pub fn refreshed(base: &Generation, shares: &[Share]) -> (Generation, Vec<Share>) {
    let request = approved(&renewal(base, How::Refresh));
    let deals = [21, 22]
        .map(|number| deal_zero(base, &request, &memory(), entropy(number)).unwrap())
        .into_iter()
        .collect::<Vec<_>>();
    let succession = Succession::of(base, &request, checked(&deals, base, &request)).unwrap();
    let receive = |share: &Share| {
        let parcels = parcels_for(&deals, share.seat());
        succession.receive(share.seat(), &parcels, Some(share)).unwrap()
    };
    (succession.generation().clone(), shares.iter().map(receive).collect())
}

/// A reshare by these seats to a new plan.
pub fn reshared(
    base: &Generation,
    shares: &[Share],
    seats: &[&str],
    plan: Plan,
) -> (Generation, Vec<Share>) {
    let seats: Vec<_> = seats.iter().map(|text| seat(text)).collect();
    let request = approved(&renewal(base, How::Reshare { seats: seats.clone(), plan }));
    let dealers = shares.iter().filter(|share| seats.contains(&share.seat()));
    let deals: Vec<_> = (31..)
        .zip(dealers)
        .map(|(number, share)| {
            deal_share(base, &request, &memory(), share, entropy(number)).unwrap()
        })
        .collect();
    let succession = Succession::of(base, &request, checked(&deals, base, &request)).unwrap();
    let next = succession.generation().clone();
    let receive = |(seat, _)| succession.receive(seat, &parcels_for(&deals, seat), None).unwrap();
    let shares = next.plan().seats().map(receive).collect();
    (next, shares)
}

#[test]
fn refreshed_shares_open_the_same_vault() {
    let Dealt { vault, generation, shares } = dealt();
    let (next, renewed) = refreshed(&generation, &shares);
    assert_eq!(next.number(), 2);
    assert_eq!(next.key_commitment(), generation.key_commitment());
    assert_eq!(next.manifest().vault, vault.id());
    assert!(restores(&next, &vault, of(&renewed, &["1.1", "1.3", "3.2", "3.3"])));
    for (old, new) in shares.iter().zip(&renewed) {
        assert_ne!(old.to_bytes()[NUMBER], new.to_bytes()[NUMBER]);
    }
}

#[test]
fn a_reshare_changes_people_places_and_thresholds() {
    let Dealt { vault, generation, shares } = dealt();
    let plan = plan_of(3, &[(1, 2), (2, 4), (3, 5), (2, 2)]);
    let (next, renewed) =
        reshared(&generation, &shares, &["1.1", "1.3", "3.2", "3.3"], plan.clone());
    assert_eq!(*next.plan(), plan);
    assert_eq!(next.key_commitment(), generation.key_commitment());
    let chosen = ["1.2", "2.1", "2.4", "4.1", "4.2"];
    assert!(restores(&next, &vault, of(&renewed, &chosen)));
    let too_few = combined(&next, &vault, of(&renewed, &chosen[..4])).unwrap_err();
    assert_eq!(too_few.code(), "combine.missing");
    let (third, again) =
        reshared(&next, &renewed, &["1.1", "3.1", "3.3", "3.5", "4.1", "4.2"], self::plan());
    assert_eq!(third.number(), 3);
    assert!(restores(&third, &vault, &again));
}

#[test]
fn everyone_computes_the_same_manifest_from_the_same_deals() {
    let Dealt { generation, .. } = dealt();
    let request = approved(&renewal(&generation, How::Refresh));
    let deals: Vec<_> = [21, 22, 23]
        .map(|number| deal_zero(&generation, &request, &memory(), entropy(number)).unwrap())
        .into();
    let id = |order: [usize; 3]| {
        let deals = order.map(|at| CheckedDeal::read(&deals[at].0, &generation, &request).unwrap());
        Succession::of(&generation, &request, deals.into()).unwrap().generation().id()
    };
    assert_eq!(id([0, 1, 2]), id([2, 0, 1]));
    let fewer = checked(&deals[..2], &generation, &request);
    let fewer = Succession::of(&generation, &request, fewer).unwrap();
    assert_ne!(fewer.generation().id(), id([0, 1, 2]));
}

fn repair_request(base: &Generation, lost: &str, helpers: &[&str]) -> Approved<Renewal> {
    let helpers = helpers.iter().map(|text| seat(text)).collect();
    approved(&renewal(base, How::Repair { lost: seat(lost), helpers }))
}

#[test]
fn a_lost_share_is_repaired_to_what_it_was() {
    let plan = plan_of(2, &[(3, 5), (1, 2), (2, 3)]);
    let Dealt { generation, shares, .. } = dealt_by(&plan, 1);
    for (lost, helpers) in
        [("1.4", vec!["1.1", "1.2", "1.5"]), ("2.1", vec!["2.2"]), ("3.2", vec!["3.1", "3.3"])]
    {
        let request = repair_request(&generation, lost, &helpers);
        let deals: Vec<_> = (41..)
            .zip(of(&shares, &helpers))
            .map(|(number, share)| {
                deal_repair(&generation, &request, &memory(), share, entropy(number)).unwrap()
            })
            .collect();
        let envelopes: Vec<_> = deals.iter().map(|(envelope, _)| envelope.clone()).collect();
        let repair = Repair::read(&generation, &request, &envelopes).unwrap();
        let sum =
            |text: &&str| repair.add_up(seat(text), &parcels_for(&deals, seat(text))).unwrap();
        let sums: Vec<_> = helpers.iter().map(sum).collect();
        let share = repair.finish(&sums).unwrap();
        assert_eq!(share.to_bytes(), of(&shares, &[lost])[0].to_bytes());
    }
}

#[test]
fn a_wrong_piece_or_sum_of_a_repair_is_named() {
    let Dealt { generation, shares, .. } = dealt();
    let helpers = ["1.1", "1.2"];
    let request = repair_request(&generation, "1.3", &helpers);
    let deals: Vec<_> = (41..)
        .zip(of(&shares, &helpers))
        .map(|(number, share)| {
            deal_repair(&generation, &request, &memory(), share, entropy(number)).unwrap()
        })
        .collect();
    let envelopes: Vec<_> = deals.iter().map(|(envelope, _)| envelope.clone()).collect();
    let repair = Repair::read(&generation, &request, &envelopes).unwrap();
    let mut pieces = parcels_for(&deals, seat("1.2"));
    pieces[0] = wrong(&pieces[0]);
    let dealer = Dealer { seat: Some(seat("1.1")), deal: envelopes[0].id() };
    let refused = repair.add_up(seat("1.2"), &pieces).unwrap_err();
    assert_eq!(refused, NotRenewed::Parcel { dealer, seat: seat("1.2") });
    let sum = |text| repair.add_up(seat(text), &parcels_for(&deals, seat(text))).unwrap();
    let refused = repair.finish(&[wrong(&sum("1.1")), sum("1.2")]).unwrap_err();
    let dealer = Dealer { seat: Some(seat("1.1")), deal: request.id() };
    assert_eq!(refused, NotRenewed::Parcel { dealer, seat: seat("1.3") });

    let mut lie: RepairDeal = serde_json::from_slice(envelopes[0].payload()).unwrap();
    lie.pieces.swap(0, 1);
    assert!(
        Repair::read(&generation, &request, &[signed(&lie, &[]), envelopes[1].clone()]).is_ok()
    );
    lie.pieces[0] = generation.key_commitment().unwrap();
    let lie = signed(&lie, &[]);
    let refused =
        Repair::read(&generation, &request, &[lie.clone(), envelopes[1].clone()]).unwrap_err();
    let dealer = Dealer { seat: Some(seat("1.1")), deal: lie.id() };
    assert_eq!(refused, NotRenewed::Lie { dealer });
    let one = Repair::read(&generation, &request, &envelopes[..1]).unwrap_err();
    assert_eq!(one, NotRenewed::Deals { got: 1, needed: 2 });
}

/// The parcel with another number.
pub fn wrong(parcel: &Parcel) -> Parcel {
    use sha2::{Digest as _, Sha256};
    let mut bytes = parcel.to_bytes().to_vec();
    bytes[60] ^= 1;
    let sum = Sha256::digest(&bytes[..92]);
    bytes[92..].copy_from_slice(&sum[..4]);
    Parcel::from_bytes(&bytes).unwrap()
}

#[test]
fn the_old_generation_is_in_service_until_everyone_has_acknowledged() {
    let Dealt { vault, generation, shares } = dealt();
    let (next, renewed) = refreshed(&generation, &shares);
    let mut memory = memory();
    memory.allows(&generation).unwrap();
    let receipts = all_receipts(&next);
    let none = Default::default();
    let note = || "the old shares were burnt".to_owned();
    let propose = |receipts: &[CheckedReceipt], dropped| {
        Retirement::propose(&generation, &next, receipts, dropped, today(), note())
    };
    let missing = propose(&receipts[1..], &none).unwrap_err();
    assert_eq!(missing, NotClosed::Unacknowledged(vec![seat("1.1")]));
    assert!(restores(&generation, &vault, &shares));

    let retirement = approved(&propose(&receipts, &none).unwrap());
    memory.retire(&retirement, &generation, &next, &receipts).unwrap();
    assert_eq!(memory.allows(&generation).unwrap_err().code(), "generation.retired");
    memory.allows(&next).unwrap();
    assert!(restores(&next, &vault, &renewed));
    let request = approved(&unseal(&generation, Purpose::Restore));
    let refused = Combination::begin(&generation, &vault, &request, &memory).unwrap_err();
    assert_eq!(refused.code(), "generation.retired");
}

#[test]
fn freshness_is_counted_for_each_location_and_says_what_is_overdue() {
    let Dealt { generation, .. } = dealt();
    let read = |text: &str, looked, day: &str| {
        let receipt = receipt(&generation, seat(text), looked, date(day));
        let envelope = signed(&receipt, &[custodian_key(seat(text))]);
        CheckedReceipt::read(&envelope, &generation).unwrap()
    };
    let opened = |text| read(text, Looked::Opened, "2026-11-20");
    let verdict = |receipts: &[CheckedReceipt], today| {
        Freshness::of(&generation, receipts, Rhythm::YEARLY, date(today))
    };
    assert_eq!(verdict(&[], "2026-11-20").verdict, Verdict::Unproven);
    let mut receipts: Vec<_> = ["1.1", "1.2", "2.1", "2.3", "3.1"].map(opened).into();
    let fresh = verdict(&receipts, "2026-11-20");
    assert_eq!((fresh.verdict, fresh.spare), (Verdict::Fresh, 0));
    assert_eq!(fresh.locations[2].verdict, Verdict::Unproven);
    assert_eq!(fresh.locations[0].seats[0].due, Some(date("2027-02-20")));
    assert_eq!(verdict(&receipts, "2027-02-20").verdict, Verdict::Fresh);
    assert_eq!(verdict(&receipts, "2027-02-21").verdict, Verdict::Overdue);
    for text in ["1.1", "1.2", "2.1", "2.3"] {
        receipts.push(read(text, Looked::Stored, "2027-02-21"));
    }
    assert_eq!(verdict(&receipts, "2027-02-21").verdict, Verdict::Fresh);
    receipts.push(read("1.1", Looked::Stored, "2027-11-21"));
    assert_eq!(verdict(&receipts, "2027-11-22").locations[0].verdict, Verdict::Overdue);
    let future = verdict(&receipts, "2027-02-20");
    assert_eq!(future.from_the_future, ["1.1", "1.2", "2.1", "2.3"].map(seat));
}

#[test]
fn a_receipt_counts_if_its_custodian_signed_it_for_this_manifest() {
    let Dealt { generation, shares, .. } = dealt();
    let (next, _) = refreshed(&generation, &shares);
    let good = receipt(&generation, seat("1.1"), Looked::Opened, today());
    let read = |receipt: &Receipt, key, generation: &Generation| {
        CheckedReceipt::read(&signed(receipt, &[key]), generation).map_err(|error| error.code())
    };
    assert!(read(&good, 0x11, &generation).is_ok());
    assert_eq!(read(&good, 0x12, &generation).unwrap_err(), "document.not_signed");
    assert_eq!(read(&good, 0x11, &next).unwrap_err(), "receipt.other_manifest");
    let nobody = Receipt { seat: seat("4.1"), ..good };
    assert_eq!(read(&nobody, 0x11, &generation).unwrap_err(), "receipt.no_seat");
    let old = Receipt { date: date("2026-11-19"), ..good };
    assert_eq!(read(&old, 0x11, &generation).unwrap_err(), "receipt.too_old");
}
