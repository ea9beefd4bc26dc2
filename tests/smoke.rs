#[test] fn x() { let _ = brainswap::chain::Clique; }
