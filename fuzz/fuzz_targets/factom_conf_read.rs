#![cfg_attr(fuzzing, no_main)]
brainswap_fuzz::target!(factom_conf_read);
