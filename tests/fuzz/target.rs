//! What a target is: good inputs, ways to change them, and what must hold for any input.

use std::time::Duration;

use mixup_train::failure::Failure;
use mixup_train::for_fuzzing::printed;

use crate::bytes;
use crate::dice::Dice;

/// The most characters of an error: those of a screen of 80 columns and 24 lines.
const SCREEN: usize = 80 * 24;

/// A part of the program that reads input from elsewhere.
pub(crate) trait Target {
    /// The name, which is also that of its test and of the folder of its found inputs.
    fn name(&self) -> &'static str;

    /// How many cases a plain `cargo test` runs.
    fn cases(&self) -> u64;

    /// The bytes that a case may take besides those that were allocated before.
    fn memory(&self) -> usize {
        300 << 20
    }

    /// The processor time that a case may take.
    fn time(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// Good inputs, from which the cases are made. There is at least one.
    fn seeds(&self) -> &[Vec<u8>];

    /// Bad inputs that changes seldom make. A plain `cargo test` runs them once.
    fn known(&self) -> Vec<Vec<u8>> {
        vec![]
    }

    /// Changes a good input in one way; `other` is another good one.
    fn change(&self, input: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
        bytes::change(input, other, dice);
    }

    /// Lets the program read the input.
    ///
    /// # Errors
    /// What must not be: a panic or a broken limit is noticed elsewhere.
    fn check(&self, input: &[u8]) -> Result<(), String>;
}

/// Checks that a refusal is one that a user can read: the user's mistake, short, and without control
/// characters, and with a way out.
pub(crate) fn refused(failure: &Failure) -> Result<(), String> {
    for (what, text) in [("error", failure.to_string()), ("hint", failure.hint())] {
        let words = printed(&text);
        let shown: String = words.chars().take(300).collect();
        if words.is_empty() {
            return Err(format!("no words as {what}"));
        }
        if words.chars().count() > SCREEN {
            return Err(format!(
                "{what} of more than a screen ({} characters): {shown}",
                words.chars().count()
            ));
        }
        if words.contains(char::is_control) {
            return Err(format!("control characters in the {what}: {shown:?}"));
        }
    }
    match failure.exit_code() {
        2 => Ok(()),
        code => Err(format!("exit code {code} for bad input: {failure}")),
    }
}

/// The result of reading: refusals must be readable.
pub(crate) fn read<T>(result: Result<T, impl Into<Failure>>) -> Result<(), String> {
    match result {
        Ok(_) => Ok(()),
        Err(error) => refused(&error.into()),
    }
}
