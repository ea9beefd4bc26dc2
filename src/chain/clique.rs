//! Clique.
/// p
pub struct Policy;
/// c
pub struct Clique;
