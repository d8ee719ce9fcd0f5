use crate::item::{Item, Problem};
use crate::store::{Ledger, Shop};

pub struct Audit<'a> {
    ledger: &'a Ledger,
    seen: Vec<(String, Item)>,
}

impl<'a> Audit<'a> {
    pub fn of<A: crate::store::Alarm>(shop: &'a Shop<A>) -> Audit<'a> {
        shop.offer(); //= Shop.offer
        Audit { ledger: &shop.ledger, seen: Vec::with_capacity(4) } //= -
    }

    pub fn see(&mut self, line: &str) -> Result<(), Problem> {
        let item = Item::parse(line)?; //= Item.parse
        self.seen.push((line.to_owned(), item)); //= -, -
        for (text, item) in &self.seen {
            println!("{text}");
            item.is_free(); //= Item.is_free
        }
        self.ledger.sum().is_zero(); //= Ledger.sum, Money.is_zero
        Ok(()) //= -
    }
}
