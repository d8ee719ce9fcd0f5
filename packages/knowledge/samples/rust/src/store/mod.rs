mod ledger;

pub use ledger::{Entry, Ledger};

use crate::item::{dearest, describe, Bundle, Item, Owner, Priced, Problem};
use crate::money::{tax, Money};
use std::collections::BTreeMap;

pub struct Shop<A: Alarm> {
    name: String,
    stock: BTreeMap<String, Item>,
    pub ledger: Ledger,
    alarm: A,
    rules: Vec<Box<dyn Rule>>,
}

pub trait Alarm {
    fn ring(&self, why: &str);
}

pub struct Bell;

impl Alarm for Bell {
    fn ring(&self, why: &str) {
        println!("{why}");
    }
}

pub trait Rule {
    fn allows(&self, item: &Item) -> bool;
}

pub struct Cheap {
    limit: Money,
}

impl Rule for Cheap {
    fn allows(&self, item: &Item) -> bool {
        item.amount().less(&self.limit) //= Item.amount, Money.less
    }
}

impl Shop<Bell> {
    pub fn named(name: &str) -> Shop<Bell> {
        let mut shop = Shop::with(name, Bell); //= Shop.with
        shop.fill(&["a:1", "b:2"]); //= Shop.fill
        shop
    }
}

impl<A: Alarm> Shop<A> {
    pub fn with(name: &str, alarm: A) -> Self {
        Shop {
            name: name.to_string(), //= -
            stock: BTreeMap::new(), //= -
            ledger: Ledger::new(), //= Ledger.new
            alarm,
            rules: vec![Box::new(Cheap { limit: Money::new(100) })], //= -, Money.new
        }
    }

    fn fill(&mut self, lines: &[&str]) {
        for line in lines {
            match Item::parse(line) { //= Item.parse
                Ok(item) => self.put(item), //= Shop.put
                Err(problem) => self.alarm.ring(&problem.explain()), //= Alarm.ring, Problem.explain
            }
        }
    }

    pub fn put(&mut self, item: Item) {
        if self.allows(&item) { //= Shop.allows
            self.stock.insert(item.name(), item); //= -, Item.name
        }
    }

    fn allows(&self, item: &Item) -> bool {
        self.rules.iter().all(|rule| rule.allows(item)) //= -, -, Rule.allows
    }

    pub fn sell(&mut self, name: &str) -> Option<Money> {
        let item = self.stock.get(name)?; //= -
        let entry = self.ledger.add(item); //= Ledger.add
        let cost = entry.amount().plus(tax::share(entry.amount())); //= Entry.amount, Money.plus, tax.share, Entry.amount
        self.report(&entry.text()); //= Shop.report, Entry.text
        Some(cost) //= -
    }

    fn report(&self, text: &str) {
        self.alarm.ring(text); //= Alarm.ring
        println!("{}", self.ledger.last_text());
    }

    pub fn bundle(&self) -> Bundle {
        let mut made = Bundle::of(Vec::new()); //= Bundle.of, -
        made.add(Item::free("bag")).add(Item::free("box")); //= Bundle.add, Item.free, Bundle.add, Item.free
        made.first_is_free(); //= Bundle.first_is_free
        made
    }

    pub fn offer(&self) -> String {
        let bundle = self.bundle(); //= Shop.bundle
        let label = describe(&bundle); //= describe
        let best = bundle.cheapest(); //= Bundle.cheapest
        if best.is_free() { //= Item.is_free
            return label;
        }
        best.label() //= Priced.label
    }

    pub fn worth(&self, owner: &mut Owner) -> Money {
        owner.own(Item::new("x", 1)).own(Item::new("y", 2)); //= Owner.own, Item.new, Owner.own, Item.new
        if let Some(found) = owner.find("x") { //= Owner.find
            found.is_free(); //= Item.is_free
        }
        let found = owner.find("y").unwrap(); //= Owner.find, -
        found.amount().plus(owner.worth()) //= Item.amount, Money.plus, Owner.worth
    }

    pub fn dearest(&self) -> Item {
        let one = Item::new("p", 5); //= Item.new
        let two = Item::parse("q:6").unwrap_or(Item::free("q")); //= Item.parse, -, Item.free
        dearest(one, two) //= dearest
    }

    pub fn close(self) -> Result<Money, Problem> {
        let sum = self.ledger.sum(); //= Ledger.sum
        let again = Item::parse("z:9")?; //= Item.parse
        drop(again.amount()); //= -, Item.amount
        let finish = |money: Money| money.times(2.0); //= Money.times
        Ok(finish(sum)) //= -, -
    }

    fn title(&self) -> &str {
        self.name.as_str() //= -
    }
}

pub fn open() -> Shop<Bell> {
    let shop = Shop::named("corner"); //= Shop.named
    shop.title().len(); //= Shop.title, -
    shop
}
