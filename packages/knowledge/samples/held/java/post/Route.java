package post;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

abstract class Route {
  protected final List<Letter> letters = new ArrayList<>(); //= -
  private final String name;

  Route(String name) {
    this.name = name;
  }

  abstract int price(Letter letter);

  Route add(Letter letter) {
    letters.add(letter); //= -
    return this;
  }

  int total() {
    int sum = 0;
    for (Letter one : letters) {
      sum += price(one); //= Route.price
    }
    return sum;
  }

  Optional<Letter> heaviest() {
    return letters.stream().max(Comparator.comparingInt(one -> one.weight())); //= -, -, -, Letter.weight
  }

  String name() {
    return name.strip(); //= -
  }

  @Override
  public String toString() {
    return name() + " " + total(); //= Route.name, Route.total
  }
}
