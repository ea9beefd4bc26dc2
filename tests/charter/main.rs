//! The charter: who decides what about an identity, and how that changes.

mod amendments;
mod approvers;
mod forks;
mod histories;
mod permissions;
mod who_decides;
mod world;
