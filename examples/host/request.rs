//! Request: what a host can be asked over its channel, and what it answers (docs/channel.md).

use super::failure::ErrorObject;
use base64ct::{Base64, Encoding as _};
use brainswap::{
    HostId, IdentityId, OrderId, PublicKey, Session, document::Envelope, handover::Standing,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

/// A request, as `{"do": "...", ...}`.
///
/// Every one may be sent again: a host that has done it already answers as it did before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// What the host's records say of every identity. Answer: `status`.
    Status {},
    /// The genesis document of an identity. Answer: `document`.
    Genesis {
        /// Which identity.
        identity: IdentityId,
    },
    /// Takes up an identity. Answer: `identity`.
    Adopt {
        /// Its genesis document.
        document: Dsse,
    },
    /// An order, fence or genesis document that the host has accepted. Answer: `document`.
    Order {
        /// Which.
        id: OrderId,
    },
    /// An amendment to take up, a plan whose wait begins, or a veto. Answer: `done`.
    Decide {
        /// The amendment, order, fence or veto.
        document: Dsse,
    },
    /// Every document of an identity's charter, the genesis first. Answer: `documents`.
    Charter {
        /// Which identity.
        identity: IdentityId,
    },
    /// H5. Answer: `documents`, a `ready` and perhaps an `activated`.
    Prepare {
        /// The order.
        order: Dsse,
    },
    /// H6. Answer: `document`, the `release`.
    Release {
        /// The order.
        order: Dsse,
        /// The promises of every target.
        readies: Vec<Dsse>,
    },
    /// H7. Answer: `documents`, an `activated` and perhaps questions for witnesses.
    Activate {
        /// The order.
        order: Dsse,
        /// The source's release.
        release: Dsse,
    },
    /// H8, at the target. Answer: `document`, the `decline`.
    Decline {
        /// The order.
        order: Dsse,
        /// The source's release.
        release: Dsse,
    },
    /// H8, at the source. Answer: `documents`, an `activated` and perhaps questions.
    TakeBack {
        /// The order.
        order: Dsse,
        /// The target's decline.
        decline: Dsse,
    },
    /// H9, at the source. Answer: `document`, the `tail`.
    Close {
        /// The order that it released under.
        order: OrderId,
    },
    /// H9, at the target. Answer: `done`.
    Tail {
        /// The source's tail.
        tail: Dsse,
    },
    /// H10. Answer: `done`.
    Void {
        /// The approved withdrawal.
        void: Dsse,
    },
    /// H11. Answer: `document`, the `fence-ack`.
    Obey {
        /// The fence.
        fence: Dsse,
    },
    /// H12. Answer: `documents`, an `activated` and perhaps questions.
    TakeOver {
        /// The fence.
        fence: Dsse,
        /// The acknowledgements.
        acks: Vec<Dsse>,
    },
    /// Questions for the witnesses. Answer: `documents`.
    Attestations {},
    /// A witness's answer. Answer: `documents`, further questions if any.
    Attested {
        /// The answer.
        answer: Dsse,
    },
    /// Asks the host as a witness. Answer: `documents`, one answer, or none to a copy.
    Witness {
        /// The question.
        question: Dsse,
    },
    /// An identity's key, sealed to one host of the roster. Answer: `key`.
    ExportKey {
        /// Which identity.
        identity: IdentityId,
        /// The age recipient of a host of its roster.
        recipient: String,
    },
    /// Takes up an identity's key that is sealed to this host. Answer: `done`.
    ImportKey {
        /// Which identity.
        identity: IdentityId,
        /// The sealed key.
        sealed: Bytes,
    },
    /// Counters. Answer: `counters`.
    Counters {},
}

/// What a request that was carried out answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// To `status`.
    Status(Status),
    /// One document.
    Document(Dsse),
    /// Documents, in the order in which they were made.
    Documents(Vec<Dsse>),
    /// To `adopt`.
    Identity(IdentityId),
    /// To `export_key`.
    Key {
        /// The sealed key.
        sealed: Bytes,
    },
    /// Nothing but that it is done, and durable.
    Done {},
    /// To `counters`.
    Counters(Counters),
}

/// `{"ok": answer}` or `{"error": error}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Reply {
    /// It was carried out.
    Ok(Answer),
    /// It was not, or nobody knows.
    Error(ErrorObject),
}

/// What a host says of itself and of every identity it knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Which host.
    pub host: HostId,
    /// Its name, for people.
    pub name: String,
    /// Its process.
    pub session: Session,
    /// What its records say.
    pub identities: Vec<Standing>,
    /// The identities whose keys are loaded, with their public keys.
    pub keys: Vec<(IdentityId, PublicKey)>,
}

/// What a host counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counters {
    /// How often the journal's medium was told to make something durable, in this process.
    pub syncs: u64,
    /// How many signatures were given to the local node, in this process.
    pub signatures: u64,
    /// How many requests to sign were refused, in this process.
    pub refusals: u64,
}

/// A document, as its DSSE value in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dsse(pub Envelope);

/// Bytes, as base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Request {
    /// Whether a host that is not an operator may ask this: it reads, or concerns witnesses.
    pub const fn is_open_to_peers(&self) -> bool {
        matches!(
            self,
            Self::Status {}
                | Self::Genesis { .. }
                | Self::Order { .. }
                | Self::Witness { .. }
                | Self::Attested { .. }
                | Self::Tail { .. }
        )
    }
}

impl Serialize for Dsse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Value =
            serde_json::from_str(&self.0.to_json()).map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Dsse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?.to_string();
        Envelope::from_json(json.as_bytes()).map(Self).map_err(de::Error::custom)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Base64::decode_vec(&text).map(Self).map_err(|_| de::Error::custom("not base64"))
    }
}
