package shop.model;

public interface Priced {
  Money price();

  default String label() {
    return name() + " " + price().toString(); //= Priced.name, Priced.price, Money.toString
  }

  String name();
}
