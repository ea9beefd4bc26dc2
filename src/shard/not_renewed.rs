//! Not renewed: why a renewal does not go on, and whose fault it is where that can be known.

use super::{
    generation::NotOfGeneration, seat::Seat, two_level::NotConsistent, unseal::NotAllowed,
};
use crate::{OrderId, document::DocumentError};

/// Why a renewal does not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotRenewed {
    /// The request may not be used here and now.
    #[error(transparent)]
    Request(#[from] NotAllowed),
    /// The request asks for something else.
    #[error("the request does not ask for {asked}")]
    OtherAct {
        /// What was tried.
        asked: &'static str,
    },
    /// The seats that the request names are no exact choice of the generation.
    #[error("the request's seats are not exactly as many as each level needs")]
    Choice,
    /// A seat that the request does not name.
    #[error("the request does not name seat {seat}")]
    NotNamed {
        /// Which.
        seat: Seat,
    },
    /// A share is not the one of its seat.
    #[error(transparent)]
    Share(#[from] NotOfGeneration),
    /// A deal cannot be believed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A deal is about another request.
    #[error("the deal is about request {got}, not {needed}")]
    OtherRequest {
        /// Which.
        got: OrderId,
        /// Which is here.
        needed: OrderId,
    },
    /// A deal's commitments do not belong to the new plan.
    #[error("the deal of {dealer} is not consistent: {why}")]
    Deal {
        /// Whose.
        dealer: Dealer,
        /// What is wrong.
        why: NotConsistent,
    },
    /// A dealer deals another number than his own, or not zero in a refresh.
    #[error("{dealer} dealt another number than the one committed to")]
    Lie {
        /// Who.
        dealer: Dealer,
    },
    /// One dealer twice.
    #[error("{dealer} dealt twice")]
    Twice {
        /// Who.
        dealer: Dealer,
    },
    /// A dealer is missing, or there are too many.
    #[error("{got} deals; {needed} are needed")]
    Deals {
        /// How many came.
        got: usize,
        /// How many are needed at least; in a reshare, exactly.
        needed: usize,
    },
    /// A parcel of this dealer is missing.
    #[error("the parcel of {dealer} for seat {seat} is missing")]
    NoParcel {
        /// Whose.
        dealer: Dealer,
        /// For whom.
        seat: Seat,
    },
    /// A parcel that belongs to no deal here, or to another seat.
    #[error("a parcel for seat {seat} belongs to deal {deal}, which is not one of these")]
    StrangeParcel {
        /// For whom it is.
        seat: Seat,
        /// Which deal it names.
        deal: OrderId,
    },
    /// A parcel does not match its dealer's commitments.
    #[error("the parcel of {dealer} for seat {seat} is wrong: it does not match the commitments")]
    Parcel {
        /// Who sent it.
        dealer: Dealer,
        /// For whom.
        seat: Seat,
    },
    /// A refresh adds to the custodian's own share, and it is not there.
    #[error("the own share of seat {seat} is needed")]
    NoShare {
        /// Whose.
        seat: Seat,
    },
    /// What was computed does not match the new manifest: a defect of this program or machine.
    #[error("the new share of seat {seat} does not match the new manifest")]
    SelfCheck {
        /// Whose.
        seat: Seat,
    },
    /// The next generation would not be read again.
    #[error("the next generation is not valid")]
    Generation,
}

/// Who dealt: a custodian, or a machine that dealt zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dealer {
    /// The seat; `None` for a machine.
    pub seat: Option<Seat>,
    /// The deal.
    pub deal: OrderId,
}

impl core::fmt::Display for Dealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.seat {
            Some(seat) => write!(f, "custodian {seat}"),
            None => write!(f, "the dealer of {}", self.deal.short()),
        }
    }
}

impl NotRenewed {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::Share(error) => error.code(),
            Self::Document(error) => error.code(),
            Self::OtherAct { .. } => "renewal.other_act",
            Self::Choice => "renewal.choice",
            Self::NotNamed { .. } => "renewal.not_named",
            Self::OtherRequest { .. } => "renewal.other_request",
            Self::Deal { .. } => "renewal.deal",
            Self::Lie { .. } => "renewal.lie",
            Self::Twice { .. } => "renewal.twice",
            Self::Deals { .. } => "renewal.deals",
            Self::NoParcel { .. } => "renewal.no_parcel",
            Self::StrangeParcel { .. } => "renewal.strange_parcel",
            Self::Parcel { .. } => "renewal.parcel",
            Self::NoShare { .. } => "renewal.no_share",
            Self::SelfCheck { .. } => "renewal.self_check",
            Self::Generation => "renewal.generation",
        }
    }

    /// The next step that is safe. In every case the generation before stays as good as it was.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Request(error) => error.advice(),
            Self::Share(error) => error.advice(),
            Self::Deal { .. } | Self::Lie { .. } | Self::Twice { .. } | Self::Parcel { .. } => {
                "keep the old share; ask for a new request that leaves this dealer out"
            }
            Self::NoParcel { .. } | Self::Deals { .. } => "keep the old share; wait for the dealer",
            Self::OtherAct { .. }
            | Self::Choice
            | Self::NotNamed { .. }
            | Self::Document(_)
            | Self::OtherRequest { .. }
            | Self::StrangeParcel { .. }
            | Self::NoShare { .. }
            | Self::SelfCheck { .. }
            | Self::Generation => "keep the old share; ask the approvers for a new request",
        }
    }
}
