#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(eos_safety_dat);
