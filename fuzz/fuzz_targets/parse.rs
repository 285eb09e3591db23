#![no_main]

#[path = "../checks.rs"]
#[expect(dead_code, reason = "each target asks for one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::parse(text));
