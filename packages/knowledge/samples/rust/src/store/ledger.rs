use crate::item::{Item, Priced};
use crate::money::Money;

#[derive(Clone)]
pub struct Entry {
    text: String,
    amount: Money,
}

impl Entry {
    fn of(item: &Item) -> Entry {
        Entry { text: item.label(), amount: item.amount() } //= Priced.label, Item.amount
    }

    pub fn amount(&self) -> Money {
        self.amount
    }

    pub fn text(&self) -> String {
        short(&self.text) //= short
    }
}

#[derive(Default)]
pub struct Ledger {
    entries: Vec<Entry>,
    sink: Sink,
}

impl Ledger {
    pub fn new() -> Self {
        Self { entries: vec![], sink: Sink::default() } //= -
    }

    pub fn add(&mut self, item: &Item) -> Entry {
        let entry = Entry::of(item); //= Entry.of
        self.sink.write(entry.text()); //= Sink.write, Entry.text
        self.entries.push(entry.clone()); //= -, -
        entry
    }

    pub fn sum(&self) -> Money {
        self.entries.iter().map(|one| one.amount()).sum() //= -, -, Entry.amount, -
    }

    fn last(&self) -> Option<&Entry> {
        self.entries.last() //= -
    }

    pub fn last_text(&self) -> String {
        match self.last() { //= Ledger.last
            Some(entry) => entry.text(), //= Entry.text
            None => String::new(), //= -
        }
    }

    pub fn each<F: Fn(&Entry)>(&self, run: F) {
        for entry in &self.entries {
            run(entry); //= -
            entry.text(); //= Entry.text
        }
    }

    pub fn print(&self) {
        self.each(|entry| entry.text().clear()); //= Ledger.each, Entry.text, -
        self.sink.lines.iter().for_each(|line| println!("{line}")); //= -, -
    }
}

#[derive(Default)]
struct Sink {
    lines: Vec<String>,
}

impl Sink {
    fn write(&mut self, line: String) {
        self.lines.push(line); //= -
        while self.is_full() { //= Sink.is_full
            self.flush(); //= Sink.flush
        }
    }

    fn is_full(&self) -> bool {
        self.lines.len() > super::super::LIMIT //= -
    }

    fn flush(&mut self) {
        self.lines.clear(); //= -
    }
}

fn short(text: &str) -> String {
    text.chars().take(20).collect() //= -, -, -
}
