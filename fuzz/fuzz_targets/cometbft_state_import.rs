#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(cometbft_state_import);
