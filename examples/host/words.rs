//! Words: what a document says, as the person reads it who approves or carries it out.

use super::failure::ErrorObject;
use brainswap::{
    HostCard, HostId, Lanes, Position,
    authority::Name,
    charter::NamedPermission,
    document::Envelope,
    evidence::{Approvable, NotEvidence, Signed},
    identity::{Genesis, History},
    order::{At, Move, Order, Void},
};

/// What a document says that can be approved with a key alone.
///
/// A fence can not: its approver must also keep what it approved before (rule AP1).
///
/// # Errors
///
/// It is another document, a signature under it is wrong, or its form is.
pub fn approvable(document: &Envelope) -> Result<Vec<String>, ErrorObject> {
    let mut says = if let Ok(signed) = Signed::<Order>::verify(document) {
        order(signed.document(), &|host| host.short())
    } else if let Ok(signed) = Signed::<Void>::verify(document) {
        void(signed.document())
    } else {
        genesis(checked::<Genesis>(document)?.document())
    };
    says.push(format!("approved so far by {}", signers(document)));
    Ok(says)
}

/// What an order says, with the hosts named so.
pub fn order(order: &Order, name: &dyn Fn(HostId) -> String) -> Vec<String> {
    let mut says = vec![format!("an ORDER that moves {} of the identities", order.moves.len())];
    says.extend(order.moves.iter().take(20).flat_map(|part| part_says(part, name)));
    if order.moves.len() > 20 {
        says.push(format!("... and {} more, in the file", order.moves.len() - 20));
    }
    if !order.note.is_empty() {
        says.push(format!("note: {:?}", order.note));
    }
    says
}

fn part_says(part: &Move, name: &dyn Fn(HostId) -> String) -> [String; 2] {
    let at = match &part.at {
        At::Now => "right after the last position signed".into(),
        At::Position(at) => format!("at {at}: the source signs below, the target from there"),
    };
    let expires = match &part.expires {
        None => "never expires".into(),
        Some(expires) => format!("expires at {expires}"),
    };
    [
        format!("identity {} from {} to {}", part.identity, name(part.from), name(part.to)),
        format!("  {at}; term {}, after lease {}; {expires}", part.term, part.base.short()),
    ]
}

/// What a genesis document says.
pub fn genesis(genesis: &Genesis) -> Vec<String> {
    let history = match &genesis.history {
        History::NewKey => "the key is new and has never signed".into(),
        History::Imported { marks } => {
            let last = marks.map(|_, mark| mark.map_or(Position::START, |mark| mark.position));
            format!("YOU ASSERT that the key's last signatures were at {last}")
        }
        History::SignedBelow | _ => {
            format!("YOU ASSERT that the key signed nothing at or above {}", genesis.from)
        }
    };
    let mut says = vec![
        format!("a GENESIS on {} {:?}", genesis.network.chain, genesis.network.id),
        format!("key {}: {history}", genesis.public_key),
        format!("first lease from {} for host {}", genesis.from, genesis.to.short()),
        format!("every lease ends at {}", genesis.epoch.limit),
    ];
    says.extend(genesis.epoch.roster.iter().map(card));
    says.push(match genesis.epoch.witnesses.len() {
        0 => "no witnesses: an older copy of a host's disk would not be noticed".into(),
        count => format!("{count} witnesses"),
    });
    says.extend(genesis.permissions.permissions.iter().flat_map(permission));
    let links = genesis.permissions.links.iter();
    says.extend(links.map(|link| format!("{} is decided by {}", link.action, link.permission)));
    says
}

/// Who can act for a permission.
fn permission(permission: &NamedPermission) -> Vec<String> {
    let NamedPermission { name, authority, .. } = permission;
    let decides = match *name {
        Name::OWNER => "fences and everything else",
        Name::ACTIVE => "moves",
        _ => "what is linked to it",
    };
    let mut says = vec![format!("{name} ({decides}) needs weight {} of", authority.threshold)];
    says.extend(authority.keys.iter().map(|entry| format!("  {} {}", entry.weight, entry.key)));
    let levels = authority.accounts.iter();
    says.extend(levels.map(|entry| format!("  {} {}", entry.weight, entry.permission.permission)));
    let waits = authority.waits.iter();
    says.extend(waits.map(|wait| format!("  {} after {} s", wait.weight, wait.wait_sec)));
    says
}

/// Where the leases of one step end or begin: the positions, or how many there are.
pub fn positions<'a>(positions: impl Iterator<Item = &'a Lanes<Position>>) -> String {
    let mut all: Vec<String> = positions.map(ToString::to_string).collect();
    all.sort();
    all.dedup();
    match all.as_slice() {
        [one] => one.clone(),
        many => format!("{} positions", many.len()),
    }
}

fn card(card: &HostCard) -> String {
    format!(
        "may be held by {:?} {}, key sealed to {}",
        card.name,
        card.host.short(),
        card.recipient
    )
}

fn void(void: &Void) -> Vec<String> {
    let count = void.identities.len();
    vec![format!("a VOID: withdraws order {} for {count} identities", void.order)]
}

fn checked<T: Approvable>(document: &Envelope) -> Result<Signed<T>, ErrorObject> {
    Signed::<T>::verify(document).map_err(|error: NotEvidence| {
        let advice = "do not sign it; a genesis, an order or a void can be approved here";
        ErrorObject::refusal(error.code(), &error, advice)
    })
}

fn signers(document: &Envelope) -> String {
    let of = |signers: &std::collections::BTreeSet<brainswap::PublicKey>| match signers.len() {
        0 => String::from("nobody"),
        _ => signers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    document
        .verify::<Order>()
        .map(|verified| of(verified.signers()))
        .or_else(|_| document.verify::<Void>().map(|verified| of(verified.signers())))
        .or_else(|_| document.verify::<Genesis>().map(|verified| of(verified.signers())))
        .unwrap_or_default()
}
