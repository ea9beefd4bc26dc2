//! Unseal: the approved request to bring a secret back, and what a place remembers of requests.

use super::{
    date::Date,
    generation::Generation,
    manifest::{ManifestId, SetId},
};
use crate::{
    Digest, IdentityId, Nonce, OrderId,
    authority::Act,
    document::Document,
    evidence::{Approvable, Approved},
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use serde::{Deserialize, Serialize};

/// The longest time, in days, that a request may be used for.
pub const MAX_WINDOW: u32 = 92;

/// The longest texts of a request, in bytes.
const MAX_TEXT: usize = 1024;

/// A request to bring a secret back. Whoever may approve [`Act::Unseal`] signs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unseal {
    /// The set.
    pub set: SetId,
    /// The manifest of the generation whose shares are combined.
    pub manifest: ManifestId,
    /// The identity that the manifest names; null if it names none. Its charter approves.
    pub identity: Option<IdentityId>,
    /// What may come of it.
    pub purpose: Purpose,
    /// The age recipient of the machine that combines: custodians re-encrypt to it and to no
    /// other. Null if they bring their shares in person.
    pub recipient: Option<String>,
    /// The digest of the program that combines; null if the approvers do not fix it.
    pub software: Option<Digest>,
    /// Random: a request is good for one act.
    pub nonce: Nonce,
    /// The first day on which it may be used.
    pub from: Date,
    /// The last.
    pub until: Date,
    /// Why, for people.
    pub note: String,
}

/// What may come of combining shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Purpose {
    /// A proof that the shares work; the secret does not leave.
    Drill,
    /// The secret.
    Restore,
}

/// Why a request is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotARequest {
    /// It ends before it begins, or lasts too long.
    #[error(
        "the request is good from {from} until {until}; at most {MAX_WINDOW} days are accepted"
    )]
    Window {
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
    },
    /// A text is longer than is read.
    #[error("a text of the request has more than 1024 bytes")]
    Text,
    /// The seats are not in order, each once.
    #[error("the seats of the request are not in order, each once")]
    Seats,
    /// The new plan breaks a rule.
    #[error("the request's plan is not valid")]
    Plan,
}

pub(super) fn check_window(from: Date, until: Date) -> Result<(), NotARequest> {
    match until.days_since(from) {
        Some(days) if days <= MAX_WINDOW => Ok(()),
        _ => Err(NotARequest::Window { from, until }),
    }
}

pub(super) fn check_text(text: &str) -> Result<(), NotARequest> {
    if text.len() > MAX_TEXT { Err(NotARequest::Text) } else { Ok(()) }
}

impl Document for Unseal {
    const KIND: &'static str = "unseal";
}

impl Approvable for Unseal {
    type Wrong = NotARequest;

    fn act(&self) -> Act {
        Act::Unseal
    }

    fn identities(&self) -> Vec<IdentityId> {
        self.identity.into_iter().collect()
    }

    fn check_form(&self) -> Result<(), NotARequest> {
        check_window(self.from, self.until)?;
        check_text(&self.note)?;
        check_text(self.recipient.as_deref().unwrap_or_default())
    }
}

/// What the place where shares are combined or renewed knows: the day, its program, and what
/// happened before. An offline machine has it from the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Today.
    pub today: Date,
    /// The digest of the program that runs, if it is known.
    pub software: Option<Digest>,
    /// The requests that were used up.
    pub used: BTreeSet<OrderId>,
    /// For each set, the generation in service: older ones are retired.
    pub in_service: BTreeMap<SetId, (u32, ManifestId)>,
}

