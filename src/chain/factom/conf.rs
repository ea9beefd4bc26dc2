//! Conf: `factomd.conf`, read line by line and written with nothing else changed.

use super::{conf_error::ConfError, server::ServerIdentity};
use alloc::{collections::BTreeMap, format, string::String};
use core::{fmt, ops::Range};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// The largest file that is read, in bytes.
pub const MAX_CONF: usize = 1 << 20;

/// The network that factomd takes if the file names none.
const DEFAULT_NETWORK: &str = "MAIN";

/// A comment below which identity and height are written; without it that is below `[app]`.
const MARK: &str = "BRAINSWAP_ID_BELOW";

/// A field of the section `[app]` that a swap reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `Network`.
    Network,
    /// `IdentityChainID`.
    IdentityChainId,
    /// `LocalServerPrivKey`.
    PrivateKey,
    /// `LocalServerPublicKey`.
    PublicKey,
    /// `ChangeAcksHeight`.
    ChangeAcksHeight,
}

impl Field {
    const ALL: [Self; 5] = [
        Self::Network,
        Self::IdentityChainId,
        Self::PrivateKey,
        Self::PublicKey,
        Self::ChangeAcksHeight,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::IdentityChainId => "IdentityChainID",
            Self::PrivateKey => "LocalServerPrivKey",
            Self::PublicKey => "LocalServerPublicKey",
            Self::ChangeAcksHeight => "ChangeAcksHeight",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A `factomd.conf`, whole: what a swap reads in it, and every other line as it is.
///
/// It holds a private key, so it shows nothing but the height and the identity, and is overwritten
/// on drop. What factomd would silently read in another way than a person does is refused: a
/// field that is set twice, one outside of `[app]`, a line that goes on in the next one.
pub struct Conf {
    text: Zeroizing<String>,
    values: BTreeMap<Field, Range<usize>>,
    /// Behind which byte identity and height are written.
    place: usize,
}

impl Conf {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`ConfError`]: what is wrong with its form. What the values are, is looked at when they are
    /// asked for.
    pub fn read(bytes: &[u8]) -> Result<Self, ConfError> {
        if bytes.len() > MAX_CONF {
            return Err(ConfError::TooLarge { got: bytes.len(), most: MAX_CONF });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| ConfError::NotText)?;
        let is_control = |letter: char| letter.is_control() && !"\t\r\n".contains(letter);
        if text.contains(is_control) {
            return Err(ConfError::NotText);
        }
        Self::of(Zeroizing::new(String::from(text)))
    }

    /// The bytes of the file: they hold the private key, and are for the disk alone.
    ///
    /// Write them to a new file beside the old one that its owner alone may read, sync it, put it
    /// in the old one's place, sync the folder, and read it again.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// A field's value as it stands there, if it is set; the private key's is never given.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match field {
            Field::PrivateKey => None,
            Field::Network
            | Field::IdentityChainId
            | Field::PublicKey
            | Field::ChangeAcksHeight => self.value(field),
        }
    }

    /// The network's name; `MAIN` if there is none.
    #[must_use]
    pub fn network(&self) -> &str {
        self.value(Field::Network).unwrap_or(DEFAULT_NETWORK)
    }

    /// The height at which factomd reads the identity again; 0 if there is none.
    ///
    /// # Errors
    ///
    /// [`ConfError::Height`].
    pub fn change_acks_height(&self) -> Result<u32, ConfError> {
        let Some(text) = self.value(Field::ChangeAcksHeight) else { return Ok(0) };
        let is_number = text.bytes().all(|digit| digit.is_ascii_digit());
        let height = if is_number { text.parse().ok() } else { None };
        height.ok_or(ConfError::Height)
    }

    /// The identity and its key; `None` if all three fields are absent.
    ///
    /// # Errors
    ///
    /// [`ConfError::Incomplete`], [`ConfError::Server`].
    pub fn identity(&self) -> Result<Option<ServerIdentity>, ConfError> {
        let fields = [Field::IdentityChainId, Field::PrivateKey, Field::PublicKey];
        let [chain_id, private, public] = fields.map(|field| self.value(field));
        if let (None, None, None) = (chain_id, private, public) {
            return Ok(None);
        }
        let of = |value: Option<_>, missing| value.ok_or(ConfError::Incomplete { missing });
        let chain_id = of(chain_id, Field::IdentityChainId)?;
        let private = SecretString::from(of(private, Field::PrivateKey)?);
        let public = of(public, Field::PublicKey)?;
        Ok(Some(ServerIdentity::from_hex(chain_id, &private, public)?))
    }

    /// The same file with this identity, or none, and this height.
    ///
    /// A file with an identity is made by [`Ended::give`](super::Ended::give) alone.
    pub(super) fn with(
        &self,
        identity: Option<&ServerIdentity>,
        height: u32,
    ) -> Result<Self, ConfError> {
        let end = if first_line(&self.text).ends_with("\r\n") { "\r\n" } else { "\n" };
        // As long as it can get, so that no key stays behind in a text that was grown out of.
        let mut text = Zeroizing::new(String::with_capacity(self.text.len() + 512));
        let mut at = 0;
        let mut put_below = false;
        for line in self.text.split_inclusive('\n') {
            at += line.len();
            if !is_replaced(line) {
                text.push_str(line);
            }
            if at >= self.place && !put_below {
                put_below = true;
                if !text.ends_with('\n') {
                    text.push_str(end);
                }
                put_fields(&mut text, identity, height, end);
            }
        }
        Self::of(text)
    }

    fn of(text: Zeroizing<String>) -> Result<Self, ConfError> {
        let mut values = BTreeMap::new();
        let (mut app, mut mark) = (None, None);
        let (mut in_app, mut at) = (false, 0);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let (start, line_number) = (at, number + 1);
            at += line.len();
            match classify(line, line_number)? {
                Line::Section(name) => {
                    in_app = name.eq_ignore_ascii_case("app");
                    if in_app && app.replace(at).is_some() {
                        return Err(ConfError::TwoApps { line: line_number });
                    }
                }
                Line::Mark => {
                    if !in_app || mark.replace(at).is_some() {
                        return Err(ConfError::Mark { line: line_number });
                    }
                }
                Line::Value(field, range) => {
                    if !in_app {
                        return Err(ConfError::OutsideApp { field, line: line_number });
                    }
                    let range = start + range.start..start + range.end;
                    if values.insert(field, range).is_some() {
                        return Err(ConfError::Twice { field, line: line_number });
                    }
                }
                Line::Other => {}
            }
        }
        let place = mark.or(app).ok_or(ConfError::NoApp)?;
        Ok(Self { text, values, place })
    }

    fn value(&self, field: Field) -> Option<&str> {
        self.text.get(self.values.get(&field)?.clone())
    }
}

