//! CometBFT.
/// c
pub struct CometBft;
