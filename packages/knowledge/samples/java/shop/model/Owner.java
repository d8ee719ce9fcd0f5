package shop.model;

import java.util.HashMap;
import java.util.Map;

public record Owner(String first, String last, Map<String, Item> items) {
  public Owner(String first, String last) {
    this(first, last, new HashMap<>()); //= Owner, -
  }

  public String fullName() {
    return String.join(" ", first(), last()); //= -, -, -
  }

  public Owner own(Item item) {
    items.put(item.name(), item.ownedBy(this)); //= -, Item.name, Item.ownedBy
    return this;
  }

  public Money worth() {
    Money total = Money.of(0); //= Money.of
    for (Item one : items.values()) { //= -
      total = total.plus(one.price()); //= Money.plus, Item.price
    }
    return total;
  }

  public Item find(String name) {
    return items.get(name); //= -
  }
}
