//! People: three approvers, of whom two must agree, and the orders that they approve.

use brainswap::{
    HostCard, HostId, IdentityId, Lanes, Position, PublicKey,
    authority::{Act, Authority as _, KeyWeight},
    charter::Permissions,
    document::{Document, Envelope},
    handover::Standing,
    identity::{Epoch, Genesis, History, LaneSpec, Mode, Network},
    key::{KeyKind, SecretKey},
    order::{At, Move, Order, Void},
};
use std::error::Error;

/// Who approves in this demonstration.
const NAMES: [&str; 3] = ["alice", "bob", "carol"];

/// Three approvers. Real ones each keep their own key, on their own machine.
pub(crate) struct People {
    keys: Vec<(&'static str, SecretKey)>,
}

impl People {
    /// Three people with new keys.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let mut keys = Vec::new();
        for name in NAMES {
            keys.push((name, SecretKey::generate(KeyKind::Ed25519)?));
        }
        Ok(Self { keys })
    }

    /// Two of the three.
    pub(crate) fn permissions(&self) -> Permissions {
        let approver = |(_, key): &(_, SecretKey)| KeyWeight { key: key.public_key(), weight: 1 };
        Permissions::flat(2, self.keys.iter().map(approver).collect())
    }

    /// The first two approve a document.
    pub(crate) fn approve<T: Document>(&self, document: &T) -> Result<Envelope, Box<dyn Error>> {
        let mut envelope = Envelope::of(document)?;
        for (_, key) in self.keys.iter().take(2) {
            key.sign_document(&mut envelope);
        }
        Ok(envelope)
    }

    /// Who has approved an order, for the header of its plan.
    pub(crate) fn tally(&self, order: &Envelope) -> Result<String, Box<dyn Error>> {
        let verified = order.verify::<Order>()?;
        let decision = self.permissions().to_tree()?.decide(Act::Swap, verified.signers(), 0);
        let all = self.keys.len();
        let mut tally = format!("{} of {all}, {} needed:", decision.gathered, decision.needed);
        for (name, key) in &self.keys {
            let mark = if verified.signers().contains(&key.public_key()) { "yes" } else { "-" };
            tally.push_str(&format!("  {name} {mark}"));
        }
        Ok(tally)
    }
}

/// The genesis document of a Clique identity: a new key, held first by `first`, from block 1 on.
pub(crate) fn genesis(
    key: PublicKey,
    first: HostId,
    mut roster: Vec<HostCard>,
    permissions: Permissions,
) -> Genesis {
    roster.sort();
    roster.sort_by_key(|card| card.host);
    Genesis {
        network: Network { chain: "clique".into(), id: "goerli-simulated".into() },
        public_key: key,
        lanes: vec![LaneSpec { name: "block".into(), floored: false }],
        from: Lanes::from(vec![Position::at_height(1)]),
        history: History::NewKey,
        to: first,
        epoch: Epoch {
            roster,
            limit: Lanes::from(vec![Position::END]),
            witnesses: Vec::new(),
            mode: Mode::Direct,
        },
        permissions,
    }
}

/// The plan of a move away from its holder, made from what the holder says of itself. `block` is
/// the first block of the new holder; `None` for now.
pub(crate) fn plan(holder: &Standing, to: HostId, block: Option<u64>, note: &str) -> Option<Order> {
    let at = match block {
        Some(block) => At::Position(Lanes::from(vec![Position::at_height(block)])),
        None => At::Now,
    };
    let part = Move {
        identity: holder.identity,
        charter: holder.charter,
        base: holder.lease?,
        term: holder.term?.next()?,
        from: holder.host,
        to,
        at,
        expires: None,
    };
    Some(Order { moves: vec![part], note: note.into() })
}

/// The withdrawal of an order.
pub(crate) fn withdrawal(order: &Envelope, identity: IdentityId) -> Void {
    Void { order: order.id(), identities: vec![identity] }
}
