//! A state that another signer left is never understated, in either direction.

use super::*;
use brainswap::{
    chain::cometbft::{MAX_STATE, StateError, StateFormat},
    watermark::Mark,
};

const FORMATS: [StateFormat; 3] = [StateFormat::FilePv, StateFormat::Tmkms, StateFormat::Horcrux];

#[test]
fn the_step_of_each_format_is_read_by_its_own_numbers() {
    for (step, filepv, tmkms) in [(1, 1, 0), (2, 2, 1), (3, 3, 2)] {
        let position = Position::new(7, 2, step);
        assert_eq!(imported(StateFormat::FilePv, &filepv_file(7, 2, filepv)), position);
        let horcrux = format!(r#"{{"height":"7","round":"2","step":{filepv}}}"#);
        assert_eq!(imported(StateFormat::Horcrux, &horcrux), position);
        let tmkms = format!(r#"{{"height":"7","round":"2","step":{tmkms},"block_id":null}}"#);
        assert_eq!(imported(StateFormat::Tmkms, &tmkms), position);
    }
}

#[test]
fn no_format_takes_the_file_of_another() {
    for (format, file) in FORMATS.map(|format| (format, exported(format, Position::new(7, 2, 2)))) {
        for other in FORMATS.into_iter().filter(|other| *other != format) {
            assert_eq!(code(other, &file), "cometbft.not_a_state", "{format} as {other}");
        }
    }
}

#[test]
fn the_last_message_may_be_signed_again_if_the_file_holds_it() {
    let file = with_sign_bytes(10, 1, 3, &VOTE.sign_bytes(CHAIN));
    let marks = import(StateFormat::FilePv, &file).unwrap();
    let mark = marks.get(Lane::FIRST).unwrap().unwrap();
    let again = read(&VOTE.sign_bytes(CHAIN)).unwrap().intent;
    assert_eq!(check(Some(&mark), &again), Ok(Verdict::Again));
    let nil = Vote { block_id: None, ..VOTE };
    let conflict = check(Some(&mark), &read(&nil.sign_bytes(CHAIN)).unwrap().intent);
    assert_eq!(conflict, Err(WatermarkRefusal::Conflict { at: mark.position }));
    // Without the message, nothing at its position may be signed: FilePV says so too.
    let marks = import(StateFormat::FilePv, &filepv_file(10, 1, 3)).unwrap();
    let mark = marks.get(Lane::FIRST).unwrap().unwrap();
    let conflict = check(Some(&mark), &again);
    assert_eq!(conflict, Err(WatermarkRefusal::Conflict { at: mark.position }));
}

#[test]
fn a_file_that_contradicts_itself_gives_the_higher_position() {
    // Its message is below its height: nothing is known of what was signed there.
    let file = with_sign_bytes(11, 0, 1, &VOTE.sign_bytes(CHAIN));
    let marks = import(StateFormat::FilePv, &file).unwrap();
    assert_eq!(marks.get(Lane::FIRST), Some(&Some(Mark::considered(Position::new(11, 0, 1), 0))));
    // Its message is above its height.
    let file = with_sign_bytes(9, 0, 1, &VOTE.sign_bytes(CHAIN));
    let marks = import(StateFormat::FilePv, &file).unwrap();
    let signed = read(&VOTE.sign_bytes(CHAIN)).unwrap().intent;
    let mark = Mark { position: signed.position, digest: Some(signed.digest), floor: 0 };
    assert_eq!(marks.get(Lane::FIRST), Some(&Some(mark)));
}

#[test]
fn the_lane_of_extensions_begins_at_the_same_position() {
    let chain = CometBft::new(CHAIN).with_extensions();
    let bytes = VOTE.sign_bytes(CHAIN);
    let extension = brainswap::chain::cometbft::VoteExtension {
        height: VOTE.height,
        round: VOTE.round,
        extension: b"any".to_vec(),
    };
    let extension = chain.read(&extension.sign_bytes(CHAIN)).unwrap().intent;
    for (file, again) in [
        (with_sign_bytes(10, 1, 3, &bytes), true),
        (filepv_file(10, 1, 3), false),
        (with_sign_bytes(10, 1, 3, &Vote { block_id: None, ..VOTE }.sign_bytes(CHAIN)), false),
    ] {
        let marks = chain.import(StateFormat::FilePv, file.as_bytes()).unwrap();
        assert_eq!(marks.count(), 2);
        let mark = marks.get(Lane::new(1)).unwrap().unwrap();
        assert_eq!(mark.position, Position::new(10, 1, 3));
        assert_eq!(check(Some(&mark), &extension).is_ok(), again, "{file}");
    }
}

#[test]
fn a_state_at_height_0_says_nothing_and_is_refused() {
    for (format, file) in [
        (StateFormat::FilePv, filepv_file(0, 0, 0)),
        (StateFormat::FilePv, filepv_file(0, 3, 3)),
        (StateFormat::Horcrux, r#"{"height":"0","round":"0","step":0}"#.into()),
        (
            StateFormat::Tmkms,
            r#"{"height":"0","round":"0","step":0,"block_id":{"hash":"","parts":{"total":0,"hash":""}}}"#
                .into(),
        ),
    ] {
        assert_eq!(code(format, &file), "cometbft.state_says_nothing");
    }
}

#[test]
fn another_chain_and_a_message_that_is_none_are_refused() {
    let other = with_sign_bytes(10, 1, 3, &VOTE.sign_bytes("other"));
    let refused = import(StateFormat::FilePv, &other).unwrap_err();
    let needed = StateError::OtherChain { got: "other".into(), wanted: CHAIN.into() };
    assert_eq!(refused, needed);
    assert_eq!(refused.code(), "cometbft.state_other_chain");
    let none = with_sign_bytes(10, 1, 3, &VOTE.sign_bytes(CHAIN)[1..]);
    assert_eq!(code(StateFormat::FilePv, &none), "cometbft.state_sign_bytes");
}

#[test]
fn what_is_no_state_file_is_refused() {
    let longest = format!("{}{}", filepv_file(7, 0, 1), " ".repeat(MAX_STATE));
    assert_eq!(code(StateFormat::FilePv, &longest), "cometbft.state_too_long");
    for file in [
        "",
        "{}",
        "[]",
        r#"{"height":7,"round":0,"step":1}"#,
        r#"{"height":"07","round":0,"step":1}"#,
        r#"{"height":"+7","round":0,"step":1}"#,
        r#"{"height":"-7","round":0,"step":1}"#,
        r#"{"height":"9223372036854775808","round":0,"step":1}"#,
        r#"{"height":"7","round":-1,"step":1}"#,
        r#"{"height":"7","round":2147483648,"step":1}"#,
        r#"{"height":"7","round":0,"step":4}"#,
        r#"{"height":"7","round":0,"step":-1}"#,
        r#"{"height":"7","round":0}"#,
        r#"{"height":"7","round":0,"step":1,"step":1}"#,
        r#"{"height":"7","round":0,"step":1,"other":1}"#,
        r#"{"height":"7","round":0,"step":1,"signbytes":"0x"}x"#,
        r#"{"height":"7","round":0,"step":1,"signbytes":"zz"}"#,
    ] {
        assert_eq!(code(StateFormat::FilePv, file), "cometbft.not_a_state", "{file}");
    }
    for step in ["3", "4294967295", "-1"] {
        let file = format!(r#"{{"height":"7","round":"0","step":{step},"block_id":null}}"#);
        assert_eq!(code(StateFormat::Tmkms, &file), "cometbft.not_a_state", "tmkms {step}");
    }
}

#[test]
fn what_is_written_for_tmkms_lies_above_the_mark_because_it_would_sign_nil_there() {
    for (position, height, round, step) in [
        (Position::new(7, 2, 0), 7, 2, 0),
        (Position::new(7, 2, 1), 7, 2, 1),
        (Position::new(7, 2, 2), 7, 2, 2),
        (Position::new(7, 2, 3), 7, 3, 0),
        (Position::new(7, i32::MAX as u32, 3), 8, 0, 0),
        (Position::new(7, u32::MAX, u32::MAX), 8, 0, 0),
    ] {
        let file = exported(StateFormat::Tmkms, position);
        let needed =
            format!(r#"{{"height":"{height}","round":"{round}","step":{step},"block_id":null}}"#);
        assert_eq!(file, needed);
    }
}

#[test]
fn marks_that_are_missing_foreign_or_too_high_are_not_written() {
    let chain = CometBft::new(CHAIN);
    let error = |marks| chain.export(StateFormat::FilePv, &Lanes::from(marks)).unwrap_err().code();
    assert_eq!(error(vec![None]), "cometbft.state_no_mark");
    let mark = |height| Some(Mark::considered(Position::at_height(height), 0));
    assert_eq!(error(vec![mark(7), mark(7)]), "cometbft.state_lanes");
    assert_eq!(error(vec![mark(1 << 63)]), "cometbft.state_too_high");
    let last = Some(Mark::considered(Position::new(i64::MAX as u64, u32::MAX, 3), 0));
    let marks = Lanes::from(vec![last]);
    assert!(chain.export(StateFormat::FilePv, &marks).is_ok());
    let refused = chain.export(StateFormat::Tmkms, &marks).unwrap_err();
    assert_eq!(refused.code(), "cometbft.state_too_high");
    // An extension may stand higher in a record that considers it signed.
    let marks = Lanes::from(vec![mark(7), mark(9)]);
    let file = CometBft::new(CHAIN).with_extensions().export(StateFormat::FilePv, &marks).unwrap();
    assert_eq!(file, filepv_file(9, 0, 0));
}

proptest! {
    #[test]
    fn what_is_written_and_read_again_is_never_below_the_mark(
        height in 1..=(i64::MAX as u64 - 1),
        round in any::<u32>(),
        step in prop_oneof![0_u32..5, any::<u32>()],
    ) {
        let position = Position::new(height, round, step);
        // The highest message that a node can make up to here.
        let (round, step) = match i32::try_from(round) {
            Ok(_) => (round, step.min(3)),
            Err(_) => (i32::MAX as u32, 3),
        };
        let highest = Position::new(height, round, step);
        for format in FORMATS {
            let again = imported(format, &exported(format, position));
            prop_assert!(again >= highest, "{format}: {again} below {highest}");
        }
    }

    #[test]
    fn any_bytes_are_refused_or_give_a_mark_that_can_be_written(
        bytes in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        for format in FORMATS {
            prop_assert!(CometBft::new(CHAIN).import(format, &bytes).is_err());
        }
    }
}

fn import(format: StateFormat, file: &str) -> Result<Lanes<Option<Mark>>, StateError> {
    CometBft::new(CHAIN).import(format, file.as_bytes())
}

fn imported(format: StateFormat, file: &str) -> Position {
    import(format, file).unwrap().get(Lane::FIRST).unwrap().unwrap().position
}

fn exported(format: StateFormat, position: Position) -> String {
    let marks = Lanes::from(vec![Some(Mark::considered(position, 0))]);
    CometBft::new(CHAIN).export(format, &marks).unwrap()
}

fn code(format: StateFormat, file: &str) -> &'static str {
    let error = import(format, file).unwrap_err();
    assert!(!error.advice().is_empty());
    error.code()
}

fn filepv_file(height: u64, round: u32, step: u32) -> String {
    format!("{{\n  \"height\": \"{height}\",\n  \"round\": {round},\n  \"step\": {step}\n}}")
}

fn with_sign_bytes(height: u64, round: u32, step: u32, bytes: &[u8]) -> String {
    let signbytes = const_hex::encode_upper(bytes);
    format!(
        r#"{{"height":"{height}","round":{round},"step":{step},"signature":"AA==","signbytes":"{signbytes}"}}"#
    )
}
