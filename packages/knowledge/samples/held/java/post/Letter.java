package post;

import java.util.Objects;

public record Letter(String to, int grams) {
  public static final int HEAVY = 500;

  public Letter {
    Objects.requireNonNull(to); //= -
  }

  public static Letter parse(String line) {
    String[] parts = line.split(","); //= -
    return new Letter(parts[0], Integer.parseInt(parts[1])); //= Letter, -
  }

  public boolean isHeavy() {
    return weight() > HEAVY; //= Letter.weight
  }

  int weight() {
    return grams;
  }
}
