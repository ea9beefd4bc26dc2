//! "Any that are enough bring the secret back; fewer, old, foreign or wrong ones never do, and are
//! named." Threats are numbered as in docs/decisions/0011-shards.md.

mod dealing;
mod fixture;
mod renewing;
mod t03_a_damaged_share;

use brainswap::shard::*;
use fixture::*;
