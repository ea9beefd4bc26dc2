//! Threat 9. Someone deals a wrong number in a renewal, or receivers use different deals.

use super::*;
use crate::renewing::wrong;

#[test]
fn a_refresh_that_does_not_deal_zero_is_caught_without_any_parcel() {
    let Dealt { generation, .. } = dealt();
    let request = approved(&renewal(&generation, How::Refresh));
    let (envelope, _) = deal_zero(&generation, &request, &memory(), entropy(5)).unwrap();
    let good: Deal = serde_json::from_slice(envelope.payload()).unwrap();
    let lie = Deal { commitments: generation.manifest().commitments.clone(), ..good };
    let lie = signed(&lie, &[]);
    let refused = CheckedDeal::read(&lie, &generation, &request).unwrap_err();
    let dealer = Dealer { seat: None, deal: lie.id() };
    assert_eq!(refused, NotRenewed::Lie { dealer });
}

fn reshare(generation: &Generation) -> Renewal {
    let seats = ["1.1", "1.2", "2.1", "2.3"].map(seat).into();
    renewal(generation, How::Reshare { seats, plan: plan_of(1, &[(2, 3)]) })
}

#[test]
fn a_reshare_of_another_number_than_ones_own_is_caught_without_any_parcel() {
    let Dealt { generation, shares, .. } = dealt();
    let request = approved(&reshare(&generation));
    let (envelope, _) =
        deal_share(&generation, &request, &memory(), &shares[0], entropy(5)).unwrap();
    let mut lie: Deal = serde_json::from_slice(envelope.payload()).unwrap();
    lie.seat = Some(seat("1.2"));
    let lie = signed(&lie, &[]);
    let refused = CheckedDeal::read(&lie, &generation, &request).unwrap_err();
    let dealer = Dealer { seat: Some(seat("1.2")), deal: lie.id() };
    assert_eq!(refused, NotRenewed::Lie { dealer });
}

#[test]
fn wrong_missing_double_and_strange_parcels_are_named() {
    let Dealt { generation, shares, .. } = dealt();
    let request = approved(&reshare(&generation));
    let deals: Vec<_> = (51..)
        .zip(of(&shares, &["1.1", "1.2", "2.1", "2.3"]))
        .map(|(number, share)| {
            deal_share(&generation, &request, &memory(), share, entropy(number)).unwrap()
        })
        .collect();
    let checked: Vec<_> = deals
        .iter()
        .map(|(envelope, _)| CheckedDeal::read(envelope, &generation, &request).unwrap())
        .collect();
    let succession = Succession::of(&generation, &request, checked.clone()).unwrap();
    let parcels = || -> Vec<Parcel> {
        let first = deals.iter().map(|(_, parcels)| &parcels[0]);
        first.map(|parcel| Parcel::from_bytes(&parcel.to_bytes()).unwrap()).collect()
    };
    let to = seat("1.1");
    assert!(succession.receive(to, &parcels(), None).is_ok());
    let dealer = checked[2].dealer();
    let mut changed = parcels();
    changed[2] = wrong(&changed[2]);
    let refused = succession.receive(to, &changed, None).unwrap_err();
    assert_eq!(refused, NotRenewed::Parcel { dealer, seat: to });
    let mut missing = parcels();
    missing.remove(2);
    let refused = succession.receive(to, &missing, None).unwrap_err();
    assert_eq!(refused, NotRenewed::NoParcel { dealer, seat: to });
    let mut double = parcels();
    double.push(parcels().remove(2));
    let refused = succession.receive(to, &double, None).unwrap_err();
    assert_eq!(refused, NotRenewed::Twice { dealer });
    let refused = succession.receive(seat("1.2"), &parcels(), None).unwrap_err();
    assert_eq!(refused.code(), "renewal.strange_parcel");

    let fewer = Succession::of(&generation, &request, checked[..3].to_vec()).unwrap_err();
    assert_eq!(fewer, NotRenewed::Deals { got: 3, needed: 4 });
    let twice = [checked.clone(), checked[..1].to_vec()].concat();
    assert_eq!(Succession::of(&generation, &request, twice).unwrap_err().code(), "renewal.twice");
}

#[test]
fn receivers_with_different_deals_get_different_manifests() {
    let Dealt { generation, shares, .. } = dealt();
    let request = approved(&reshare(&generation));
    let id = |last: u8| {
        let deals = [51, 52, 53, last];
        let deals =
            deals.iter().zip(of(&shares, &["1.1", "1.2", "2.1", "2.3"])).map(|(number, share)| {
                let (envelope, _) =
                    deal_share(&generation, &request, &memory(), share, entropy(*number)).unwrap();
                CheckedDeal::read(&envelope, &generation, &request).unwrap()
            });
        Succession::of(&generation, &request, deals.collect()).unwrap().generation().id()
    };
    assert_eq!(id(54), id(54));
    assert_ne!(id(54), id(55));
}

#[test]
fn a_choice_that_is_not_exact_is_refused() {
    let Dealt { generation, shares, .. } = dealt();
    for seats in [
        vec!["1.1", "1.2", "2.1"],
        vec!["1.1", "1.2", "1.3", "2.1", "2.2"],
        vec!["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"],
        vec!["1.1", "1.2", "4.1", "4.2"],
    ] {
        let seats: Vec<_> = seats.into_iter().map(seat).collect();
        let how = How::Reshare { seats, plan: plan() };
        let request = approved(&renewal(&generation, how));
        let refused = deal_share(&generation, &request, &memory(), &shares[0], entropy(5));
        assert_eq!(refused.unwrap_err(), NotRenewed::Choice);
    }
    let request = approved(&reshare(&generation));
    let refused = deal_share(&generation, &request, &memory(), &shares[8], entropy(5)).unwrap_err();
    assert_eq!(refused, NotRenewed::NotNamed { seat: seat("3.3") });
}
