//! The text of a header: a Python dictionary of three keys. It is parsed, and nothing in it is executed.

/// What the header's text says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dictionary {
    pub(super) descr: String,
    pub(super) is_in_columns: bool,
    pub(super) shape: Vec<u64>,
}

impl Dictionary {
    /// Reads the text. The keys may stand in any order.
    ///
    /// # Errors
    /// What was found in place of such a dictionary.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rest = Rest(text);
        let (mut descr, mut is_in_columns, mut shape) = (None, None, None);
        rest.expect('{')?;
        while !rest.eat('}') {
            let key = rest.text()?;
            rest.expect(':')?;
            let is_new = match key {
                "descr" => descr.replace(rest.descr()?).is_none(),
                "fortran_order" => is_in_columns.replace(rest.truth()?).is_none(),
                "shape" => shape.replace(rest.shape()?).is_none(),
                other => return Err(format!("the key {other}")),
            };
            if !is_new {
                return Err(format!("the key {key} twice"));
            }
            if !rest.eat(',') {
                rest.expect('}')?;
                break;
            }
        }
        if !rest.0.trim().is_empty() {
            return Err("text after the dictionary".into());
        }
        let missing = |key: &str| format!("no key {key}");
        Ok(Self {
            descr: descr.ok_or_else(|| missing("descr"))?,
            is_in_columns: is_in_columns.ok_or_else(|| missing("fortran_order"))?,
            shape: shape.ok_or_else(|| missing("shape"))?,
        })
    }
}

/// The text that was not read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Takes this character, after spaces, if it comes next.
    fn eat(&mut self, character: char) -> bool {
        self.0 = self.0.trim_start();
        let rest = self.0.strip_prefix(character);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, character: char) -> Result<(), String> {
        match self.eat(character) {
            true => Ok(()),
            false => Err(format!("no {character} where one must stand")),
        }
    }

    /// A text in single or double quotes.
    fn text(&mut self) -> Result<&'a str, String> {
        let quote = ['\'', '"'].into_iter().find(|&quote| self.eat(quote));
        let quote = quote.ok_or("no text in quotes where one must stand")?;
        let (text, rest) = self.0.split_once(quote).ok_or("a text without end")?;
        self.0 = rest;
        Ok(text)
    }

    /// The type of the values. That of records is a list.
    fn descr(&mut self) -> Result<String, String> {
        match self.0.trim_start().starts_with('[') {
            true => Err("records of several fields".into()),
            false => self.text().map(str::to_owned),
        }
    }

    fn truth(&mut self) -> Result<bool, String> {
        self.0 = self.0.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                return Ok(value);
            }
        }
        Err("neither True nor False as fortran_order".into())
    }

    /// Numbers in parentheses, with a comma after each; the last may lack it.
    fn shape(&mut self) -> Result<Vec<u64>, String> {
        self.expect('(')?;
        let mut sides = vec![];
        while !self.eat(')') {
            sides.push(self.number()?);
            if !self.eat(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(sides)
    }

    fn number(&mut self) -> Result<u64, String> {
        self.0 = self.0.trim_start();
        let end = self.0.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        // Python 2 wrote long numbers with a letter after them.
        self.0 = rest.strip_prefix('L').unwrap_or(rest);
        digits
            .parse()
            .map_err(|_| "a shape that is no list of numbers".into())
    }
}
