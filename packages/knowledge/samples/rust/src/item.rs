use crate::money::{self, Money};
use std::collections::HashMap;
use std::rc::Rc;

pub trait Priced {
    fn price(&self) -> Money;

    fn label(&self) -> String {
        self.name() + &self.price().to_string() //= Priced.name, Priced.price, -
    }

    fn name(&self) -> String;
}

pub struct Item {
    name: String,
    cents: i64,
    owner: Option<Rc<Owner>>,
}

impl Item {
    pub fn new(name: &str, cents: i64) -> Item {
        Item { name: clean(name), cents, owner: None } //= clean
    }

    pub fn free(name: &str) -> Self {
        Self::new(name, 0) //= Item.new
    }

    pub fn parse(line: &str) -> Result<Item, Problem> {
        let (name, cents) = line.split_once(':').ok_or(Problem::Empty)?; //= -, -
        let cents = cents.parse().map_err(|_| Problem::bad(cents))?; //= -, -, Problem.bad
        Ok(Item::new(name, cents)) //= -, Item.new
    }

    pub fn is_free(&self) -> bool {
        self.amount().is_zero() //= Item.amount, Money.is_zero
    }

    pub fn amount(&self) -> Money {
        Money::new(self.cents) //= Money.new
    }

    fn suffix(&self) -> String {
        match &self.owner {
            Some(owner) => owner.full_name(), //= Owner.full_name
            None => String::new(), //= -
        }
    }

    pub fn owned_by(mut self, owner: Rc<Owner>) -> Self {
        self.owner = Some(owner); //= -
        self
    }
}

impl Priced for Item {
    fn price(&self) -> Money {
        self.amount() //= Item.amount
    }

    fn name(&self) -> String {
        format!("{}", self.suffix()) + &self.name
    }
}

pub struct Bundle {
    items: Vec<Item>,
    first: Box<Item>,
}

impl Bundle {
    pub fn of(items: Vec<Item>) -> Bundle {
        Bundle { items, first: Box::new(Item::free("none")) } //= -, Item.free
    }

    pub fn add(&mut self, item: Item) -> &mut Self {
        self.items.push(item); //= -
        self
    }

    pub fn cheapest(&self) -> &Item {
        let mut best = &self.items[0];
        for item in &self.items {
            if item.amount().less(&best.amount()) { //= Item.amount, Money.less, Item.amount
                best = item;
            }
        }
        best
    }

    pub fn amounts(&self) -> Vec<Money> {
        self.items.iter().map(|item| item.amount()).collect() //= -, -, Item.amount, -
    }

    pub fn sum(&self) -> Money {
        money::total(&self.amounts()).times(0.9) //= total, Bundle.amounts, Money.times
    }

    pub fn first_is_free(&self) -> bool {
        self.first.is_free() //= Item.is_free
    }
}

impl Priced for Bundle {
    fn price(&self) -> Money {
        self.sum() //= Bundle.sum
    }

    fn name(&self) -> String {
        self.cheapest().name() //= Bundle.cheapest, Item.name
    }
}

pub struct Owner {
    first: String,
    items: HashMap<String, Item>,
}

impl Owner {
    pub fn full_name(&self) -> String {
        clean(&self.first) //= clean
    }

    pub fn own(&mut self, item: Item) -> &mut Owner {
        self.items.insert(item.name(), item); //= -, Item.name
        self
    }

    pub fn find(&self, name: &str) -> Option<&Item> {
        self.items.get(name) //= -
    }

    pub fn worth(&self) -> Money {
        let mut sum = Money::ZERO;
        for item in self.items.values() { //= -
            sum = sum.plus(item.amount()); //= Money.plus, Item.amount
        }
        sum
    }
}

pub enum Problem {
    Empty,
    Bad(String),
}

impl Problem {
    fn bad(text: &str) -> Problem {
        Problem::Bad(text.to_string()) //= -, -
    }

    pub fn explain(&self) -> String {
        match self {
            Self::Empty => "empty".into(), //= -
            Self::Bad(text) => clean(text), //= clean
        }
    }
}

fn clean(text: &str) -> String {
    text.trim().to_lowercase() //= -, -
}

pub fn dearest<T: Priced>(a: T, b: T) -> T {
    if a.price().less(&b.price()) { b } else { a } //= Priced.price, Money.less, Priced.price
}

pub fn describe(thing: &dyn Priced) -> String {
    thing.label() //= Priced.label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_item_is_free() {
        assert!(Item::free("a").is_free());
        let item = Item::new("b", 1); //= Item.new
        let text = item.label(); //= Priced.label
        text.len(); //= -
        clean("x"); //= clean
    }
}
