//! The host: it carries out what the rules decide, on journals that work and on journals that fail.

mod fixture;

mod a_failing_journal_lets_nothing_out;
mod a_plan_may_wait_and_be_vetoed;
mod a_start_rests_on_what_is_durable;
mod a_swap_costs_what_it_says;
mod one_signature_for_many_callers;
mod the_charter_moves_with_the_host;
mod wrong_input_changes_nothing;
