//! "Any that are enough bring the secret back; fewer, old, foreign or wrong ones never do, and are
//! named." Threats are numbered as in docs/decisions/0011-shards.md.
#![expect(clippy::disallowed_methods, reason = "tests write files that need not be durable")]

mod ceremony;
mod corruption;
mod custody;
mod custody_fixture;
mod dealing;
mod fixture;
mod paper;
mod renewing;
mod restoring;
mod t01_a_thief_below_the_threshold;
mod t02_a_thief_with_the_paper;
mod t03_a_damaged_share;
mod t04_shares_that_do_not_belong_together;
mod t05_an_old_share_after_a_refresh;
mod t06_a_dealer_who_lies;
mod t07_a_dealer_with_weak_randomness;
mod t08_a_custodian_who_lies;
mod t09_a_dealer_of_a_renewal_who_lies;
mod t10_a_renewal_that_stops_half_way;
mod t11_an_older_manifest;
mod t12_a_request_that_is_not_approved;
mod t13_a_swapped_recipient;
mod t14_secrets_that_show;
mod t15_timing;
mod t16_attacks_on_parsers;
mod t17_a_hostile_plugin;
mod t18_misuse_of_the_cipher;
mod t19_loss;
mod t20_a_suite_that_is_not_known;
mod t21_ten_years_later;
mod t22_a_library_with_a_defect;
mod t23_a_transcript_that_was_changed;

use brainswap::shard::*;
use fixture::*;

/// Whether a tool is at hand; without it a test says that it was skipped.
fn tool(name: &str) -> bool {
    let found = std::process::Command::new("sh")
        .args(["-c", &format!("command -v {name}")])
        .output()
        .is_ok_and(|output| output.status.success());
    if !found {
        let required = std::env::var_os("BRAINSWAP_REQUIRE_TOOLS").is_some_and(|set| set == "1");
        assert!(!required, "{name} is required");
        eprintln!("skipped: {name} is not at hand");
    }
    found
}
