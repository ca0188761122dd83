#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sharemail::fuzz::read("raw_message", bytes));
