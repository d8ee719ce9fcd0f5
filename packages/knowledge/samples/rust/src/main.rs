mod item;
mod money;
mod store;

use item::{Item, Priced};
use store::Shop;

pub const LIMIT: usize = 100;

struct App {
    shop: Shop<store::Bell>,
    sold: Vec<money::Money>,
}

impl App {
    fn new() -> App {
        App { shop: store::open(), sold: Vec::new() } //= open, -
    }

    fn run(&mut self) -> usize {
        for name in ["a", "b"] {
            if let Some(cost) = self.shop.sell(name) { //= Shop.sell
                self.sold.push(cost); //= -
            }
        }
        self.shop.ledger.print(); //= Ledger.print
        self.shop.put(Item::free("c")); //= Shop.put, Item.free
        let sum = money::total(&self.sold); //= total
        let more = sum + money::Money::from(3); //= Money.from
        if more.is_zero() { //= Money.is_zero
            return 0;
        }
        self.shop.offer().len() //= Shop.offer, -
    }
}

fn main() {
    let mut app = App::new(); //= App.new
    let size = app.run(); //= App.run
    let label = app.shop.dearest().label(); //= Shop.dearest, Priced.label
    println!("{size} {label}");
    std::process::exit(size as i32); //= -
}