/// Only what may be shown: the height and the identity (R9).
impl fmt::Debug for Conf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conf")
            .field("identity", &self.text(Field::IdentityChainId))
            .field("change_acks_height", &self.text(Field::ChangeAcksHeight))
            .finish_non_exhaustive()
    }
}

/// What a line is to a swap.
enum Line<'a> {
    Section(&'a str),
    Mark,
    /// A field, and where in the line its value stands.
    Value(Field, Range<usize>),
    Other,
}

fn classify(line: &str, number: usize) -> Result<Line<'_>, ConfError> {
    let bare = line.trim();
    if bare.starts_with([';', '#']) {
        let words = bare.trim_start_matches([';', '#']).trim_start();
        let is_mark = words.get(..MARK.len()).is_some_and(|word| word.eq_ignore_ascii_case(MARK));
        return Ok(if is_mark { Line::Mark } else { Line::Other });
    }
    if bare.ends_with('\\') {
        return Err(ConfError::Continued { line: number });
    }
    if let Some(rest) = bare.strip_prefix('[') {
        let name = rest.split_once(']').map(|(name, _)| name.trim());
        return name.map(Line::Section).ok_or(ConfError::Section { line: number });
    }
    let Some(field) = field_of(bare) else { return Ok(Line::Other) };
    let no_value = ConfError::NoValue { field, line: number };
    let rest = line.trim_start().get(field.name().len()..).unwrap_or("");
    let rest = rest.trim_start().strip_prefix('=').ok_or(no_value)?.trim_start();
    let value = value_of(rest).ok_or(no_value)?;
    // What is left of the line begins with the value, or with the quotation mark before it.
    let start = line.len() - rest.len() + usize::from(rest.starts_with('"'));
    Ok(Line::Value(field, start..start + value.len()))
}

/// The field that a line without spaces around it sets.
fn field_of(bare: &str) -> Option<Field> {
    let name = bare.split(|letter: char| letter == '=' || letter.is_whitespace()).next()?;
    Field::ALL.into_iter().find(|field| name.eq_ignore_ascii_case(field.name()))
}

/// The value that a text begins with, without quotation marks and comment.
fn value_of(rest: &str) -> Option<&str> {
    let value = match rest.strip_prefix('"') {
        Some(quoted) => {
            let (value, behind) = quoted.split_once('"')?;
            let behind = behind.trim_start();
            (behind.is_empty() || behind.starts_with([';', '#'])).then_some(value)?
        }
        None => rest.split([';', '#']).next()?.trim_end(),
    };
    (!value.is_empty()).then_some(value)
}

/// Whether a line sets what is written anew.
fn is_replaced(line: &str) -> bool {
    match field_of(line.trim()) {
        Some(Field::Network) | None => false,
        Some(
            Field::IdentityChainId | Field::PrivateKey | Field::PublicKey | Field::ChangeAcksHeight,
        ) => true,
    }
}

fn put_fields(text: &mut String, identity: Option<&ServerIdentity>, height: u32, end: &str) {
    let mut put = |field: Field, value: &str| {
        let name = field.name();
        for part in [name, SPACES.get(name.len()..).unwrap_or(""), " = ", value, end] {
            text.push_str(part);
        }
    };
    if let Some(identity) = identity {
        put(Field::IdentityChainId, &format!("{}", identity.chain_id()));
        put(Field::PrivateKey, &identity.private_hex());
        put(Field::PublicKey, &const_hex::encode(identity.stated_public_key()));
    }
    put(Field::ChangeAcksHeight, &format!("{height}"));
}

/// As wide as the names of the fields are written.
const SPACES: &str = "                     ";

fn first_line(text: &str) -> &str {
    text.split_inclusive('\n').next().unwrap_or("")
}
