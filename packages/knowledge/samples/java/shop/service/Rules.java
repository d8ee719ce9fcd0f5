package shop.service;

import java.util.List;
import java.util.function.Predicate;
import shop.model.Item;
import shop.model.Money;

class Rules {
  private final Shop shop;
  private final List<Predicate<Item>> checks = List.of(Rules::isCheap, this::isNamed); //= -

  Rules(Shop shop) {
    this.shop = shop;
  }

  boolean allows(Item item) {
    return isNamed(item) && isCheap(item); //= Rules.isNamed, Rules.isCheap
  }

  private boolean isNamed(Item item) {
    return !item.name().isEmpty(); //= Item.name, -
  }

  static boolean isCheap(Item item) {
    return item.price().less(limit()); //= Item.price, Money.less, Rules.limit
  }

  private static Money limit() {
    return Money.of(10_000); //= Money.of
  }

  boolean all(Item item) {
    return checks.stream().allMatch(check -> check.test(item)); //= -, -, -
  }

  void again() {
    shop.put(Item.parse("x:1")); //= Shop.put, Item.parse
    shop.sorted().forEach(item -> all(item)); //= Shop.sorted, -, Rules.all
  }
}
