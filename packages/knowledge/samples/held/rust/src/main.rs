mod dish;
mod oven;

use dish::{Dish, Soup, Taste};
use oven::Oven;
use std::collections::HashMap;

struct Kitchen {
    oven: Oven,
    menu: HashMap<String, Box<dyn Dish>>,
    orders: Vec<Order>,
}

#[derive(Clone, Debug)]
struct Order {
    name: String,
    count: u32,
}

impl Order {
    fn parse(line: &str) -> Result<Order, String> {
        let (name, count) = line.split_once('x').ok_or("no x")?; //= -, -
        let count = count.trim().parse().map_err(|_| "no number".to_string())?; //= -, -, -, -
        Ok(Order { name: name.to_string(), count }) //= -, -
    }

    fn is_large(&self) -> bool {
        self.count > large()  //= large
    }
}

fn large() -> u32 {
    8
}

impl Kitchen {
    fn new() -> Self {
        let mut kitchen = Kitchen { oven: Oven::with_heat(180), menu: HashMap::new(), orders: Vec::new() }; //= Oven.with_heat, -, -
        kitchen.learn(Box::new(Soup::of("leek"))); //= Kitchen.learn, -, Soup.of
        kitchen
    }

    fn learn(&mut self, dish: Box<dyn Dish>) {
        self.menu.insert(dish.name(), dish); //= -, Dish.name
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let order = Order::parse(line)?; //= Order.parse
        if order.is_large() { //= Order.is_large
            self.oven.heat_up(20); //= Oven.heat_up
        }
        self.orders.push(order); //= -
        Ok(()) //= -
    }

    fn cook(&self) -> Vec<Taste> {
        let mut tastes = vec![];
        for order in &self.orders {
            if let Some(dish) = self.menu.get(&order.name) { //= -
                tastes.push(dish.cook(&self.oven)); //= -, Dish.cook
            }
        }
        tastes
    }

    fn largest(&self) -> Option<&Order> {
        self.orders.iter().filter(|one| one.is_large()).max_by_key(|one| one.count) //= -, -, Order.is_large, -
    }
}

fn main() {
    let mut kitchen = Kitchen::new(); //= Kitchen.new
    if let Err(problem) = kitchen.take("leek x 3") { //= Kitchen.take
        report(&problem); //= report
    }
    for taste in kitchen.cook() { //= Kitchen.cook
        report(taste.word()); //= report, Taste.word
    }
    match kitchen.largest() { //= Kitchen.largest
        Some(order) => report(&order.name), //= report
        None => report(Taste::default().word()), //= report, -, Taste.word
    }
}

fn report(text: &str) {
    println!("{text}");
}
