//! Every interleaving of a few orders over the shipped `step`, with loss, repetition and reordering.
//!
//! The wire is a set that only grows: what was said once may arrive at any time, any number of
//! times, in any order, or never. A crash between a commit and its answer equals the loss of the
//! answer. Bounds are those of `docs/protocol.md`, section 6: three hosts, positions 0 to 4, two
//! digests. The number of worlds is pinned: a rule that changes changes it.

#[path = "../spec/world.rs"]
#[expect(dead_code, reason = "the model uses a part of what the rules' tests use")]
mod world;

mod explore;
mod scene;

use explore::{Explored, explore};
use scene::{At, Scene};

fn assert_safe_and_live(name: &str, explored: &Explored) {
    println!("{name}: {explored}");
    assert_eq!(explored.broken, None, "{name}");
    assert_eq!(explored.stuck, 0, "{name}: worlds from which nobody can ever hold the identity");
}

#[test]
fn two_rival_orders_and_a_way_back_now() {
    let explored = explore(&Scene::planned(At::Now));
    assert_safe_and_live("planned, now", &explored);
    assert!(
        explored.reached.contains("the swap completed")
            && explored.reached.contains("it came back")
    );
    assert_eq!(explored.worlds, 224_775);
}

#[test]
fn two_rival_orders_and_a_way_back_at_a_position() {
    let explored = explore(&Scene::planned(At::Position(2)));
    assert_safe_and_live("planned, at 2", &explored);
    assert!(explored.reached.contains("every position was signed, each by its holder"));
    assert_eq!(explored.worlds, 128_835);
}

#[test]
fn an_order_that_may_be_declined() {
    let explored = explore(&Scene::declined(At::Now));
    assert_safe_and_live("declined, now", &explored);
    assert!(explored.reached.contains("it was declined and is home"));
    assert_eq!(explored.worlds, 277_503);
}

#[test]
fn a_fence_among_living_hosts_while_a_swap_is_under_way() {
    let explored = explore(&Scene::fenced());
    assert_safe_and_live("fence, nobody gone", &explored);
    assert!(explored.reached.contains("the fence's host signed"));
    assert_eq!(explored.worlds, 24_704);
}

#[test]
fn a_fence_around_a_destroyed_host_while_a_swap_is_under_way() {
    let explored = explore(&Scene::destroyed());
    assert_safe_and_live("fence, the source destroyed", &explored);
    assert!(explored.reached.contains("the fence's host signed"));
    assert_eq!(explored.worlds, 7_200);
}

/// The checker itself: with a host that forgets its mark it finds the double signature.
#[test]
fn a_host_that_forgets_is_caught() {
    let explored = explore(&Scene::planned(At::Now).forgetful());
    assert_eq!(explored.broken, Some("a position has two digests"));
}
