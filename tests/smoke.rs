#[test]
fn x() {
    assert_eq!(
        brainswap::chain::Clique::new(brainswap::chain::Policy::OnePerNumber).policy(),
        brainswap::chain::Policy::OnePerNumber
    );
}
