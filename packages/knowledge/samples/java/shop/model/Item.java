package shop.model;

import java.util.Optional;

public class Item implements Priced {
  protected final String name;
  private final Money price;
  private Owner owner;

  public Item(String name, Money price) {
    this.name = clean(name); //= Item.clean
    this.price = price;
  }

  public static Item parse(String text) {
    String[] parts = text.split(":"); //= -
    return new Item(parts[0], Money.of(Long.parseLong(parts[1]))); //= Item, Money.of, -
  }

  private static String clean(String text) {
    return text.trim().toLowerCase(); //= -, -
  }

  @Override
  public Money price() {
    return price;
  }

  @Override
  public String name() {
    return owner == null ? name : owner.fullName() + suffix(); //= Owner.fullName, Item.suffix
  }

  protected String suffix() {
    return "'s " + name;
  }

  public Item ownedBy(Owner owner) {
    this.owner = owner;
    return this;
  }

  public Optional<Owner> owner() {
    return Optional.ofNullable(owner); //= -
  }

  public boolean isFree() {
    return price().isZero(); //= Item.price, Money.isZero
  }
}
