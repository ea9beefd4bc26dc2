//! Words: what a document says, as the person reads it who approves or carries it out.

use brainswap::{
    HostCard, HostId, Lanes, Position,
    authority::Name,
    charter::{Amendment, Charter, Decision, NamedPermission, ShardSet},
    document::{Document as _, Envelope},
    evidence::{Approvable, NotEvidence, Signed},
    identity::{Genesis, History},
    order::{At, Fence, Move, Order, Veto, Void},
};

/// What a document says that people approve, and who has approved it so far.
///
/// # Errors
///
/// It is another document, a signature under it is wrong, or its form is.
pub fn document(document: &Envelope) -> Result<Vec<String>, NotEvidence> {
    match document.kind() {
        Some(Order::KIND) => said(document, |said| order(said, &|host| host.short())),
        Some(Void::KIND) => said(document, void),
        Some(Veto::KIND) => said(document, veto),
        Some(Fence::KIND) => said(document, fence),
        Some(Amendment::KIND) => said(document, amendment),
        _ => said(document, genesis),
    }
}

fn said<T: Approvable>(
    document: &Envelope,
    says: impl FnOnce(&T) -> Vec<String>,
) -> Result<Vec<String>, NotEvidence> {
    let signed = Signed::<T>::verify(document)?;
    let mut says = says(signed.document());
    let signers: Vec<String> = signed.signers().iter().map(ToString::to_string).collect();
    let signers = if signers.is_empty() { "nobody".into() } else { signers.join(", ") };
    says.push(format!("approved so far by {signers}"));
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
#[allow(dead_code, reason = "the example `host` shows it, the example `ceremony` does not")]
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

fn veto(veto: &Veto) -> Vec<String> {
    let count = veto.identities.len();
    vec![format!("a VETO: the waiting of plan {} ends for {count} identities", veto.plan)]
}

fn fence(fence: &Fence) -> Vec<String> {
    let mut says = vec![
        format!("a FENCE: identity {} is taken over WITHOUT a release", fence.identity),
        format!("host {} signs from {} on, in epoch {}", fence.to.short(), fence.at, fence.number),
        format!("made under charter head {}", fence.charter.short()),
    ];
    says.extend(fence.covers.iter().map(|host| {
        if fence.gone.contains(host) {
            format!("YOU ASSERT that host {} is gone and will never run again", host.short())
        } else {
            format!("host {} must acknowledge", host.short())
        }
    }));
    says.push(format!("it rests on: {:?}", fence.evidence));
    says.push(format!("every lease of the epoch ends at {}", fence.epoch.limit));
    says.extend(fence.epoch.roster.iter().map(card));
    says.push(format!("{} witnesses", fence.epoch.witnesses.len()));
    says
}

fn amendment(amendment: &Amendment) -> Vec<String> {
    let mut says = vec![
        format!("AMENDMENT {} of identity {}", amendment.number, amendment.identity),
        format!("follows head {}", amendment.previous),
    ];
    says.extend(amendment.replaces.iter().map(|id| format!("takes the place of {id}")));
    says.extend(decision(&amendment.decision));
    if !amendment.note.is_empty() {
        says.push(format!("note: {:?}", amendment.note));
    }
    says
}

fn decision(decision: &Decision) -> Vec<String> {
    let shards = |set: &ShardSet| format!("set {}, generation {}", set.set, set.generation);
    match decision {
        Decision::SetPermission(set) => {
            let below = format!("permission {}, below {}, is from now on:", set.name, set.parent);
            [vec![below], permission(set)].concat()
        }
        Decision::DeletePermission { name } => vec![format!("permission {name} is deleted")],
        Decision::LinkAction { action, permission } if action.is_empty() => {
            vec![format!("whatever active decides is decided by {permission} too")]
        }
        Decision::LinkAction { action, permission } => {
            vec![format!("{action} is decided by {permission} from now on, and by those above it")]
        }
        Decision::UnlinkAction { action } => {
            vec![format!("{action} is decided by its default permission again")]
        }
        Decision::EnrolHost { card: enrolled } => {
            vec!["a host is enrolled: it may be put on a roster".into(), card(enrolled)]
        }
        Decision::RemoveHost { host } => {
            vec![format!("host {host} receives the identity no more")]
        }
        Decision::RotateSigner { public_key, successor } => {
            vec![format!("key {public_key} follows, of identity {successor}")]
        }
        Decision::SetStandby { policy: None } => vec!["nobody takes over by itself".into()],
        Decision::SetStandby { policy: Some(policy) } => {
            let hosts: Vec<String> = policy.hosts.iter().map(|host| host.short()).collect();
            let how = if policy.confirmed { "once a person confirms it" } else { "by itself" };
            vec![format!(
                "hosts {} stand by, in this order; one takes over {how}, {} s after the last \
                 renewal; holders reserve {} positions ahead",
                hosts.join(", "),
                policy.wait_sec,
                policy.stride
            )]
        }
        Decision::DealShards(set) => vec![format!("the key is dealt: {}", shards(set))],
        Decision::RefreshShards(set) => vec![format!("shards are refreshed: {}", shards(set))],
        Decision::ReshareShards(set) => {
            vec![format!("OTHER PEOPLE OR PLACES get shards: {}", shards(set))]
        }
        Decision::Claim { transaction } => vec![format!("rewards: transaction {transaction}")],
        _ => vec!["a decision that this version cannot put into words: do not approve it".into()],
    }
}

/// What holds at a head of a charter.
#[allow(dead_code, reason = "the example `ceremony` shows it, the example `host` does not")]
pub fn charter(charter: &Charter) -> Vec<String> {
    let mut says = Vec::new();
    let tree = charter.permissions().accounts();
    for (_, account) in tree.iter() {
        for (name, found) in account.permissions() {
            let (parent, authority) = (found.parent, found.authority.clone());
            says.extend(permission(&NamedPermission { name, parent, authority }));
        }
        let links = account.links().iter();
        says.extend(links.map(|(_, action, to)| format!("{action} is decided by {to}")));
    }
    says.extend(charter.hosts().map(card));
    says
}
