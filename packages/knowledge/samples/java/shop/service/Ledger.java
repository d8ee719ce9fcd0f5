package shop.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import shop.model.Item;
import shop.model.Money;

class Ledger {
  private static final int LIMIT = 100;
  private final List<Entry> entries = new ArrayList<>(); //= -
  private final Deque<Entry> undone = new ArrayDeque<>(); //= -
  private final Sink sink;

  Ledger(Sink sink) {
    this.sink = sink;
  }

  Entry add(Item item) {
    Entry entry = new Entry(item, item.price()); //= Ledger.Entry, Item.price
    entries.add(entry); //= -
    note(entry); //= Ledger.note
    return entry;
  }

  private void note(Entry entry) {
    sink.write(entry.text()); //= Sink.write, Ledger.Entry.text
    if (entries.size() > LIMIT) sink.flush(); //= -, Sink.flush
  }

  Money sum() {
    Money sum = Money.ZERO;
    for (Entry one : entries) sum = sum.plus(one.amount()); //= Money.plus, Ledger.Entry.amount
    return sum;
  }

  Entry last() {
    return entries.get(entries.size() - 1); //= -, -
  }

  String lastText() {
    return last().text(); //= Ledger.last, Ledger.Entry.text
  }

  void undo() {
    Entry entry = last(); //= Ledger.last
    undone.push(entry); //= -
    entries.remove(entry); //= -
    undone.peek().text(); //= -, Ledger.Entry.text
  }

  void each(Consumer<Entry> run) {
    for (Entry entry : entries) run.accept(entry); //= -
  }

  static class Entry {
    private final Item item;
    private final Money amount;

    Entry(Item item, Money amount) {
      this.item = item;
      this.amount = amount;
    }

    Money amount() {
      return amount;
    }

    String text() {
      return item.label() + amount; //= Priced.label
    }
  }
}
