package shop.service;

import static shop.service.Rules.isCheap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import shop.model.Bundle;
import shop.model.Item;
import shop.model.Money;
import shop.model.Owner;
import shop.model.Priced;

public class Shop {
  private final String name;
  private final Map<String, Item> stock = new HashMap<>(); //= -
  private final Ledger ledger = new Ledger(Sink.toScreen()); //= Ledger, Sink.toScreen
  private final Rules rules;
  private State state = State.OPEN;

  public Shop(String name) {
    this.name = name;
    this.rules = new Rules(this); //= Rules
  }

  public static Shop named(String name) {
    Shop shop = new Shop(name); //= Shop
    shop.fill(List.of("a:1", "b:2")); //= Shop.fill, -
    return shop;
  }

  private void fill(List<String> lines) {
    for (String line : lines) {
      put(Item.parse(line)); //= Shop.put, Item.parse
    }
  }

  public Shop put(Item item) {
    if (rules.allows(item) && isCheap(item)) { //= Rules.allows, Rules.isCheap
      stock.put(item.name(), item); //= -, Item.name
    }
    return this;
  }

  public Money sell(String name) {
    Item item = stock.get(name); //= -
    Ledger.Entry entry = ledger.add(item); //= Ledger.add
    report(entry.text()); //= Shop.report, Ledger.Entry.text
    return entry.amount().times(1.2); //= Ledger.Entry.amount, Money.times
  }

  private void report(String text) {
    System.out.println(text + ledger.lastText()); //= -, Ledger.lastText
  }

  public Bundle bundle(String... names) {
    Bundle made = new Bundle(stock.get(names[0])); //= Bundle, -
    for (String one : names) made.add(stock.get(one)); //= Bundle.add, -
    made.cheapest().isFree(); //= Bundle.cheapest, Item.isFree
    return made;
  }

  public List<Item> sorted() {
    List<Item> all = new ArrayList<>(stock.values()); //= -, -
    all.sort(Comparator.comparing(Item::price)); //= -, -
    return all;
  }

  public String offers() {
    return sorted().stream().map(item -> item.label()).collect(Collectors.joining()); //= Shop.sorted, -, -, Priced.label, -, -
  }

  public Money worth(Owner owner) {
    Owner known = owner.own(stock.get("a")).own(stock.get("b")); //= Owner.own, -, Owner.own, -
    Item found = known.find("a"); //= Owner.find
    if (found instanceof Bundle bundle) bundle.cheapest(); //= Bundle.cheapest
    ((Bundle) found).add(found); //= Bundle.add
    return known.worth().plus(ledger.sum()); //= Owner.worth, Money.plus, Ledger.sum
  }

  public String labelOf(Priced thing) {
    try {
      return thing.label(); //= Priced.label
    } catch (RuntimeException problem) {
      return describe(problem); //= Shop.describe
    }
  }

  private static String describe(RuntimeException problem) {
    return problem.getMessage(); //= -
  }

  void close() {
    if (state.isOpen()) state = state.next(); //= Shop.State.isOpen, Shop.State.next
    ledger.each(entry -> report(entry.text())); //= Ledger.each, Shop.report, Ledger.Entry.text
    ledger.undo(); //= Ledger.undo
    Runnable last = () -> report(name); //= Shop.report
    last.run(); //= -
    new Thread() { //= -
      @Override
      public void run() {
        report("closed"); //= Shop.report
      }
    }.start(); //= -
  }

  enum State {
    OPEN,
    CLOSED;

    boolean isOpen() {
      return this == OPEN;
    }

    State next() {
      return isOpen() ? CLOSED : OPEN; //= Shop.State.isOpen
    }
  }

  public static void main(String[] args) {
    Shop shop = Shop.named(args[0]); //= Shop.named
    shop.put(new Item("c", Money.of(3))).put(Item.parse("d:4")); //= Shop.put, Item, Money.of, Shop.put, Item.parse
    Money total = shop.sell("a").plus(shop.sell("b")); //= Shop.sell, Money.plus, Shop.sell
    System.out.println(total.toString()); //= -, Money.toString
    shop.bundle("a", "b").each(new Bundle.Counter()); //= Shop.bundle, Bundle.each, Bundle.Counter
    Owner owner = new Owner("A", "B"); //= Owner
    shop.worth(owner).isZero(); //= Shop.worth, Money.isZero
    shop.labelOf(shop.bundle("a")); //= Shop.labelOf, Shop.bundle
    owner.fullName().length(); //= Owner.fullName, -
    shop.close(); //= Shop.close
  }
}