/// Why a request may not be used here and now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAllowed {
    /// It is about another set or generation.
    #[error("the request is about manifest {got}, not {needed}")]
    OtherManifest {
        /// What it is about.
        got: ManifestId,
        /// What is here.
        needed: ManifestId,
    },
    /// It is about another identity than the manifest, or about none.
    #[error("the request is not about the identity of the manifest")]
    OtherIdentity,
    /// Too early or too late.
    #[error("today is {today}; the request is good from {from} until {until}")]
    NotToday {
        /// Today.
        today: Date,
        /// Its first day.
        from: Date,
        /// Its last day.
        until: Date,
    },
    /// It was used before.
    #[error("request {request} was used before")]
    Used {
        /// Which.
        request: OrderId,
    },
    /// Another program was approved.
    #[error("another program was approved than the one that runs")]
    OtherSoftware,
    /// The generation was retired.
    #[error("generation {got} is retired: generation {in_service} is in service")]
    Retired {
        /// The one asked for.
        got: u32,
        /// The one in service.
        in_service: u32,
    },
    /// Another manifest of this generation is in service.
    #[error("manifest {in_service} is in service, not {got}")]
    OtherInService {
        /// The one asked for.
        got: ManifestId,
        /// The one in service.
        in_service: ManifestId,
    },
}

impl NotAllowed {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherManifest { .. } => "request.other_manifest",
            Self::OtherIdentity => "request.other_identity",
            Self::NotToday { .. } => "request.not_today",
            Self::Used { .. } => "request.used",
            Self::OtherSoftware => "request.other_software",
            Self::Retired { .. } => "generation.retired",
            Self::OtherInService { .. } => "generation.other_in_service",
        }
    }

    /// The next step that is safe.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Retired { .. } | Self::OtherInService { .. } => {
                "use the manifest and the shares of the generation in service"
            }
            Self::OtherSoftware => "use the program that the approvers fixed",
            Self::OtherManifest { .. }
            | Self::OtherIdentity
            | Self::NotToday { .. }
            | Self::Used { .. } => "ask the approvers for a new request",
        }
    }
}

impl Memory {
    /// A place that knows nothing but the day.
    #[must_use]
    pub const fn new(today: Date) -> Self {
        Self { today, software: None, used: BTreeSet::new(), in_service: BTreeMap::new() }
    }

    /// Whether a generation may still be used: no newer one is in service.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::Retired`] or [`NotAllowed::OtherInService`].
    pub fn allows(&self, generation: &Generation) -> Result<(), NotAllowed> {
        let Some((number, id)) = self.in_service.get(&generation.set()) else { return Ok(()) };
        if generation.number() < *number {
            let got = generation.number();
            return Err(NotAllowed::Retired { got, in_service: *number });
        }
        if generation.number() == *number && generation.id() != *id {
            return Err(NotAllowed::OtherInService { got: generation.id(), in_service: *id });
        }
        Ok(())
    }

    /// Whether an approved request to bring a secret back may be used here and now.
    ///
    /// # Errors
    ///
    /// [`NotAllowed`].
    pub fn admits(
        &self,
        request: &Approved<Unseal>,
        generation: &Generation,
    ) -> Result<(), NotAllowed> {
        let Unseal { set, manifest, identity, software, from, until, .. } = request.document();
        let about = (*set, *manifest, *identity);
        self.admits_parts(request.id(), about, (*from, *until), generation)?;
        if software.is_some() && *software != self.software {
            return Err(NotAllowed::OtherSoftware);
        }
        Ok(())
    }

    pub(super) fn admits_parts(
        &self,
        request: OrderId,
        (set, manifest, identity): (SetId, ManifestId, Option<IdentityId>),
        (from, until): (Date, Date),
        generation: &Generation,
    ) -> Result<(), NotAllowed> {
        if (set, manifest) != (generation.set(), generation.id()) {
            return Err(NotAllowed::OtherManifest { got: manifest, needed: generation.id() });
        }
        if identity != generation.manifest().identity {
            return Err(NotAllowed::OtherIdentity);
        }
        if self.today < from || self.today > until {
            return Err(NotAllowed::NotToday { today: self.today, from, until });
        }
        if self.used.contains(&request) {
            return Err(NotAllowed::Used { request });
        }
        self.allows(generation)
    }
}
