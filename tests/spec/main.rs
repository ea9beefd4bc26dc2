//! The rules, as `docs/design.md` and `docs/protocol.md` state them: one file for each.

mod world;

mod exchange_and_bulk;
mod h03_a_message_without_a_position_needs_a_lease;
mod h05_a_target_promises_once;
mod h06_a_source_releases_once;
mod h07_a_target_begins_where_the_source_ended;
mod h08_a_target_may_decline;
mod h09_a_tail_frees_the_floors;
mod h10_an_order_can_be_withdrawn;
mod h11_a_fence_ends_every_older_lease;
mod r01_one_signer_per_position;
mod r02_one_message_per_position;
mod r03_durable_before_visible;
mod r06_only_what_was_reviewed;
mod r07_a_key_without_its_history_does_not_sign;
mod w01_witnesses_find_out_copies;
