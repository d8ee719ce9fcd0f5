package shop.model;

import java.util.ArrayList;
import java.util.List;

public class Bundle extends Item {
  private final List<Item> items = new ArrayList<>(); //= -
  private int count;

  public Bundle(Item first) {
    super("bundle", Money.ZERO); //= Item
    add(first); //= Bundle.add
  }

  public Bundle add(Item item) {
    items.add(item); //= -
    count++;
    return this;
  }

  @Override
  public Money price() {
    Money sum = Money.ZERO;
    for (Item item : items) {
      sum = sum.plus(item.price()); //= Money.plus, Item.price
    }
    return sum.times(0.9); //= Money.times
  }

  @Override
  public String name() {
    return super.name() + count(); //= Item.name, Bundle.count
  }

  private int count() {
    return count;
  }

  public Item cheapest() {
    Item best = items.get(0); //= -
    for (var item : items) {
      if (item.price().less(best.price())) best = item; //= Item.price, Money.less, Item.price
    }
    return best;
  }

  public String first() {
    return items.get(0).label() + this.suffix(); //= -, Priced.label, Item.suffix
  }

  public void each(Visitor visitor) {
    items.forEach(item -> visitor.visit(item)); //= -, Bundle.Visitor.visit
    items.forEach(visitor::visit); //= -
  }

  public interface Visitor {
    void visit(Item item);
  }

  public static class Counter implements Visitor {
    private int seen;

    @Override
    public void visit(Item item) {
      seen += step(item); //= Bundle.Counter.step
    }

    private int step(Item item) {
      return item.isFree() ? 0 : 1; //= Item.isFree
    }
  }
}
