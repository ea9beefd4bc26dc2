//! Whereabouts: how far an order has come, from what both hosts' records say, and who signs now.

use super::{failure::Exit, request::Status};
use brainswap::{
    HostId, IdentityId, OrderId,
    handover::Standing,
    order::{Move, Order, declined},
};
use std::collections::BTreeMap;

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whereabouts {
    /// The target holds what the order gives it, or did until a later order.
    Done,
    /// The source holds it still: nothing was released.
    NotReleased,
    /// The source has it back: the target declined.
    Home,
    /// The source has released, and signs up to a position that lies ahead.
    Limited,
    /// The source has released, and the target has not begun.
    Released,
    /// The target handed it back, and the source has not taken it back.
    Declined,
    /// The source's lease is another than the order ends.
    Stale,
    /// A host did not say.
    Unknown,
}

/// What one host says of each identity.
type Known<'s> = BTreeMap<IdentityId, &'s Standing>;

impl Whereabouts {
    /// Reads both hosts' answers; `None` is a host that did not answer.
    pub fn of(order: &Order, id: OrderId, hosts: [Option<&Status>; 2]) -> Self {
        let hosts: BTreeMap<HostId, Known<'_>> = hosts
            .into_iter()
            .flatten()
            .map(|status| {
                let said = status.identities.iter().map(|said| (said.identity, said));
                (status.host, said.collect())
            })
            .collect();
        let parts: Vec<Self> =
            order.moves.iter().map(|part| Self::of_part(part, id, &hosts)).collect();
        let all = |wanted: Self| parts.iter().all(|part| *part == wanted);
        let any = |wanted: Self| parts.contains(&wanted);
        if all(Self::Done) || all(Self::NotReleased) || all(Self::Home) {
            return parts.first().copied().unwrap_or(Self::Unknown);
        }
        // The most pressing part speaks for all.
        let pressing = [Self::Unknown, Self::Stale, Self::Declined, Self::Released, Self::Limited];
        pressing.into_iter().find(|state| any(*state)).unwrap_or(Self::Released)
    }

    fn of_part(part: &Move, id: OrderId, hosts: &BTreeMap<HostId, Known<'_>>) -> Self {
        let said = |host| hosts.get(&host)?.get(&part.identity).copied();
        let (giver, taker) = (said(part.from), said(part.to));
        if giver.is_some_and(|giver| giver.lease == Some(declined(id))) {
            return Self::Home;
        }
        if let Some(taker) = taker.filter(|taker| taker.lease == Some(id)) {
            return match taker.released {
                Some(order) if order == declined(id) => Self::Declined,
                _ => Self::Done,
            };
        }
        let Some(giver) = giver else {
            return if hosts.contains_key(&part.from) { Self::Stale } else { Self::Unknown };
        };
        match giver.released {
            None if giver.lease == Some(part.base) => Self::NotReleased,
            Some(order) if order == id && !hosts.contains_key(&part.to) => Self::Unknown,
            Some(order) if order == id => Self::limited(giver),
            _ => Self::Stale,
        }
    }

    fn limited(giver: &Standing) -> Self {
        if giver.signs { Self::Limited } else { Self::Released }
    }

    /// The exit code of a swap that stopped here.
    pub const fn exit(self) -> Exit {
        match self {
            Self::Done => Exit::Done,
            Self::NotReleased | Self::Home => Exit::SourceActive,
            Self::Limited | Self::Released | Self::Declined => Exit::NobodyActive,
            Self::Stale => Exit::Refused,
            Self::Unknown => Exit::Unknown,
        }
    }

    /// Who signs now, for a person.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "the target holds the identity",
            Self::NotReleased => "the source holds the identity and goes on signing",
            Self::Home => "the target declined; the source holds the identity again",
            Self::Limited => {
                "the source signs up to the position that it released at, then nobody does"
            }
            Self::Released => "the source has ended, and the target has not begun: nobody signs",
            Self::Declined => "the target handed the identity back: nobody signs",
            Self::Stale => "the source holds another lease than the order ends",
            Self::Unknown => "a host did not answer: it may be signing, or not",
        }
    }

    /// The next step, for a person.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Done => "nothing is left to do",
            Self::NotReleased => "swap again, or leave it: nothing was ended",
            Self::Home => "make a new order if the identity is to move",
            Self::Limited => "`host resume` before the source gets there",
            Self::Released => "`host resume` now; or `host decline` to bring it back to the source",
            Self::Declined => "`host decline` again: the source takes the identity back",
            Self::Stale => "ask both hosts for `host status`; make the order again from it",
            Self::Unknown => "bring both hosts back, then `host resume`; start nothing by hand",
        }
    }
}
