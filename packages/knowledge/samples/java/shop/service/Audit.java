package shop.service;

import shop.model.Bundle;
import shop.model.Item;

class Audit<T extends Item> {
  private T last;

  Audit<T> see(T item) {
    last = item;
    last.isFree(); //= Item.isFree
    return this;
  }

  static void run(Shop shop) {
    Audit<Bundle> audit = new Audit<>(); //= Audit
    audit.see(shop.bundle("a")).see(shop.bundle("b")); //= Audit.see, Shop.bundle, Audit.see, Shop.bundle
    audit.last.cheapest(); //= Bundle.cheapest
    System.exit(0); //= -
  }
}
